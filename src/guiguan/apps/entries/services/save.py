"""Keeps answers, field by field. Nobody overwrites what they have not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.services import record
from guiguan.apps.entries.models import Answer, Entry
from guiguan.apps.entries.sealing import pack, unpack
from guiguan.apps.entries.services.locked import (
    locked,
    next_revision,
    refuse_unless_editable,
    refuse_unless_reminded,
)
from guiguan.core.blueprint.form import FormField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.entries.answers import Value, fits
from guiguan.core.values.finding import Finding, InputError

FROM_THE_UNIT = ("applicant",)
"""Answers that come from the unit's registration and are changed there."""
LONGEST = 200_000


@dataclass
class Conflict(Exception):
    """Somebody changed the field since it was seen; both texts are there to choose from, nothing was written."""

    field: str
    theirs: Any
    revision: int
    by: UUID
    at: int


@transaction.atomic
def save_answer(by: Person, at: int, entry_id: UUID, field_id: str, value: Value, seen: int) -> int:
    """The answer stands; returns its revision. `seen` is the field's revision that the writer saw (0: none).

    Saving again what already stands changes nothing. Raises Forbidden, InputError, Conflict.
    """
    entry, blueprint = locked(by, entry_id, "entry.write")
    refuse_unless_editable(entry, at)
    field = fields(blueprint).get(field_id)
    if field is None or field_id in FROM_THE_UNIT or not fits(field, value) or len(str(value)) > LONGEST:
        raise InputError(_unusable(field_id, field))
    refuse_unless_reminded(entry)
    before = Answer.objects.filter(entry=entry, field=field_id).first()
    if before is not None:
        stands = unpack(field, before.value)
        if stands == value:
            return before.revision
        if before.revision > seen:
            raise Conflict(field_id, stands, before.revision, before.by, before.at)
    revision = next_revision(entry)
    Answer.objects.update_or_create(
        entry=entry,
        field=field_id,
        defaults={"value": pack(field, value), "revision": revision, "by": by.pk, "at": at},
    )
    _keep_for_lists(entry, field_id, value)
    record(
        str(by.pk),
        at,
        "entry.save",
        f"entry:{entry.pk}",
        campaign=entry.campaign_id,
        field=field_id,
        revision=revision,
    )
    return revision


def _keep_for_lists(entry: Entry, field_id: str, value: Value) -> None:
    """Title and category stand on the entry too, so that lists need no second look-up."""
    lengths = {"title": 300, "category": 200}
    if field_id in lengths and isinstance(value, str):
        setattr(entry, field_id, value[: lengths[field_id]])
        entry.save(update_fields=[field_id])


def _unusable(field_id: str, field: FormField | None) -> Finding:
    if field is None or field_id in FROM_THE_UNIT:
        return Finding(
            "entry.no-field",
            f"表中没有可填写的“{field_id[:64]}”一栏",
            f"the form has no field {field_id[:64]} to fill",
        )
    return Finding(
        "entry.bad-value",
        "内容含有无法保存的字符，或超过 20 万字，或与栏目种类不符；请改正后再保存",
        "the content has characters that cannot be kept, is too long, or does not fit the field",
    )
