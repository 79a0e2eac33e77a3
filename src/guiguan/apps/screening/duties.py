"""What the worker does for screening: ends corrections that did not come, and reminds of those that are due."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.telling import tell_applicant
from guiguan.apps.messages.occasions import OCCASIONS, Occasions
from guiguan.apps.screening.deadline import reminder_from, until_text
from guiguan.apps.screening.models import Screening
from guiguan.core.lifecycle.moves import ENTRY

BY = "screening.expire"
"""The duty's name, as the audit trail has it."""


def expire_corrections(at: int) -> int:
    """Entries whose term for correction is over are refused, and their applicants told; how many."""
    late = Entry.objects.filter(state="returned", correct_until__lte=at).values_list("pk", flat=True)
    return sum(_expire(at, pk) for pk in late)


@transaction.atomic
def _expire(at: int, entry_id: UUID) -> bool:
    Entry.objects.select_for_update().get(pk=entry_id)
    entry = Entry.objects.select_related("campaign__in_force", "organisation").get(pk=entry_id)
    until = entry.correct_until
    if entry.state != "returned" or until is None or at < until:
        return False  # handed in or withdrawn at the last moment
    entry.state, entry.correct_until = ENTRY.after(entry.state, "expire"), None
    entry.save(update_fields=["state", "correct_until"])
    ended = until_text(until, blueprint_of(entry.campaign).zone)
    tell_applicant(
        at, entry, "entry-refused", f"expired-{until}", reason=f"补正期限（{ended}）已过，没有重新提交"
    )
    record(BY, at, "entry.expire", f"entry:{entry.pk}", campaign=entry.campaign_id, until=until)
    return True


def remind_corrections(at: int, occasions: Occasions = OCCASIONS) -> int:
    """From the working day before the last one, whoever has not corrected is reminded once; a term so short that the return
    itself came on that day needs no reminder. How many."""
    returned = Entry.objects.filter(state="returned", correct_until__gt=at).select_related(
        "campaign__in_force"
    )
    return sum(_remind(at, entry, occasions) for entry in returned.defer("campaign__in_force__text"))


def _remind(at: int, entry: Entry, occasions: Occasions) -> int:
    assert entry.correct_until is not None
    zone = blueprint_of(entry.campaign).zone
    begins = reminder_from(entry.correct_until, zone)
    if begins is None or at < begins:
        return 0

    def told() -> int:
        last = Screening.objects.filter(submission__entry=entry, outcome="return", state="stands").latest(
            "pk"
        )
        if (last.second_at or last.at) >= begins:
            return 0
        return _tell(at, entry.pk, zone)

    return occasions.once(f"correction-due:{entry.pk}:{entry.correct_until}", told)


@transaction.atomic
def _tell(at: int, entry_id: UUID, zone: str) -> int:
    Entry.objects.select_for_update().get(pk=entry_id)
    entry = Entry.objects.select_related("campaign", "organisation").get(pk=entry_id)
    if entry.state != "returned" or entry.correct_until is None:
        return 0
    until = until_text(entry.correct_until, zone)
    tell_applicant(at, entry, "correction-due", f"due-{entry.correct_until}", until=until)
    return 1
