"""Puts checked files into the upload fields of an entry, and takes them out."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Max

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.services import record
from guiguan.apps.entries.models import Attachment
from guiguan.apps.entries.services.locked import locked, next_revision, refuse_unless_editable
from guiguan.apps.files.models import File
from guiguan.core.blueprint.form import UploadField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.values.finding import Finding, InputError

MOST = 60
"""Files in one field where the blueprint names no number."""


@transaction.atomic
def attach_file(by: Person, at: int, entry_id: UUID, field_id: str, file: File) -> Attachment:
    """The file stands last in the field. The file is one that this person handed in. Raises Forbidden, InputError."""
    entry, blueprint = locked(by, entry_id, "entry.write")
    refuse_unless_editable(entry, at)
    field = fields(blueprint).get(field_id)
    if not isinstance(field, UploadField) or file.by != by.pk:
        raise InputError(Finding("entry.no-field", "表中没有这一栏附件", "the form has no such attachment"))
    here = Attachment.objects.filter(entry=entry, field=field_id, removed_at=None)
    most = field.count or field.at_most or MOST
    if here.count() >= most:
        raise InputError(
            Finding(
                "entry.files-full",
                f"这一栏最多 {most} 件，请先删除不要的文件再上传",
                f"this field takes {most} files; remove one first",
            )
        )
    last = here.aggregate(last=Max("position"))["last"] or 0
    attachment = Attachment.objects.create(
        entry=entry,
        field=field_id,
        position=last + 1,
        file=file.pk,
        revision=next_revision(entry),
        by=by.pk,
        at=at,
    )
    record(
        str(by.pk),
        at,
        "entry.attach",
        f"entry:{entry.pk}",
        campaign=entry.campaign_id,
        field=field_id,
        sha256=file.sha256,
    )
    return attachment


@transaction.atomic
def remove_file(by: Person, at: int, entry_id: UUID, attachment_id: UUID) -> None:
    """The file no longer stands in the entry; a version handed in before keeps it. Removing twice changes nothing."""
    entry, _ = locked(by, entry_id, "entry.write")
    refuse_unless_editable(entry, at)
    if Attachment.objects.filter(pk=attachment_id, entry=entry, removed_at=None).update(removed_at=at):
        next_revision(entry)
        record(
            str(by.pk),
            at,
            "entry.detach",
            f"entry:{entry.pk}",
            campaign=entry.campaign_id,
            attachment=str(attachment_id),
        )


@transaction.atomic
def move_file(by: Person, at: int, entry_id: UUID, attachment_id: UUID, to: int) -> None:
    """The file stands at place `to` (1 is the first) of its field; the others keep their order."""
    entry, _ = locked(by, entry_id, "entry.write")
    refuse_unless_editable(entry, at)
    moved = Attachment.objects.filter(pk=attachment_id, entry=entry, removed_at=None).first()
    if moved is None:
        return
    rest = list(
        Attachment.objects.filter(entry=entry, field=moved.field, removed_at=None)
        .exclude(pk=moved.pk)
        .order_by("position", "at")
    )
    rest.insert(max(to, 1) - 1, moved)
    for position, attachment in enumerate(rest, 1):
        Attachment.objects.filter(pk=attachment.pk).update(position=position)
    next_revision(entry)
    record(str(by.pk), at, "entry.order", f"entry:{entry.pk}", campaign=entry.campaign_id, field=moved.field)
