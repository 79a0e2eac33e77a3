"""A ballots table becomes columns of integers in canonical order."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from guiguan.core.blueprint.stages import Ballots
from guiguan.core.evidence.bundle import BallotNames
from guiguan.core.values.address import network_of
from guiguan.core.values.exclusion import Exclusion
from guiguan.core.values.finding import Finding
from guiguan.core.values.moment import day_of, day_start
from guiguan.core.votes.columns import BallotColumns
from guiguan.replay.ballot_columns import Choices, Codes, instants, named, pieces
from guiguan.tables.batches import Batch, read_batches

REQUIRED = ("time", "voter", "choices")
OPTIONAL = ("ballot", "channel", "ip", "stage")
ALIASES = {
    "投票时间": "time",
    "时间": "time",
    "投票人": "voter",
    "所选案例": "choices",
    "选票编号": "ballot",
    "渠道": "channel",
    "IP": "ip",
}
_PSEUDONYM = re.compile("[0-9a-f]{32}")
THREADS = 2
FIRST_MS, LAST_MS = -62_000_000_000_000, 253_000_000_000_000
"""About the years 5 to 9987: beyond them no calendar day can be told."""


@dataclass(frozen=True)
class ReadBallots:
    """`columns` and `names` of one vote; `line` of each ballot in the file."""

    columns: BallotColumns
    names: BallotNames
    line: NDArray[np.int64]


def read_ballots(
    path: Path,
    stage: Ballots,
    zone: ZoneInfo,
    entries: Sequence[str],
    void: Iterable[str],
    *,
    only_stage: bool,
) -> tuple[ReadBallots, list[Exclusion], tuple[Finding, ...]]:
    """The ballots of one vote, those whose time cannot be read, and notes. With several votes the column `stage` says which."""
    by_ip = any("ip" in limit.per for limit in stage.limits)
    required = [*REQUIRED, *(["ip"] if by_ip else []), *([] if only_stage else ["stage"])]
    batches, notes = read_batches(path, required=required, known=OPTIONAL, aliases=ALIASES)
    gathered = _Gathered(stage, entries)
    choices = Choices(entries)
    for part in _converted(batches, lambda b: _part(b, stage.id if not only_stage else None, zone, choices)):
        gathered.take(part)
    return gathered.finish(frozenset(void), zone), gathered.unreadable, notes


def homeless_ballots(path: Path, stages: frozenset[str]) -> list[Exclusion]:
    """The rows that name none of the votes, where a campaign has several."""
    batches, _ = read_batches(path, required=("stage", *REQUIRED), known=OPTIONAL, aliases=ALIASES)
    return [
        Exclusion("ballot", "", "votes.unknown-stage", line=line, detail=text)
        for batch in batches
        for text, line in zip(batch.columns["stage"].to_pylist(), batch.lines, strict=True)
        if text not in stages
    ]


@dataclass(frozen=True)
class _Part:
    """One batch in integers, but for names, which get their codes from all batches together."""

    time: NDArray[np.int64]
    line: NDArray[np.int64]
    choice: NDArray[Any]
    lengths: NDArray[np.int64]
    strangers: list[tuple[int, str]]
    columns: Mapping[str, pa.Array]
    unreadable: list[Exclusion]


def _converted(batches: Iterator[Batch], convert: Callable[[Batch], _Part]) -> Iterator[_Part]:
    """The parts in order, a few batches being converted at the same time."""
    with ThreadPoolExecutor(THREADS) as pool:
        running: deque[Future[_Part]] = deque()
        for batch in batches:
            running.append(pool.submit(convert, batch))
            if len(running) > THREADS:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _part(batch: Batch, stage: str | None, zone: ZoneInfo, choices: Choices) -> _Part:
    columns = dict(batch.columns)
    lines = np.asarray(batch.lines, dtype=np.int64)
    if stage is not None:
        mine = pc.equal(columns["stage"], stage)
        columns = {k: c.filter(mine) for k, c in columns.items()}
        lines = lines[np.asarray(mine)]
    time, good = instants(columns["time"], zone)
    good &= (time >= FIRST_MS) & (time < LAST_MS)
    unreadable: list[Exclusion] = []
    if not good.all():
        bad = np.flatnonzero(~good)
        texts = columns["time"].take(pa.array(bad)).to_pylist()
        unreadable = [
            Exclusion("ballot", "", "votes.bad-time", line=int(lines[i]), detail=str(t))
            for i, t in zip(bad.tolist(), texts, strict=True)
        ]
        keep = pa.array(good)
        columns = {k: c.filter(keep) for k, c in columns.items()}
        time, lines = time[good], lines[good]
    choice, lengths, strangers = choices.codes(*pieces(columns["choices"]))
    names: dict[str, pa.Array] = {k: columns[k] for k in ("voter", "ip", "channel") if k in columns}
    if "ballot" in columns:
        names["ballot"] = named(columns["ballot"])
    return _Part(time, lines, choice, lengths, strangers, names, unreadable)


class _Gathered:
    def __init__(self, stage: Ballots, entries: Sequence[str]) -> None:
        self.stage, self.entries = stage, tuple(entries)
        self.codes = {"voter": Codes(), "ip": Codes(), "channel": Codes()}
        self.times: list[NDArray[np.int64]] = []
        self.lines: list[NDArray[np.int64]] = []
        self.choices: list[NDArray[Any]] = []
        self.lengths: list[NDArray[np.int64]] = []
        self.strangers: dict[str, int] = {}
        self.ids: list[str] = []
        self.unreadable: list[Exclusion] = []

    def take(self, part: _Part) -> None:
        for at, text in part.strangers:
            part.choice[at] = -1 - self.strangers.setdefault(text, len(self.strangers))
        narrow = not self.strangers or len(self.strangers) < 30_000
        small = len(self.entries) < 30_000 and narrow
        self.choices.append(part.choice.astype(np.int16 if small else np.int32, copy=False))
        self.times.append(part.time)
        self.lines.append(part.line)
        self.lengths.append(part.lengths)
        for name, codes in self.codes.items():
            if name in part.columns:
                codes.add(part.columns[name])
            else:
                codes.add_none(len(part.time))
        if "ballot" in part.columns:
            self.ids.extend(part.columns["ballot"].to_pylist())
        self.unreadable.extend(part.unreadable)

    def finish(self, void: frozenset[str], zone: ZoneInfo) -> ReadBallots:
        time, line, choice, lengths = (
            _joined(p) for p in (self.times, self.lines, self.choices, self.lengths)
        )
        self.times, self.lines, self.choices, self.lengths = [], [], [], []
        voter, voters = self.codes["voter"].finish()
        channel, channels = self.codes["channel"].finish()
        prefix = {str(k): v for k, v in self.stage.ip_prefix.items()}
        ip, addresses = self.codes["ip"].finish(lambda text: _network(text, prefix))
        start = _starts(lengths)
        strangers = tuple(self.strangers)

        def text(i: int) -> tuple[str, ...]:
            codes = choice[start[i] : start[i + 1]].tolist()
            named_choices = ";".join(self.entries[c] if c >= 0 else strangers[-1 - c] for c in codes)
            texts = [
                t[c] if c >= 0 else ""
                for t, c in ((voters, voter[i]), (channels, channel[i]), (addresses, ip[i]))
            ]
            return (self.ids[i] if self.ids else "", texts[0], named_choices, texts[1], texts[2])

        order = canonical_order(time, text)
        if len(order) and not (order[1:] > order[:-1]).all():
            choice, start = _reordered(choice, start, lengths, order)
            time, line, voter, channel, ip = (a[order] for a in (time, line, voter, channel, ip))
        ids = tuple(self.ids[i] for i in order.tolist()) if self.ids else ()
        twice = _seen_before(ids)
        day, days = _days(time, zone)
        columns = BallotColumns(
            time=time,
            day=day,
            voter=voter,
            choice=choice,
            start=start,
            days=days,
            entries=self.entries,
            strangers=strangers,
            ip=ip,
            channel=channel,
            channels=tuple(channels),
            void=frozenset(i for i, name in enumerate(ids) if name in void) - twice,
            twice=twice,
        )
        return ReadBallots(columns, BallotNames(voters, addresses, ids), line)


def _network(text: str, prefix: Mapping[str, int]) -> str:
    """What counts as one address: a network, or a pseudonym of one as a site's own export has it; "" for anything else."""
    return text if _PSEUDONYM.fullmatch(text) else network_of(text, prefix)


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _starts(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    start = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=start[1:])
    return start


def _reordered(
    choice: NDArray[Any], start: NDArray[np.int64], lengths: NDArray[np.int64], order: NDArray[np.int64]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The choices in another order of ballots."""
    if len(lengths) and (lengths == lengths[0]).all() and lengths[0] > 0:
        return choice.reshape(len(lengths), -1)[order].reshape(-1), start
    new_lengths = lengths[order]
    new_start = _starts(new_lengths)
    out = np.empty(int(new_start[-1]), dtype=choice.dtype)
    step = 1 << 18
    for first in range(0, len(order), step):
        rows = slice(first, min(first + step, len(order)))
        shift = np.repeat(start[:-1][order[rows]] - new_start[rows], new_lengths[rows])
        low, high = int(new_start[rows.start]), int(new_start[rows.stop])
        out[low:high] = choice[shift + np.arange(low, high)]
    return out, new_start


def _seen_before(ids: Sequence[str]) -> frozenset[int]:
    """The ballots whose id stood on an earlier one."""
    seen: set[str] = set()
    twice: set[int] = set()
    for i, name in enumerate(ids):
        if name and name in seen:
            twice.add(i)
        seen.add(name)
    return frozenset(twice)


def _days(time: NDArray[np.int64], zone: ZoneInfo) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Each ballot's day in the campaign's zone. `time` is in order."""
    if not len(time):
        return np.zeros(0, dtype=np.int32), ()
    first_of_day = np.zeros(len(time), dtype=np.int32)
    names: list[str] = []
    at = 0
    while at < len(time):
        day = day_of(int(time[at]), zone)
        names.append(day.isoformat())
        first_of_day[at] = at > 0
        at = int(np.searchsorted(time, day_start(day.fromordinal(day.toordinal() + 1), zone), side="left"))
    return np.cumsum(first_of_day, dtype=np.int32), tuple(names)


def canonical_order(time: NDArray[np.int64], text: Callable[[int], tuple[str, ...]]) -> NDArray[np.int64]:
    """The order of ballots: by time; at equal times by ballot id, else by the row's text."""
    order = np.argsort(time, kind="stable").astype(np.int64)
    in_order = time[order]
    equal = np.flatnonzero(in_order[1:] == in_order[:-1])
    if not len(equal):
        return order
    starts = equal[np.concatenate(([True], np.diff(equal) > 1))]
    ends = equal[np.concatenate((np.diff(equal) > 1, [True]))] + 2
    for first, last in zip(starts.tolist(), ends.tolist(), strict=True):
        order[first:last] = sorted(order[first:last].tolist(), key=text)
    return order
