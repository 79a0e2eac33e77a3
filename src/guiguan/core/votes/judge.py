"""One ballot judged: the form of the rule that the ballot box asks, and the measure of the other form (`columns`)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, MutableMapping, Sequence, Set
from dataclasses import dataclass

from guiguan.core.blueprint.stages import Limit
from guiguan.core.votes.rule import BallotRule

Used = MutableMapping[Hashable, int]
"""How often each combination of a limit has been used up so far: what it counts under, to a count."""

Refusal = tuple[str, int | None]
"""The rule id and the position of the choice that it refuses; None where the whole ballot is refused."""


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
    refused: tuple[Refusal, ...] = ()


def judge_ballot(rule: BallotRule, ballot: Ballot, used: Used) -> Judgement:
    """What of this ballot counts, given what was counted before; uses up its limits in `used`.

    In this order: the window, the voter, entries that left the vote meanwhile, choices that cannot be voted for, repeated choices, the number of choices, the
    limits. Choices that a limit drops do not change the number that was checked. A refused ballot uses up nothing.
    """
    kept, refused = own_faults(rule, ballot)
    if kept:
        keys = [
            [(n, *limit_key(limit, ballot, c)) for c in ballot.choices] for n, limit in enumerate(rule.limits)
        ]
        kept, over = within_limits(rule.limits, keys, kept, used)
        refused = over if is_whole(over) else refused + over
    return Judgement(tuple(ballot.choices[i] for i in kept), tuple(refused))


def is_whole(refused: Sequence[Refusal]) -> bool:
    """Whether the whole ballot is refused."""
    return any(at is None for _, at in refused)


def own_faults(rule: BallotRule, ballot: Ballot) -> tuple[list[int], list[Refusal]]:
    """The positions of the choices that stand, and the refusals, before any limit is asked."""
    whole = _whole_fault(rule, ballot)
    if whole is not None:
        return [], [(whole, None)]
    kept: list[int] = []
    before: set[str] = set()
    refused: list[Refusal] = []
    for i, choice in enumerate(ballot.choices):
        fault = _choice_fault(rule, choice, before)
        if fault is None:
            kept.append(i)
            before.add(choice)
            continue
        name, action = fault
        if action == "refuse_ballot":
            return [], [(name, None)]
        refused.append((name, i))
    if not rule.low <= len(kept) <= rule.high:
        return [], [("votes.wrong-number", None)]
    return kept, refused


def within_limits(
    limits: Sequence[Limit], keys: Sequence[Sequence[Hashable]], kept: list[int], used: Used
) -> tuple[list[int], list[Refusal]]:
    """What the limits leave of the choices `kept`, and their refusals; a refusal of the whole ballot stands alone.

    `keys[n][i]` is what limit n counts choice i under, distinct between limits.
    """
    refused: list[Refusal] = []
    for limit, own in zip(limits, keys, strict=True):
        over = [i for i in kept if used.get(own[i], 0) >= limit.max]
        if over and limit.over == "refuse_ballot":
            return [], [("votes.over-limit", None)]
        if over:
            refused.extend(("votes.over-limit", i) for i in over)
            gone = set(over)
            kept = [i for i in kept if i not in gone]
    for own in keys:
        for key in {own[i] for i in kept}:
            used[key] = used.get(key, 0) + 1
    return kept, refused


def _whole_fault(rule: BallotRule, ballot: Ballot) -> str | None:
    if ballot.time < rule.window.start:
        return "votes.early"
    if ballot.time >= rule.window.end:
        return "votes.late"
    if ballot.voter in ("", None):
        return "votes.no-voter"
    if rule.by_ip and ballot.ip in ("", None):
        return "votes.no-ip"
    if not rule.removed.isdisjoint(ballot.choices):
        return "votes.excluded-choice"
    return None


def _choice_fault(rule: BallotRule, choice: str, before: Set[str]) -> tuple[str, str] | None:
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
