"""What stands between a voter and a ballot: the vote's phase, and which cases are still open to them today."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Literal

from guiguan.core.values.moment import Window
from guiguan.core.votes.judge import Ballot, judge_ballot, limit_key
from guiguan.core.votes.rule import BallotRule

Phase = Literal["before", "open", "paused", "ended"]


def phase_of(state: str, window: Window, at: int) -> Phase:
    """A vote's phase as a voter meets it. A draft whose time has come still waits for its opening; one that is open or paused
    past its window has ended, even before its close is on record."""
    if state == "closed" or at >= window.end:
        return "ended"
    if state == "draft" or at < window.start:
        return "before"
    return "paused" if state == "paused" else "open"


def spent(rule: BallotRule, before: Iterable[Ballot], now: Ballot) -> frozenset[str]:
    """The votable entries that a limit closes to this voter now. `before` are the ballots already counted for the voter, the
    address or both, in their order; `now` names voter, day, ip and channel of the next one, its choices do not matter."""
    used: dict[Hashable, int] = {}
    for ballot in before:
        judge_ballot(rule.of_stored, ballot, used)
    return frozenset(
        entry
        for entry in rule.votable
        if any(
            used.get((n, *limit_key(limit, now, entry)), 0) >= limit.max
            for n, limit in enumerate(rule.limits)
        )
    )


def may_fill(rule: BallotRule, closed: frozenset[str]) -> bool:
    """Whether enough entries are left for one more ballot."""
    return len(rule.votable - closed) >= rule.low
