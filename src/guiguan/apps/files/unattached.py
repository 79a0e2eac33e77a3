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
    done = sum(_forgotten(at, file) for file in unattached(at))
    _asked.add(at // DAY)
    return done


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


def _held_in_json() -> Iterator[set[UUID]]:
    for model in _holders():
        for column in model._meta.concrete_fields:
            if isinstance(column, models.JSONField):
                for value in model._default_manager.values_list(column.attname, flat=True).iterator(500):
                    yield _ids_in(value)


def _ids_in(value: Any) -> set[UUID]:
    return {UUID(found) for found in _UUID.findall(json.dumps(value))} if value else set()


def _forgotten(at: int, pk: UUID) -> bool:
    """Whether the file is gone now. What lies in the storage goes after the record: a crash between leaves bytes, never a gap."""
    with transaction.atomic():
        file = File.objects.select_for_update().filter(pk=pk).first()
        if file is None or any(
            pk in held for held in _held_by_columns()
        ):  # it was attached at this very moment
            return False
        same = File.objects.filter(sha256=file.sha256).exclude(pk=pk).exists()
        Upload.objects.filter(file=pk).delete()
        file.delete()
        record("files.unattached", at, "file.forget", f"file:{pk}", sha256=file.sha256)
    default_storage.delete(file.stored)
    if not same:
        _forget_previews(file.sha256)
    return True


def _forget_previews(sha256: str) -> None:
    from guiguan.apps.files.previews import HEIGHT, WIDTH

    name = f"preview/{sha256}-{WIDTH}x{HEIGHT}.jpg"
    if default_storage.exists(name):
        default_storage.delete(name)
