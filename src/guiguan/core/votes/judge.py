"""One ballot judged: the form of the rule that the ballot box asks, and the measure of the other form (`columns`)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, MutableMapping
from dataclasses import dataclass

from guiguan.core.blueprint.stages import Limit
from guiguan.core.votes.rule import BallotRule

Used = MutableMapping[tuple[Hashable, ...], int]
"""How often each combination of a limit has been used up so far: (number of the limit, its key) to a count."""


@dataclass(frozen=True)
class Ballot:
    """One ballot as given. `time` in ms UTC, `day` any value that is equal on one day of the campaign's zone."""

    time: int
    day: Hashable
    voter: Hashable
    choices: tuple[str, ...]
    ip: Hashable = None
    channel: Hashable = None


@dataclass(frozen=True)
class Judgement:
    """`counted` choices; `refused` pairs of rule id and position of the choice, None where the whole ballot is meant."""

    counted: tuple[str, ...]
    refused: tuple[tuple[str, int | None], ...] = ()


def judge_ballot(rule: BallotRule, ballot: Ballot, used: Used) -> Judgement:
    """What of this ballot counts, given what was counted before; uses up its limits in `used`.

    In this order: the window, the voter, choices that cannot be voted for, repeated choices, the number of choices, the
    limits. Choices that a limit drops do not change the number that was checked. A refused ballot uses up nothing.
    """
    whole = _whole_fault(rule, ballot)
    if whole is not None:
        return Judgement((), ((whole, None),))
    kept: list[int] = []
    refused: list[tuple[str, int | None]] = []
    for i, choice in enumerate(ballot.choices):
        fault = _choice_fault(rule, choice, [ballot.choices[k] for k in kept])
        if fault is None:
            kept.append(i)
            continue
        name, action = fault
        if action == "refuse_ballot":
            return Judgement((), ((name, None),))
        refused.append((name, i))
    if not rule.low <= len(kept) <= rule.high:
        return Judgement((), (("votes.wrong-number", None),))
    for n, limit in enumerate(rule.limits):
        over = [
            i for i in kept if used.get((n, *limit_key(limit, ballot, ballot.choices[i])), 0) >= limit.max
        ]
        if over and limit.over == "refuse_ballot":
            return Judgement((), (("votes.over-limit", None),))
        refused.extend(("votes.over-limit", i) for i in over)
        kept = [i for i in kept if i not in over]
    for n, limit in enumerate(rule.limits):
        for key in {(n, *limit_key(limit, ballot, ballot.choices[i])) for i in kept}:
            used[key] = used.get(key, 0) + 1
    return Judgement(tuple(ballot.choices[i] for i in kept), tuple(refused))


def _whole_fault(rule: BallotRule, ballot: Ballot) -> str | None:
    if ballot.time < rule.window.start:
        return "votes.early"
    if ballot.time >= rule.window.end:
        return "votes.late"
    if ballot.voter in ("", None):
        return "votes.no-voter"
    if rule.by_ip and ballot.ip in ("", None):
        return "votes.no-ip"
    return None


def _choice_fault(rule: BallotRule, choice: str, before: list[str]) -> tuple[str, str] | None:
    """The rule that a choice breaks and what the blueprint says happens then."""
    if choice not in rule.votable:
        return (
            "votes.excluded-choice" if choice in rule.known else "votes.unknown-choice"
        ), rule.stage.unknown
    if rule.stage.repeated != "count_each" and choice in before:
        return "votes.repeated-choice", rule.stage.repeated
    return None


def limit_key(limit: Limit, ballot: Ballot, choice: str) -> tuple[Hashable, ...]:
    """What a limit counts this choice of this ballot under."""
    return tuple(_parts(limit, ballot, choice))


def _parts(limit: Limit, ballot: Ballot, choice: str) -> Iterator[Hashable]:
    for name in limit.per:
        match name:
            case "voter":
                yield ballot.voter
            case "entry":
                yield choice
            case "day":
                yield ballot.day
            case "ip":
                yield ballot.ip
            case "channel":
                yield ballot.channel
