"""Files that were taken and never became part of anything are gone after thirty days: nobody keeps what nobody uses.

What holds a file is not listed here, since another app may begin to hold some tomorrow: every column of ids and every JSON of
the site's own tables is looked through, and a file whose id stands in one of them stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models, transaction

from guiguan.apps.audit.services import record
from guiguan.apps.files.models import File, Upload

DAY = 86_400_000
TERM = 30 * DAY
_AT_ONCE = 200
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_asked: set[int] = set()
"""The days on which this process has looked: the worker asks every second."""


def forget_unattached(at: int) -> int:
    """Files taken thirty days ago or earlier that nothing holds are gone from records and storage; how many. Looks once a day."""
    if at // DAY in _asked:
        return 0
    gone = [sha256 for file in unattached(at) if (sha256 := _forgotten(at, file))]
    _forget_previews(set(gone))
    _asked.add(at // DAY)
    return len(gone)


def unattached(at: int) -> list[UUID]:
    """The files that are old enough and that nothing holds, at most so many as one round does; the oldest first."""
    old = File.objects.filter(at__lte=at - TERM).order_by("at", "pk")
    ids = dict.fromkeys(old.values_list("pk", flat=True))
    for held in _held_by_columns():
        for pk in held & ids.keys():
            del ids[pk]
    if ids:
        for held in _held_in_json():
            for pk in held & ids.keys():
                del ids[pk]
    return list(ids)[:_AT_ONCE]


def _holders() -> Iterator[type[models.Model]]:
    """The site's own tables that may hold a file; an upload only tells by which way one came."""
    for model in apps.get_models():
        if model.__module__.startswith("guiguan.") and model not in (File, Upload):
            yield model


def _held_by_columns() -> Iterator[set[UUID]]:
    for model in _holders():
        for column in model._meta.concrete_fields:
            if isinstance(column, models.UUIDField):
                yield {
                    *model._default_manager.exclude(**{column.attname: None}).values_list(
                        column.attname, flat=True
                    )
                }


def _is_held(pk: UUID) -> bool:
    """Whether a column holds the file; asked by its id, since what asks holds a lock."""
    return any(
        model._default_manager.filter(**{column.attname: pk}).exists()
        for model in _holders()
        for column in model._meta.concrete_fields
        if isinstance(column, models.UUIDField)
    )


def _held_in_json() -> Iterator[set[UUID]]:
    for model in _holders():
        for column in model._meta.concrete_fields:
            if isinstance(column, models.JSONField):
                for value in model._default_manager.values_list(column.attname, flat=True).iterator(500):
                    yield _ids_in(value)


def _ids_in(value: Any) -> set[UUID]:
    return {UUID(found) for found in _UUID.findall(json.dumps(value))} if value else set()


def _forgotten(at: int, pk: UUID) -> str:
    """The digest of the file where it is gone now, else "". What lies in the storage goes after the record: a crash between leaves
    bytes, never a gap."""
    with transaction.atomic():
        file = File.objects.select_for_update().filter(pk=pk).first()
        if file is None or _is_held(pk):  # it was attached at this very moment
            return ""
        Upload.objects.filter(file=pk).delete()
        file.delete()
        record("files.unattached", at, "file.forget", f"file:{pk}", sha256=file.sha256)
    default_storage.delete(file.stored)
    return file.sha256


def _forget_previews(gone: set[str]) -> None:
    """No preview of any size or page is left of what no other file shares."""
    gone -= {*File.objects.filter(sha256__in=gone).values_list("sha256", flat=True)}
    if not gone:
        return
    try:
        names = default_storage.listdir("preview")[1]
    except FileNotFoundError:  # nothing was ever drawn
        return
    for name in names:
        if name.partition("-")[0] in gone:
            default_storage.delete(f"preview/{name}")
