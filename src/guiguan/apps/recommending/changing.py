"""Changes a list that was handed up: one person proposes with a reason, another one agrees."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.reasons import reason_to_send_back, why_on_record
from guiguan.apps.audit.services import record
from guiguan.apps.entries.models import Entry
from guiguan.apps.recommending.faults import (
    already,
    gone_on,
    not_here,
    not_passed,
    nothing_listed,
    over_quota,
)
from guiguan.apps.recommending.listing import (
    LEAST,
    MOST,
    Opened,
    Place,
    checked_reason,
    numbers,
    opened_list,
    passed_state,
    quota_of,
)
from guiguan.apps.recommending.models import LateChange
from guiguan.apps.recommending.quota import quota
from guiguan.apps.recommending.telling import tell_host
from guiguan.core.lifecycle.moves import RECOMMENDATION
from guiguan.core.values.finding import Finding, InputError


@transaction.atomic
def propose_change(
    by: Person, at: int, place: Place, wanted: Sequence[UUID], entry_reason: str, reason: str
) -> LateChange:
    """The list shall hold these entries in this order; it waits for a second person. Who is new on it comes with
    `entry_reason`. Raises Forbidden, InputError."""
    opened = opened_list(by, place, "recommendation.change", theirs=False)
    gone_on(opened.list, "handed_up")
    why = checked_reason(reason)
    if opened.list.changes.filter(state="proposed").exists():
        raise InputError(already())
    before, after = numbers(opened.list), _after(opened, list(dict.fromkeys(wanted)), entry_reason)
    if [row["number"] for row in after] == before:
        raise InputError(_nothing_new())
    change = opened.list.changes.create(before=before, after=after, reason=why, by=by.pk, at=at)
    _record(by, at, "recommendation.propose", opened, change)
    return change


@transaction.atomic
def second_change(by: Person, at: int, change_id: int, agree: bool, why: str = "") -> LateChange:
    """The list is as proposed, or stays as it was, and the second person says why; whoever proposed can only take it back.
    Raises Forbidden, InputError."""
    found = LateChange.objects.select_related("list").get(pk=change_id)
    place = Place(found.list.campaign_id, found.list.stage, found.list.group)
    opened = opened_list(by, place, "recommendation.change", theirs=False)
    change = LateChange.objects.get(pk=change_id)  # as it is now that the list is locked
    if change.state != "proposed":
        raise InputError(already())
    if agree and change.by == by.pk:
        raise InputError(
            Finding(
                "recommendation.second",
                "须由另一人复核，不能由提出人自己确认",
                "another person must agree; whoever proposed it cannot",
            )
        )
    if not agree and change.by != by.pk:
        change.why = reason_to_send_back(why)
    change.state, change.second_by, change.second_at = "stands" if agree else "dropped", by.pk, at
    change.save(update_fields=["state", "second_by", "second_at", "why"])
    if agree:
        _check(opened, change)
        _put_in_force(at, opened, change)
        tell_host(at, opened.campaign, opened.list, len(change.after))
    _record(by, at, "recommendation.change" if agree else "recommendation.drop", opened, change)
    return change


def _after(opened: Opened, wanted: list[UUID], entry_reason: str) -> list[dict[str, str]]:
    if not wanted:
        raise InputError(nothing_listed())
    group = opened.list.group
    known = {
        e.pk: e
        for e in Entry.objects.filter(pk__in=wanted, campaign=opened.campaign)
        if not group or e.region.startswith(group[:2])
    }
    reasons = {row.entry_id: row.reason for row in opened.list.rows.all()}
    rows = []
    for pk in wanted:
        if pk not in known:
            raise InputError(not_here())
        if known[pk].state != passed_state(opened):
            raise InputError(not_passed(known[pk]))
        why = reasons[pk] if pk in reasons else _opinion(entry_reason)
        rows.append({"entry": str(pk), "number": known[pk].number or "", "reason": why})
    now = quota(opened.stage, quota_of(opened).declared, len(rows))
    if now.seats is not None and len(rows) > now.seats:
        raise InputError(over_quota(now))
    return rows


def _opinion(text: str) -> str:
    """What the review found of an entry that is new on the list. Raises InputError."""
    tidy = text.strip().replace("\0", "")
    if not LEAST <= len(tidy) <= MOST:
        raise InputError(
            Finding(
                "recommendation.entry-reason",
                f"请写明新列入项的初评意见（{LEAST} 至 {MOST} 字）",
                f"say what the review found of the entry that is new on the list ({LEAST} to {MOST} characters)",
            )
        )
    return tidy


def _check(opened: Opened, change: LateChange) -> None:
    """What was in order when proposed is still: nobody fell and the places suffice."""
    _after(opened, [UUID(row["entry"]) for row in change.after], "复核时再次核对")


def _put_in_force(at: int, opened: Opened, change: LateChange) -> None:
    RECOMMENDATION.after(opened.list.state, "change")
    kept = {row.entry_id: row for row in opened.list.rows.all()}
    wanted = [UUID(row["entry"]) for row in change.after]
    opened.list.rows.exclude(entry__in=wanted).delete()
    for number, row in enumerate(change.after, 1):
        pk = UUID(row["entry"])
        if pk in kept:
            opened.list.rows.filter(entry=pk).update(place=number)
        else:
            opened.list.rows.create(
                entry_id=pk,
                place=number,
                reason=row["reason"],
                by=change.by,
                at=at,
                second_by=change.second_by,
            )


def _nothing_new() -> Finding:
    return Finding(
        "recommendation.unchanged",
        "名单没有变化，无须变更",
        "the list is as it was; there is nothing to change",
    )


def _record(by: Person, at: int, action: str, opened: Opened, change: LateChange) -> None:
    record(
        str(by.pk),
        at,
        action,
        f"recommendation:{opened.list.pk}",
        campaign=opened.campaign.pk,
        change=change.pk,
        before=change.before,
        after=[row["number"] for row in change.after],
        proposed_by=str(change.by),
        **why_on_record(change.why),
    )
