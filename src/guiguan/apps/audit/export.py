"""The auditor's copy of the trail is itself an act that the trail tells of."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from guiguan.apps.audit.services import record


@transaction.atomic
def begin_export(by: UUID, at: int) -> int:
    """The export is recorded; returns the number of that record, the last one of the export. The page asks permission (`audit.export`)."""
    return record(str(by), at, "audit.export", "audit:trail").sequence
