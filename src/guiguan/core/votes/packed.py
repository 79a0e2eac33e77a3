"""Many ballots in columns of fixed width, and a recount of them in a second: the audit's form of a vote that counts whole ballots.

It decides nothing of its own: rows that are plainly valid and meet nobody else's limits are added up, every other row is handed
back to be judged by core's rule. A property test holds the two together equal to `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

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
    """n ballots. `time` ms (int64); `day` an index of days (uint16); `voter` the first 8 bytes of the pseudonym and `rest` the other 8
    (uint64): by the first alone a chance meeting of two voters only costs time; `label` the row of the count that it is added to (uint16), where that is
    not its day; `choice` (most, n) entry numbers (uint16), `NONE` behind the
    last; `net` the first 24 bits of the address (uint32), where addresses are at hand."""

    time: NDArray[np.int64]
    day: NDArray[np.uint16]
    voter: NDArray[np.uint64]
    choice: NDArray[np.uint16]
    net: NDArray[np.uint32] | None = None
    rest: NDArray[np.uint64] | None = None
    label: NDArray[np.uint16] | None = None

    @property
    def row(self) -> NDArray[np.uint16]:
        return self.day if self.label is None else self.label

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True)
class PackedCount:
    """`votes` (days or labels, entries) of all ballots but `others`: the rows that are to be judged one by one, in order."""

    votes: NDArray[np.int64]
    others: NDArray[np.int64]


@dataclass(frozen=True)
class Crowding:
    """How close together ballots came: `by_minute` from the first minute on; `networks` and `by_net` each
    network that occurs and its ballots; `peaks` (network, minute, ballots) of the fullest minutes of single networks."""

    by_minute: NDArray[np.int64]
    networks: NDArray[np.uint32]
    by_net: NDArray[np.int64]
    peaks: tuple[tuple[int, int, int], ...]


def can_pack(rule: BallotRule) -> bool:
    """Whether this form fits the rule: ballots count whole or not at all, every limit has the voter and none the address in it, no case counts twice."""
    per_voter = all("voter" in limit.per for limit in rule.limits) and not rule.by_ip
    return rule.counts_whole and per_voter and rule.stage.repeated != "count_each" and len(rule.known) < NONE


def recount(rule: BallotRule, ballots: PackedBallots, days: int, votable: NDArray[np.bool_]) -> PackedCount:
    """The votes of all ballots that need no judge. `votable[e]`: whether entry number e may be voted for; `days`:
    how many days, or labels, there are. Two threads share the work."""
    with ThreadPoolExecutor(1) as pool:
        meeting = pool.submit(_meeting, rule, ballots)
        votes, invalid = _add_up(rule, ballots, days, votable)
        return _settled(rule, ballots, votes, invalid, *meeting.result())


def audit(
    rule: BallotRule, ballots: PackedBallots, days: int, votable: NDArray[np.bool_]
) -> tuple[PackedCount, Crowding]:
    """The recount, and how close together the ballots came."""
    with ThreadPoolExecutor(1) as pool:
        close = pool.submit(crowding, ballots, rule.window.start)
        rows, key = _meeting(rule, ballots)
        votes, invalid = _add_up(rule, ballots, days, votable)
        return _settled(rule, ballots, votes, invalid, rows, key), close.result()


def _settled(
    rule: BallotRule,
    ballots: PackedBallots,
    votes: NDArray[np.int64],
    invalid: NDArray[np.bool_],
    rows: NDArray[np.int64],
    key: NDArray[np.uint64],
) -> PackedCount:
    """Ballots that somebody contests were added up as if nobody did: what does not count, or is to be judged, is taken off again."""
    valid = ~invalid[rows]
    rows, key = rows[valid], key[valid]
    if _one_case_once(rule) and ballots.rest is not None:
        late, left = _later_of_two(ballots, rows, key, by_day=_by_the_day(rule))
        _take_off(ballots, votes, late)
        rows, key = rows[left], key[left]
    rows = rows[_contested(rule, ballots, rows, key)]
    _take_off(ballots, votes, rows)
    return PackedCount(votes, np.sort(np.concatenate([rows, np.flatnonzero(invalid)])))


def _take_off(ballots: PackedBallots, votes: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
    row = ballots.row[rows]
    for column in ballots.choice:
        chosen = column[rows]
        there = chosen != NONE
        np.subtract.at(votes, (row[there], chosen[there]), 1)


def _one_case_once(rule: BallotRule) -> bool:
    """Whether the one limit is that a case gets one vote of a voter, of a day or ever."""
    per = [set(limit.per) - {"day"} for limit in rule.limits if limit.max == 1]
    return len(rule.limits) == 1 and per == [{"voter", "entry"}]


def _later_of_two(
    ballots: PackedBallots, rows: NDArray[np.int64], key: NDArray[np.uint64], *, by_day: bool
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(rows that lose, which of the given are still to be judged) where a case counts once: of exactly two ballots of one voter that
    share a case, the earlier counts and the later is refused. `key` as `_meeting` gives it; names are compared in full."""
    assert ballots.rest is not None
    order = np.argsort(key, kind="stable")
    starts, sizes = _runs(key[order])
    at = starts[sizes == 2]
    one, two = rows[order[at]], rows[order[at + 1]]
    same = (ballots.voter[one] == ballots.voter[two]) & (ballots.rest[one] == ballots.rest[two])
    if by_day:
        same &= ballots.day[one] == ballots.day[two]
    shares = np.zeros(len(at), np.bool_)
    others = ballots.choice[:, two]
    for column in ballots.choice:
        chosen = column[one]
        shares |= (others == chosen).any(axis=0) & (chosen != NONE)
    later = np.where(ballots.time[one] <= ballots.time[two], two, one)
    left = np.ones(len(rows), np.bool_)
    left[order[at]] = left[order[at + 1]] = False
    return later[same & shares], left


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
        choice, time, row = ballots.choice[:, here], ballots.time[here], ballots.row[here]
        bad = (time < window.start) | (time >= window.end)
        filled = (choice != NONE).sum(axis=0)
        bad |= (filled < max(rule.low, 1)) | (filled > rule.high)
        for k, column in enumerate(choice):
            bad |= (column >= entries) & (column != NONE) if everyone else ~may[column]
            bad |= ((choice[k + 1 :] == column) & (column != NONE)).any(axis=0)
        invalid[here] = bad
        for one in np.unique(row).tolist():
            rows = ~bad & (row == one)
            chosen = choice if rows.all() else choice[:, rows]
            votes[one] += np.bincount(chosen[chosen != NONE], minlength=entries)[:entries]
    return votes, invalid


def _meeting(rule: BallotRule, ballots: PackedBallots) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """The ballots whose voter has more than one, of a day where all limits are by the day: their rows, and the same number for each."""
    if not rule.limits or not len(ballots):
        return np.zeros(0, np.int64), np.zeros(0, np.uint64)
    key = _by_day(ballots) if _by_the_day(rule) else np.asarray(ballots.voter)
    rows = np.flatnonzero(_among(key, _repeated(key, 1)))
    return rows, key[rows]


def _contested(
    rule: BallotRule, ballots: PackedBallots, rows: NDArray[np.int64], key: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """Which of the ballots may stand over some limit: not those with just different cases where only cases are limited."""
    contested = np.zeros(len(rows), np.bool_)
    whole = [limit.max for limit in rule.limits if "entry" not in limit.per]
    if whole:
        contested |= _among(key, _repeated(key, min(whole)))
    singles = [limit.max for limit in rule.limits if "entry" in limit.per]
    if singles:
        choice = ballots.choice[:, rows]
        pairs = _mixed(key + choice.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
        pairs[choice == NONE] = 0
        again = _repeated(pairs[pairs != 0], min(singles))
        contested |= _among(pairs, again).any(axis=0)
    return contested


def _by_the_day(rule: BallotRule) -> bool:
    return all("day" in limit.per for limit in rule.limits)


def _by_day(ballots: PackedBallots) -> NDArray[np.uint64]:
    key = np.empty(len(ballots), np.uint64)
    for here in _chunks(len(key)):
        days = ballots.day[here].astype(np.uint64) * np.uint64(0xBF58476D1CE4E5B9)
        key[here] = _mixed(ballots.voter[here] + days)
    return key


def _chunks(count: int) -> Iterator[slice]:
    """Parts that fit into a core's cache, and keep what is worked out on the way from filling the memory."""
    return (slice(first, first + CHUNK) for first in range(0, count, CHUNK))


def _mixed(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scattered numbers (the last steps of splitmix64): equal for equal ones; two others meeting only costs time."""
    value = (value ^ (value >> np.uint64(31))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(29))


def _among(key: NDArray[np.uint64], values: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which keys are one of the values (in order). A table of their last bits leaves few to be looked up."""
    found = np.zeros(key.shape, np.bool_)
    if not len(values):
        return found
    last = np.uint64(0x3FFFFF)
    maybe = np.zeros(int(last) + 1, np.bool_)
    maybe[values & last] = True
    keys, marks = key.reshape(-1), found.reshape(-1)
    for here in _chunks(keys.size):
        part = keys[here]
        rows = np.flatnonzero(maybe[part & last])
        place = np.searchsorted(values, part[rows])
        marks[here.start + rows] = values[np.minimum(place, len(values) - 1)] == part[rows]
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
    """How close together ballots came, by minute and by network; `start`: the first minute's beginning (ms). ValueError where a ballot is
    earlier."""
    length = int((ballots.time.max() - start) // MINUTE) + 1 if len(ballots) else 0
    by_minute = np.zeros(length, np.int64)
    cell = np.empty(0 if ballots.net is None else len(ballots), np.uint64)
    for here in _chunks(len(ballots)):
        minute = (ballots.time[here] - start) // MINUTE
        by_minute += np.bincount(minute, minlength=length)
        if ballots.net is not None:
            cell[here] = ballots.net[here].astype(np.uint64) << np.uint64(32) | minute.astype(np.uint64)
    cell.sort()
    at = _starts(cell, np.uint64(32))
    networks = (cell[at] >> np.uint64(32)).astype(np.uint32)
    peaks = tuple(
        (int(cell[i] >> np.uint64(32)), int(cell[i] & np.uint64(0xFFFFFFFF)), n)
        for i, n in _longest(cell, most)
    )
    return Crowding(by_minute, networks, np.diff(at, append=len(cell)), peaks)


def _longest(ordered: NDArray[np.uint64], most: int) -> list[tuple[int, int]]:
    """(where it begins, length) of the longest runs of equal values, the first among equals. Most values stand alone: only the others
    are looked at one by one."""
    before, after = ordered[:-1], ordered[1:]
    parts = [1 + here.start + np.flatnonzero(before[here] == after[here]) for here in _chunks(len(before))]
    again = np.concatenate([np.zeros(0, np.int64), *parts])
    begins, more = _runs(again - np.arange(len(again)))  # neighbours of one run
    order = np.argsort(-more, kind="stable")[:most]
    found = [(int(again[begins[i]]) - 1, int(more[i]) + 1) for i in order]
    if len(found) < most:
        alone = _starts(ordered[: most + len(again) + 1], np.uint64(0))
        inside = {place for place, _ in found}
        found += [(int(i), 1) for i in alone if int(i) not in inside][: most - len(found)]
    return found


def _starts(ordered: NDArray[np.uint64], shift: np.uint64) -> NDArray[np.int64]:
    """Where each run of values begins that are equal but for their last bits."""
    if not len(ordered):
        return np.zeros(0, np.int64)
    before, after = ordered[:-1], ordered[1:]
    parts = [
        1 + here.start + np.flatnonzero((before[here] ^ after[here]) >> shift)
        for here in _chunks(len(before))
    ]
    return np.concatenate([np.zeros(1, np.int64), *parts])


def _runs(ordered: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each run of equal values begins, and how long it is."""
    if not len(ordered):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts = np.concatenate([[0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1])
    return starts, np.diff(starts, append=len(ordered))
