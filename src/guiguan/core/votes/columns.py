"""Many ballots as columns of integers, and the fast form of the rule over them.

Ballots that no rule touches are recognised in bulk; every other one is judged by `judge_ballot`, in order. So the two
forms cannot differ: what is fast only decides which ballots are plainly valid and meet nobody else's limits.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from guiguan.core.votes.judge import Ballot, is_whole, own_faults, within_limits
from guiguan.core.votes.rule import BallotRule

Ints = NDArray[np.integer]
Bools = NDArray[np.bool_]
CHUNK = 1 << 18


@dataclass(frozen=True)
class BallotColumns:
    """n ballots in canonical order: by time, then ballot id, else the row's text.

    `time` ms UTC (int64); `day` an index into `days`; `voter`, `ip`, `channel` codes from 0, -1 for none; the choices of
    ballot i are `choice[start[i]:start[i+1]]`: codes into `entries`, or -1-k for the k-th text of `strangers`.
    """

    time: NDArray[np.int64]
    day: NDArray[np.int32]
    voter: NDArray[np.int32]
    choice: Ints
    start: NDArray[np.int64]
    days: tuple[str, ...]
    entries: tuple[str, ...]
    strangers: Sequence[str] = ()
    ip: NDArray[np.int32] | None = None
    channel: NDArray[np.int32] | None = None
    channels: tuple[str, ...] = ()
    void: frozenset[int] = frozenset()
    twice: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.time)

    def names(self, i: int) -> tuple[str, ...]:
        """The choices of ballot i as texts."""
        codes = self.choice[self.start[i] : self.start[i + 1]].tolist()
        return tuple(self.entries[c] if c >= 0 else self.strangers[-1 - c] for c in codes)

    def ballot(self, i: int) -> Ballot:
        """Ballot i in the other form; no code is a name of its own, so codes serve as identities."""
        voter = int(self.voter[i])
        ip = int(self.ip[i]) if self.ip is not None else -1
        channel = int(self.channel[i]) if self.channel is not None else -1
        return Ballot(
            time=int(self.time[i]),
            day=int(self.day[i]),
            voter=voter if voter >= 0 else None,
            choices=self.names(i),
            ip=ip if ip >= 0 else None,
            channel=channel,
        )


@dataclass
class Judged:
    """Which ballots count whole (`plain`), what counts of the others, and every refusal as (ballot, rule, position)."""

    plain: Bools
    partly: dict[int, tuple[str, ...]] = field(default_factory=dict)
    refused: list[tuple[int, str, int | None]] = field(default_factory=list)


def judge_columns(rule: BallotRule, ballots: BallotColumns) -> Judged:
    """The judgement of every ballot, the same as judging them one by one in order."""
    n = len(ballots)
    clean, odd = _clean(rule, ballots)
    valid = clean | odd
    contested = _contested(rule, ballots, valid)
    slowly = odd | (clean & contested)
    judged = Judged(plain=clean & ~contested)
    for i in sorted(ballots.twice):
        judged.refused.append((i, "votes.duplicate-id", None))
    for i in sorted(ballots.void - ballots.twice):
        judged.refused.append((i, "votes.void", None))
    _judge_slowly(rule, ballots, np.flatnonzero(slowly), odd, judged)
    judged.refused.sort(key=lambda r: (r[0], -1 if r[2] is None else r[2], r[1]))
    assert len(judged.plain) == n
    return judged


def _judge_slowly(rule: BallotRule, b: BallotColumns, rows: Ints, odd: Bools, judged: Judged) -> None:
    """The ballots `rows` judged one after another, by the same two steps as `judge_ballot`.

    What a limit counts a choice under is one whole number: its parent (the limit without the entry), the entry, the limit.
    """
    limits, width = rule.limits, len(b.entries) + 1
    count = max(len(limits), 1)
    bases = []
    for n, limit in enumerate(limits):
        parent = _codes(b, tuple(p for p in limit.per if p != "entry"), rows)
        step = count if "entry" in limit.per else 0
        bases.append(((parent * (width if step else 1) * count + n + step).tolist(), step))
    used: dict[Hashable, int] = {}
    first, last = b.start[rows].tolist(), b.start[rows + 1].tolist()
    for at, i in enumerate(rows.tolist()):
        codes = b.choice[first[at] : last[at]].tolist()
        is_odd = bool(odd[i])
        kept, refused = own_faults(rule, b.ballot(i)) if is_odd else (list(range(len(codes))), [])
        if kept:
            keys = [[base[at] + step * c for c in codes] for base, step in bases]
            kept, over = within_limits(limits, keys, kept, used)
            if over:
                refused = over if is_whole(over) else refused + over
        judged.refused.extend((i, name, position) for name, position in refused)
        if kept and not refused:
            judged.plain[i] = True
        elif kept:
            judged.partly[i] = tuple(b.entries[codes[k]] for k in kept)


def _clean(rule: BallotRule, b: BallotColumns) -> tuple[Bools, Bools]:
    """(ballots with no fault of their own, ballots with one). Void ones and repeated ids are in neither."""
    n = len(b)
    inside: Bools = (b.time >= rule.window.start) & (b.time < rule.window.end) & (b.voter >= 0)
    if rule.by_ip:
        inside &= np.asarray((np.full(n, -1) if b.ip is None else b.ip) >= 0)
    votable = np.zeros(len(b.entries) + 1, dtype=np.bool_)
    votable[[i for i, e in enumerate(b.entries) if e in rule.votable]] = True
    lengths = np.diff(b.start)
    # A blank ballot names nothing that could count, though a rule may let it pass; the other form says so too.
    fits = (lengths >= max(rule.low, 1)) & (lengths <= rule.high)
    good = np.zeros(n, dtype=np.bool_)
    for first in range(0, n, CHUNK):
        last = min(first + CHUNK, n)
        here = np.flatnonzero(fits[first:last]) + first
        for length in np.unique(lengths[here]).tolist():
            rows = here[lengths[here] == length]
            good[rows] = _good(b, rows, int(length), votable, distinct=rule.stage.repeated != "count_each")
    good &= inside
    out = np.zeros(n, dtype=np.bool_)
    out[list(b.void | b.twice)] = True
    return good & ~out, ~good & ~out


def _good(b: BallotColumns, rows: Ints, length: int, votable: Bools, *, distinct: bool) -> Bools:
    """For ballots of one length (1 or more): every choice can be voted for and, if so ruled, stands once."""
    first = b.start[rows]
    if len(rows) and int(first[-1]) - int(first[0]) == (len(rows) - 1) * length:
        matrix = b.choice[int(first[0]) : int(first[0]) + len(rows) * length].reshape(-1, length)
    else:
        matrix = b.choice[first[:, None] + np.arange(length)]
    known: Bools = np.all(votable[np.maximum(matrix, -1)], axis=1)
    if not distinct or length == 1:
        return known
    in_order = np.sort(matrix, axis=1)
    once: Bools = (in_order[:, 1:] != in_order[:, :-1]).all(axis=1)
    return known & once


def _contested(rule: BallotRule, b: BallotColumns, valid: Bools) -> Bools:
    """Ballots that share a combination of some limit with so many others that somebody must give way."""
    contested = np.zeros(len(b), dtype=np.bool_)
    for limit in rule.limits:
        parent = _codes(b, tuple(p for p in limit.per if p != "entry"))
        crowded = valid & _crowded(parent, valid, limit.max)
        if "entry" not in limit.per:
            contested |= crowded
            continue
        rows = np.flatnonzero(crowded)
        if len(rows):
            contested[rows[_crowded_by_entry(b, parent, rows, limit.max)]] = True
    return contested


def _codes(b: BallotColumns, names: tuple[str, ...], rows: Ints | slice = slice(None)) -> NDArray[np.int64]:
    """One number for each combination of the named columns."""
    columns: dict[str, tuple[Ints | None, int]] = {
        "voter": (b.voter, int(b.voter.max(initial=-1)) + 1),
        "day": (b.day, len(b.days)),
        "ip": (b.ip, int(b.ip.max(initial=-1)) + 1 if b.ip is not None else 0),
        "channel": (b.channel, len(b.channels)),
    }
    code = np.zeros(len(b.time[rows]), dtype=np.int64)
    for name in names:
        column, size = columns[name]
        code *= size + 1
        if column is not None:
            code += column[rows]
            code += 1
    return code


def _crowded(code: NDArray[np.int64], valid: Bools, most: int) -> Bools:
    """Which codes stand more than `most` times among the valid ballots."""
    top = int(code.max(initial=0)) + 1
    if top <= max(1 << 16, 8 * len(code)):
        crowded: Bools = np.bincount(code[valid], minlength=top)[code] > most
        return crowded
    _, inverse, counts = np.unique(np.where(valid, code, -1), return_inverse=True, return_counts=True)
    return np.asarray(counts[inverse] > most)


def _crowded_by_entry(b: BallotColumns, parent: NDArray[np.int64], rows: Ints, most: int) -> Bools:
    lengths = np.diff(b.start)[rows]
    owner = np.repeat(np.arange(len(rows)), lengths)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    choice = b.choice[b.start[rows][owner] + within].astype(np.int64)
    key = parent[rows][owner] * (len(b.entries) + 1) + np.maximum(choice, -1) + 1
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    crowded = np.zeros(len(rows), dtype=np.bool_)
    crowded[owner[counts[inverse] > most]] = True
    return crowded


def chunks_of(plain: Bools) -> Iterator[Ints]:
    """The indices of the ballots that count whole, a chunk at a time."""
    for first in range(0, len(plain), CHUNK):
        yield np.flatnonzero(plain[first : first + CHUNK]) + first
