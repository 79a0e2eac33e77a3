"""The auditor's copy of the trail is itself an act that the trail tells of."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from guiguan.apps.audit.services import record


@transaction.atomic
def begin_export(by: UUID, at: int) -> int:
    """The export is recorded; returns the number of that record, the last one of the export. The page asks permission (`audit.export`)."""
    return record(str(by), at, "audit.export", "audit:trail").sequence


@transaction.atomic
def note_list_taken(by: UUID, at: int, campaign: str, name: str, kind: str, filters: dict[str, str]) -> None:
    """That a list left the site as a file, which one and by what filters. The page asks permission."""
    record(str(by), at, "list.export", f"list:{name}", campaign=campaign, format=kind, filters=filters)
