"""An entry locked for a change, and what every change of an entry asks first."""

from __future__ import annotations

from uuid import UUID

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import about
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.lifecycle.moves import EDITABLE
from guiguan.core.values.finding import Finding, InputError


def locked(by: Person, entry_id: UUID, action: str) -> tuple[Entry, Blueprint]:
    """The entry, alone in this transaction, and its campaign's blueprint. Raises Forbidden."""
    Entry.objects.select_for_update().get(pk=entry_id)
    entry = Entry.objects.select_related("campaign__in_force", "organisation").get(pk=entry_id)
    ask(by, action, about(entry))
    return entry, blueprint_of(entry.campaign)


def refuse_unless_open(entry: Entry) -> None:
    """Raises InputError where the campaign has ended: nothing in it changes any more, whatever its timetable says."""
    if entry.campaign.state != "open":
        raise InputError(
            Finding(
                "entry.campaign-ended",
                "活动已结束，申报不能再改动；如有疑问，请联系主办单位",
                "the campaign has ended and its entries change no more; ask the organiser",
            )
        )


def refuse_unless_editable(entry: Entry, at: int) -> None:
    """Raises InputError where the answers may not be changed: the campaign ended, handed in, decided, or past the term for correction."""
    refuse_unless_open(entry)
    if entry.state not in EDITABLE:
        raise InputError(
            Finding(
                "entry.not-editable",
                "这一项已经提交，不能直接修改；如需修改，请先撤回，或等待退回补正",
                "this entry has been handed in; withdraw it first, or wait until it is returned",
            )
        )
    if entry.state == "returned" and entry.correct_until is not None and at >= entry.correct_until:
        raise InputError(
            Finding("entry.correction-over", "补正期限已过，不能再修改", "the term for correction is over")
        )


def refuse_unless_reminded(entry: Entry) -> None:
    """Raises InputError where nobody of the unit has accepted the reminder of confidentiality yet: the form is not open."""
    if not entry.reminded:
        raise InputError(
            Finding(
                "entry.reminder", "请先阅读并同意保密提醒", "accept the reminder of confidentiality first"
            )
        )


def next_revision(entry: Entry) -> int:
    """The entry's revision after one more change, written."""
    entry.revision += 1
    entry.save(update_fields=["revision"])
    return entry.revision
