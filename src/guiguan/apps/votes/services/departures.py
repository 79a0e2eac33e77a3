"""Takes an entry out of a vote that is under way, with a public reason; by two people where the blueprint says so."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.db.models import QuerySet

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.reasons import reason_kept
from guiguan.apps.votes.models import Act, Poll
from guiguan.apps.votes.services.acting import (
    acting,
    ballots_database,
    move,
    name_of,
    reason_faults,
    require_reason,
    tell_trail,
    write_act,
)
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.votes.document import poll_text, read_poll_text


def remove_entry(by: Person | str, at: int, slug: str, stage_id: str, number: str, reason: str) -> Act:
    """The entry can no longer be voted for; what was cast for it stays in the log. Where disqualifying takes two people it is
    only proposed, and waits for `agree_removal`. A duty's own act (a withdrawn entry) needs no second person.

    Raises Forbidden; InputError for an entry that does not stand in the vote, or one proposed already.
    """
    said = reason_kept(reason)
    with acting(by, slug, stage_id) as place:
        two = isinstance(by, Person) and "disqualify" in place.blueprint.two_persons
        with transaction.atomic(using=ballots_database()):
            poll = _locked(slug, stage_id)
            faults = [*_entry_faults(poll, number, two=two), *reason_faults(said)]
            if poll is None or faults:
                raise InputError(*faults)
            if two:
                act = write_act(poll, by, at, "propose", entry=number, reason=said)
            else:
                act = _remove(poll, by, at, number, said, "")
        tell_trail(act, slug, stage_id)
    return act


def agree_removal(by: Person, at: int, slug: str, stage_id: str, proposal: int) -> Act:
    """The proposed entry is out of the vote by the word of a second person. Raises Forbidden; InputError for one's own proposal."""
    with acting(by, slug, stage_id, "poll.second"):
        with transaction.atomic(using=ballots_database()):
            poll, found = _proposed(slug, stage_id, proposal)
            if found.by == str(by.pk):
                raise InputError(
                    Finding(
                        "poll.second",
                        "须由另一位负责人或监督员确认，不能由提出人自己确认",
                        "another person must agree; whoever proposed it cannot",
                    )
                )
            if faults := _entry_faults(poll, found.entry):
                raise InputError(*faults)
            act = _remove(poll, found.by, at, found.entry, reason_kept(found.reason), name_of(by))
        tell_trail(act, slug, stage_id)
    return act


def decline_removal(by: Person, at: int, slug: str, stage_id: str, proposal: int, reason: str) -> Act:
    """The proposal is off and its entry stays in the vote; who made it may take it back in the same way. The reason is on record, not
    public: nobody reads that an entry was accused. Raises Forbidden, InputError."""
    said = reason_kept(reason)
    with acting(by, slug, stage_id, "poll.second"):
        require_reason(said)
        with transaction.atomic(using=ballots_database()):
            poll, found = _proposed(slug, stage_id, proposal)
            detail = {"proposal": found.pk, "proposed_by": found.by}
            act_name = "take-back" if found.by == str(by.pk) else "decline"
            act = write_act(poll, by, at, act_name, entry=found.entry, reason=said, detail=detail)
        tell_trail(act, slug, stage_id)
    return act


def open_proposals(poll: Poll) -> QuerySet[Act]:
    """Proposals that nobody has declined or taken back and whose entry is still in the vote, the oldest first."""
    votable = read_poll_text(poll.document).rule.votable if poll.document else frozenset()
    off = Act.objects.filter(poll=poll.pk, act__in=("decline", "take-back")).values_list(
        "detail__proposal", flat=True
    )
    proposed = Act.objects.filter(poll=poll.pk, act="propose", entry__in=votable)
    return proposed.exclude(pk__in=list(off)).order_by("pk")


def _proposed(slug: str, stage_id: str, proposal: int) -> tuple[Poll, Act]:
    """The vote, locked, and the proposal that still waits. Raises InputError."""
    poll = Poll.objects.select_for_update().get(campaign=slug, stage=stage_id)
    found = open_proposals(poll).filter(pk=proposal).first()
    if found is None:
        raise InputError(
            Finding("poll.not-proposed", "这项提议已经办理，请刷新页面", "this proposal has been dealt with")
        )
    return poll, found


def _locked(slug: str, stage_id: str) -> Poll | None:
    return Poll.objects.select_for_update().filter(campaign=slug, stage=stage_id).first()


def _entry_faults(poll: Poll | None, number: str, *, two: bool = False) -> list[Finding]:
    """Why the entry cannot leave the vote, or with `two` why that cannot be proposed."""
    if not number:
        return [
            Finding(
                "poll.entry-missing", "请选择要退出投票的案例", "choose the case that is to leave the vote"
            )
        ]
    under_way = poll is not None and poll.state in ("open", "paused")
    if poll is None or not under_way or number not in read_poll_text(poll.document).rule.votable:
        return [
            Finding(
                "poll.not-votable",
                "这个案例不在正在进行的投票里，可能已经退出；请刷新页面",
                "this case does not stand in a vote under way; it may be out already, reload the page",
            )
        ]
    if two and open_proposals(poll).filter(entry=number).exists():
        return [
            Finding(
                "poll.proposed",
                "已有人提出让这个案例退出，请由另一位负责人或监督员确认",
                "that has been proposed; another lead or a supervisor must agree",
            )
        ]
    return []


def _remove(poll: Poll, by: Person | str, at: int, number: str, reason: str, second_by: str) -> Act:
    document = read_poll_text(poll.document)
    move(poll, "change")
    poll.document = poll_text(replace(document, rule=document.rule.without(number)))
    poll.save()
    return write_act(poll, by, at, "remove", entry=number, reason=reason, second_by=second_by)
