"""What happened to ballots, as those who cast them saw it, held against what is stored. Pure: it decides, nobody's eye does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Seen = Literal["stored", "refused", "unknown"]


@dataclass(frozen=True)
class Attempt:
    """One request of a ballot and what came back: `leaf` where it was told stored, else "". Attempts with the same voter and key are
    the same ballot."""

    voter: str
    key: str
    choices: tuple[str, ...]
    seen: Seen
    leaf: str = ""


@dataclass(frozen=True)
class Kept:
    """One ballot as it is stored in the end; `key` as the attempts name it."""

    voter: str
    key: str
    choices: tuple[str, ...]
    day: str
    leaf: str


def broken(attempts: Sequence[Attempt], kept: Sequence[Kept]) -> list[str]:
    """Every promise that was broken, in words; nothing where all were kept. The rule is GX's: a case once a day for a voter."""
    return [*_lost(attempts, kept), *_made_up(attempts, kept), *_over_limit(kept)]


def _lost(attempts: Sequence[Attempt], kept: Sequence[Kept]) -> Iterator[str]:
    """What was told stored is there once, as it was told; what was refused and never told stored is not."""
    by_leaf: dict[str, list[Kept]] = {}
    for one in kept:
        by_leaf.setdefault(one.leaf, []).append(one)
    told: dict[tuple[str, str], set[str]] = {}
    for a in attempts:
        if a.seen != "stored":
            continue
        told.setdefault((a.voter, a.key), set()).add(a.leaf)
        found = by_leaf.get(a.leaf, [])
        if not found:
            yield f"lost: {a.voter}/{a.key} was told {a.leaf[:8]}, which is not stored"
        for one in found:
            if (one.voter, one.key, one.choices) != (a.voter, a.key, a.choices):
                yield f"changed: {a.voter}/{a.key} is stored as {one.voter}/{one.key} {one.choices}"
    for who, leaves in told.items():
        if len(leaves) > 1:
            yield f"two answers: {who} was told {len(leaves)} leaves"


def _made_up(attempts: Sequence[Attempt], kept: Sequence[Kept]) -> Iterator[str]:
    """Nothing is stored twice, nothing that nobody asked for, nothing that was refused at last."""
    for ballot, times in Counter((k.voter, k.key) for k in kept).items():
        if times > 1:
            yield f"doubled: {ballot} is stored {times} times"
    for leaf, times in Counter(k.leaf for k in kept).items():
        if times > 1:
            yield f"doubled: leaf {leaf[:8]} is stored {times} times"
    last: dict[tuple[str, str], Attempt] = {(a.voter, a.key): a for a in attempts}
    for one in kept:
        attempt = last.get((one.voter, one.key))
        if attempt is None:
            yield f"made up: nobody asked for {one.voter}/{one.key}"
        elif attempt.seen == "refused":
            yield f"refused, yet stored: {one.voter}/{one.key}"


def _over_limit(kept: Sequence[Kept]) -> Iterator[str]:
    used = Counter((k.voter, k.day, choice) for k in kept for choice in k.choices)
    for (voter, day, choice), times in used.items():
        if times > 1:
            yield f"over the limit: {voter} chose {choice} {times} times on {day}"
