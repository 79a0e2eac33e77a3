"""Two people decide on a case, neither of whom is shown which entry is concerned; what is made void is an entry of the log."""

from __future__ import annotations

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.reasons import reason_kept, reason_to_send_back
from guiguan.apps.votes.brushing.acts import brushing, write_act
from guiguan.apps.votes.brushing.written import require_logged, write_some
from guiguan.apps.votes.models import Poll, Suspicion
from guiguan.core.lifecycle.moves import SUSPICION
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.votes.void import REASONS

NOTE = 500
NOT_YOURS = Finding("brushing.not-yours", "只能收回自己提出的", "only who proposed it can take it back")


def propose(by: Person, at: int, suspicion_id: int, outcome: str, reason: str, note: str) -> Suspicion:
    """The proposal to void or to keep waits for a second person. Raises Forbidden, InputError."""
    with brushing(by, "brushing.propose", _poll_of(suspicion_id)) as poll:
        found = Suspicion.objects.select_for_update().get(pk=suspicion_id)
        _must(found, "propose")
        said = reason_kept(note)
        _check(outcome, reason, said)
        found.state = SUSPICION.after(found.state, "propose")
        found.outcome, found.reason, found.note = outcome, reason, said
        found.by, found.at, found.second_by = by.pk, at, None
        found.save()
        _act(poll, found, by, at, "propose")
    return found


def second(by: Person, at: int, suspicion_id: int, *, agree: bool, why: str = "") -> Suspicion:
    """The proposal stands by a second person's word, or is sent back, who says why; whoever made it can only drop it.
    What is to be void is so in the log from now on, of a very large case some at a time. Raises Forbidden, InputError."""
    with brushing(by, "brushing.second", _poll_of(suspicion_id)) as poll:
        found = Suspicion.objects.select_for_update().get(pk=suspicion_id)
        _must(found, "drop")
        if not agree:
            return _drop(poll, found, by, at, "" if found.by == by.pk else reason_to_send_back(why))
        if found.by == by.pk:
            raise InputError(
                Finding(
                    "brushing.second",
                    "须由另一人复核，不能由提出人自己确认",
                    "another person must agree; whoever proposed it cannot",
                )
            )
        found.state = SUSPICION.after(found.state, found.outcome)
        found.second_by, found.decided_at = by.pk, at
        if found.outcome == "void":
            require_logged(found)
            found.suspects.update(pending="void")
        found.save()
        _act(poll, found, by, at, found.outcome)
    if found.outcome == "void":
        write_some(at, found.pk)
        found.refresh_from_db()
    return found


def take_back(by: Person, at: int, suspicion_id: int) -> Suspicion:
    """One's own proposal is dropped. Raises Forbidden, InputError."""
    with brushing(by, "brushing.propose", _poll_of(suspicion_id)) as poll:
        found = Suspicion.objects.select_for_update().get(pk=suspicion_id)
        _must(found, "drop")
        if found.by != by.pk:
            raise InputError(NOT_YOURS)
        return _drop(poll, found, by, at)


def _drop(poll: Poll, found: Suspicion, by: Person, at: int, why: str = "") -> Suspicion:
    found.state = SUSPICION.after(found.state, "drop")
    _act(poll, found, by, at, "drop" if why else "take-back", why=why)
    found.last = {"outcome": found.outcome, "reason": found.reason, "note": found.note, "why": why}
    found.outcome = found.reason = found.note = ""
    found.by = found.at = None
    found.save()
    return found


def _poll_of(suspicion_id: int) -> int:
    """Raises Suspicion.DoesNotExist."""
    return int(Suspicion.objects.values_list("poll", flat=True).get(pk=suspicion_id))


def _must(found: Suspicion, act: str) -> None:
    if not SUSPICION.can(found.state, act):
        raise InputError(
            Finding(
                "brushing.moved",
                "这一组已由他人办理，请刷新页面",
                "somebody has dealt with this group meanwhile; reload the page",
            )
        )


def _check(outcome: str, reason: str, note: str) -> None:
    faults = []
    if outcome not in ("void", "keep"):
        faults.append(Finding("brushing.outcome", "请选择作废或不作废", "choose to void or to keep"))
    elif reason not in REASONS["void" if outcome == "void" else "keep"]:
        faults.append(
            Finding("brushing.reason", "请选择与结论相符的理由", "choose a reason that goes with the outcome")
        )
    if not 4 <= len(note) <= NOTE:
        faults.append(
            Finding(
                "brushing.note",
                f"请写明依据，4 至 {NOTE} 字；请勿写入个人信息",
                f"say what it rests on, 4 to {NOTE} characters, and nothing personal",
            )
        )
    if faults:
        raise InputError(*faults)


def _act(poll: Poll, found: Suspicion, by: Person, at: int, act: str, *, why: str = "") -> None:
    said = {"why": why} if why else {}
    write_act(poll, f"suspicion:{found.pk}", by, at, act, number=found.number, outcome=found.outcome,
              reason=found.reason, ballots=found.ballots, sha256=found.evidence_sha256, proposed_by=str(found.by), **said)  # fmt: skip
