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
    with ThreadPoolExecutor(2) as pool:
        crowded = pool.submit(_contested, rule, ballots)
        votes, invalid = _add_up(rule, ballots, days, votable)
        return _settled(rule, ballots, votes, invalid, crowded.result())


def audit(
    rule: BallotRule, ballots: PackedBallots, days: int, votable: NDArray[np.bool_]
) -> tuple[PackedCount, Crowding]:
    """The recount, and how close together the ballots came."""
    with ThreadPoolExecutor(2) as pool:
        crowded = pool.submit(_contested, rule, ballots)
        close = pool.submit(crowding, ballots, rule.window.start)
        votes, invalid = _add_up(rule, ballots, days, votable)
        return _settled(rule, ballots, votes, invalid, crowded.result()), close.result()


def _settled(
    rule: BallotRule,
    ballots: PackedBallots,
    votes: NDArray[np.int64],
    invalid: NDArray[np.bool_],
    contested: NDArray[np.bool_],
) -> PackedCount:
    """Ballots that somebody contests were added up as if nobody did: what does not count, or is to be judged, is taken off again."""
    rows = np.flatnonzero(contested & ~invalid)
    if _one_case_once(rule):
        late, rows = _later_of_two(ballots, rows)
        _take_off(ballots, votes, late)
    _take_off(ballots, votes, rows)
    return PackedCount(votes, np.sort(np.concatenate([rows, np.flatnonzero(invalid)])))


def _take_off(ballots: PackedBallots, votes: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
    chosen = ballots.choice[:, rows]
    row = np.broadcast_to(ballots.row[rows], chosen.shape)
    there = chosen != NONE
    np.subtract.at(votes, (row[there], chosen[there]), 1)


def _one_case_once(rule: BallotRule) -> bool:
    """Whether the one limit is that a case gets one vote of a voter, of a day or ever."""
    per = [set(limit.per) - {"day"} for limit in rule.limits if limit.max == 1]
    return len(rule.limits) == 1 and per == [{"voter", "entry"}]


def _later_of_two(
    ballots: PackedBallots, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(rows that lose, rows still to be judged) of rows that share a case with another of their voter, where a case counts once: of
    exactly two that share one, the earlier counts and the later is refused. Names are compared in full."""
    if ballots.rest is None or not len(rows):
        return rows[:0], rows
    order = rows[
        np.lexsort((rows, ballots.time[rows], ballots.rest[rows], ballots.voter[rows], ballots.day[rows]))
    ]
    voter, rest, day = ballots.voter[order], ballots.rest[order], ballots.day[order]
    begins = np.concatenate(
        [[True], (voter[1:] != voter[:-1]) | (rest[1:] != rest[:-1]) | (day[1:] != day[:-1]), [True]]
    )
    starts = np.flatnonzero(begins)
    pairs = starts[:-1][np.diff(starts) == 2]
    first, second = order[pairs], order[pairs + 1]
    _, code = np.unique(voter, return_inverse=True)
    alone = np.bincount(code)[code] == 2
    shares = (ballots.choice[:, first][:, None, :] == ballots.choice[:, second][None, :, :]) & (
        ballots.choice[:, first] != NONE
    )[:, None, :]
    settled = shares.any(axis=(0, 1)) & alone[pairs]
    done = np.concatenate([first[settled], second[settled]])
    return second[settled], rows[~np.isin(rows, done)]


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
    found: NDArray[np.bool_] = maybe[key & np.uint64(0xFFFFF)]
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
    if ballots.net is None or not len(ballots):
        return Crowding(by_minute, np.zeros(0, np.uint32), np.zeros(0, np.int64), ())
    cell = ballots.net.astype(np.uint64) << np.uint64(32)
    cell |= minute
    cell.sort()
    starts, counts = _runs(cell)
    networks = (cell[starts] >> np.uint64(32)).astype(np.uint32)
    of_net, _ = _runs(networks)
    by_net = np.add.reduceat(counts, of_net)
    fullest = np.lexsort((starts, -counts))[:most] if len(counts) <= 1 << 16 else _largest(counts, most)
    peaks = tuple(
        (int(cell[starts[i]] >> np.uint64(32)), int(cell[starts[i]] & np.uint64(0xFFFFFFFF)), int(counts[i]))
        for i in fullest
    )
    return Crowding(by_minute, networks[of_net], by_net, peaks)


def _runs(ordered: NDArray[np.unsignedinteger]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each run of equal values begins, and how long it is."""
    starts = np.concatenate([[0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1])
    return starts, np.diff(np.concatenate([starts, [len(ordered)]]))


def _largest(counts: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """The places of the largest, the first among equals, without sorting all."""
    least = np.partition(counts, -most)[-most]
    among = np.flatnonzero(counts >= least)
    return among[np.argsort(-counts[among], kind="stable")][:most]
