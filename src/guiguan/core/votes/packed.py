"""Many ballots in columns of fixed width, and a recount of them in a second: the audit's form of a vote that counts whole ballots.

It decides nothing of its own: rows that are plainly valid and meet nobody else's limits are added up, every other row is handed
back to be judged by core's rule. A property test holds the two together equal to `tally`.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guiguan.core.votes.columns import BallotColumns
from guiguan.core.votes.rule import BallotRule

NONE = 0xFFFF
"""In `choice`: no further choice. Entries are numbered below it."""

CHUNK = 1 << 16
MINUTE = 60_000


@dataclass(frozen=True)
class PackedBallots:
    """n ballots. `time` ms (int64); `day` an index of days (uint16); `voter` the first 8 bytes of the pseudonym (uint64), so that
    equal voters are equal and a chance meeting of two only costs time; `choice` (most, n) entry numbers (uint16), `NONE` behind the
    last; `net` the first 24 bits of the address (uint32), where addresses are at hand."""

    time: NDArray[np.int64]
    day: NDArray[np.uint16]
    voter: NDArray[np.uint64]
    choice: NDArray[np.uint16]
    net: NDArray[np.uint32] | None = None

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True)
class PackedCount:
    """`votes` (days, entries) of the plain ballots; `others` the rows that are to be judged one by one, in order."""

    votes: NDArray[np.int64]
    others: NDArray[np.int64]


@dataclass(frozen=True)
class Crowding:
    """How close together ballots came: `by_minute` from the first minute on; `by_net` ballots of each of the 2^24 networks; `peaks`
    (network, minute, ballots) of the fullest minutes of single networks."""

    by_minute: NDArray[np.int64]
    by_net: NDArray[np.int64]
    peaks: tuple[tuple[int, int, int], ...]


def can_pack(rule: BallotRule) -> bool:
    """Whether this form fits the rule: ballots count whole or not at all, every limit has the voter in it, no case counts twice."""
    per_voter = all("voter" in limit.per for limit in rule.limits)
    return rule.counts_whole and per_voter and rule.stage.repeated != "count_each" and len(rule.known) < NONE


def recount(rule: BallotRule, ballots: PackedBallots, days: int, votable: NDArray[np.bool_]) -> PackedCount:
    """The votes of all plainly valid ballots. `votable[e]`: whether entry number e may be voted for. Two threads share the work."""
    with ThreadPoolExecutor(2) as pool:
        crowded = pool.submit(_contested, rule, ballots)
        votes, invalid = _add_up(rule, ballots, days, votable)
        contested = crowded.result()
    wrong = contested & ~invalid
    for row in np.flatnonzero(wrong):  # they were added up as if nobody contested them
        chosen = ballots.choice[:, row]
        votes[ballots.day[row], chosen[chosen != NONE]] -= 1
    return PackedCount(votes, np.flatnonzero(wrong | invalid))


def _add_up(
    rule: BallotRule, ballots: PackedBallots, days: int, votable: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The votes of the ballots that have no fault of their own, and which have one."""
    entries = len(votable)
    votes = np.zeros((days, entries), np.int64)
    invalid = np.zeros(len(ballots), np.bool_)
    may = np.zeros(NONE + 1, np.bool_)
    may[:entries] = votable
    may[NONE] = True
    everyone = bool(votable.all())
    window = rule.window
    for first in range(0, len(ballots), CHUNK):
        here = slice(first, first + CHUNK)
        choice, time, day = ballots.choice[:, here], ballots.time[here], ballots.day[here]
        bad = (time < window.start) | (time >= window.end)
        filled = (choice != NONE).sum(axis=0)
        bad |= (filled < max(rule.low, 1)) | (filled > rule.high)
        for k, column in enumerate(choice):
            bad |= (column >= entries) & (column != NONE) if everyone else ~may[column]
            bad |= ((choice[k + 1 :] == column) & (column != NONE)).any(axis=0)
        invalid[here] = bad
        for one in np.unique(day).tolist():
            rows = ~bad & (day == one)
            chosen = choice if rows.all() else choice[:, rows]
            votes[one] += np.bincount(chosen[chosen != NONE], minlength=entries)[:entries]
    return votes, invalid


def _contested(rule: BallotRule, ballots: PackedBallots) -> NDArray[np.bool_]:
    """Which ballots may stand over some limit: their voter has more than one, and not just different cases where only those are limited."""
    contested = np.zeros(len(ballots), np.bool_)
    if not rule.limits:
        return contested
    key = _by_day(ballots) if all("day" in limit.per for limit in rule.limits) else ballots.voter
    least = min(limit.max for limit in rule.limits if "entry" not in limit.per) if _whole(rule) else 0
    rows = np.flatnonzero(_among(key, _repeated(key, 1))) if len(key) else np.zeros(0, np.int64)
    if not len(rows):
        return contested
    if _whole(rule):
        crowded = _among(key[rows], _repeated(key[rows], least))
        contested[rows[crowded]] = True
    singles = [limit.max for limit in rule.limits if "entry" in limit.per]
    if singles:
        pairs = _mixed(key[rows] + ballots.choice[:, rows].astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
        pairs[ballots.choice[:, rows] == NONE] = 0
        again = _repeated(pairs[pairs != 0], min(singles))
        contested[rows[_among(pairs, again).any(axis=0)]] = True
    return contested


def _whole(rule: BallotRule) -> bool:
    return any("entry" not in limit.per for limit in rule.limits)


def _by_day(ballots: PackedBallots) -> NDArray[np.uint64]:
    return _mixed(ballots.voter + ballots.day.astype(np.uint64) * np.uint64(0xBF58476D1CE4E5B9))


def _mixed(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scattered numbers (the last steps of splitmix64): equal for equal ones; two others meeting only costs time."""
    value = (value ^ (value >> np.uint64(31))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(29))


def _among(key: NDArray[np.uint64], values: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which keys are one of the values (in order). A table of their last 20 bits leaves few to be looked up."""
    if not len(values):
        return np.zeros(key.shape, np.bool_)
    maybe = np.zeros(1 << 20, np.bool_)
    maybe[values & np.uint64(0xFFFFF)] = True
    found = maybe[key & np.uint64(0xFFFFF)]
    place = np.searchsorted(values, key[found])
    found[found] = values[np.minimum(place, len(values) - 1)] == key[found]
    return found


def _repeated(key: NDArray[np.uint64], most: int) -> NDArray[np.uint64]:
    """The values that stand more than `most` times."""
    ordered = np.sort(key, axis=None)
    if len(ordered) <= most:
        return ordered[:0]
    return np.unique(ordered[most:][ordered[most:] == ordered[: len(ordered) - most]])


def columns_of(
    ballots: PackedBallots, rows: NDArray[np.int64], days: Sequence[str], entries: Sequence[str]
) -> BallotColumns:
    """These ballots in the form that core judges, in the order given. `rows` from `recount` are few beside all."""
    choice = ballots.choice[:, rows].T
    there = choice != NONE
    _, voter = np.unique(ballots.voter[rows], return_inverse=True)
    return BallotColumns(
        time=ballots.time[rows],
        day=ballots.day[rows].astype(np.int32),
        voter=voter.astype(np.int32),
        choice=choice[there].astype(np.int32),
        start=np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int64),
        days=tuple(days),
        entries=tuple(entries),
    )


def crowding(ballots: PackedBallots, start: int, most: int = 20) -> Crowding:
    """How close together ballots came, by minute and by network; `start`: the first minute's beginning (ms)."""
    minute = ((ballots.time - start) // MINUTE).astype(np.uint32)
    by_minute = np.bincount(minute).astype(np.int64)
    if ballots.net is None:
        return Crowding(by_minute, np.zeros(0, np.int64), ())
    by_net = np.bincount(ballots.net, minlength=1 << 24).astype(np.int64)
    cell = ballots.net.astype(np.uint64) << np.uint64(32)
    cell |= minute
    cell.sort()
    edges = np.flatnonzero(cell[1:] != cell[:-1]) + 1
    starts = np.concatenate([[0], edges])
    counts = np.diff(np.concatenate([starts, [len(cell)]]))
    fullest = np.lexsort((starts, -counts))[:most] if len(counts) <= 1 << 16 else _largest(counts, most)
    peaks = tuple(
        (int(cell[starts[i]] >> np.uint64(32)), int(cell[starts[i]] & np.uint64(0xFFFFFFFF)), int(counts[i]))
        for i in fullest
        if len(cell)
    )
    return Crowding(by_minute, by_net, peaks)


def _largest(counts: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """The places of the largest, the first among equals, without sorting all."""
    least = np.partition(counts, -most)[-most]
    among = np.flatnonzero(counts >= least)
    return among[np.argsort(-counts[among], kind="stable")][:most]
