"""A ballots table becomes columns of integers in canonical order."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from guiguan.core.values.exclusion import Exclusion
from guiguan.core.values.finding import Finding
from guiguan.core.values.moment import NoSuchTime, day_of, day_start, parse_instant
from guiguan.core.votes.columns import BallotColumns
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


@dataclass(frozen=True)
class ReadBallots:
    """`columns` and `names` of one vote; `line` of each ballot in the file; `raw` gives a ballot's choices as written."""

    columns: BallotColumns
    names: BallotNames
    line: NDArray[np.int64]
    raw: Callable[[int], str]


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
    required = [
        *REQUIRED,
        *(["ip"] if any("ip" in n.per for n in stage.limits) else []),
        *([] if only_stage else ["stage"]),
    ]
    batches, notes = read_batches(path, required=required, known=OPTIONAL, aliases=ALIASES)
    gatherer = _Gatherer(stage, zone, entries, by_stage=not only_stage)
    for batch in batches:
        gatherer.take(batch)
    return gatherer.finish(frozenset(void)), gatherer.unreadable, notes


class _Codes:
    """Texts to codes in order of first appearance, shared by all batches; the empty text is -1."""

    def __init__(self) -> None:
        self.place: dict[str, int] = {}

    def of(self, column: pa.Array, clean: Callable[[str], str] = str) -> NDArray[np.int32]:
        encoded = pc.dictionary_encode(column)
        values = [clean(v) for v in encoded.dictionary.to_pylist()]
        codes = np.array(
            [-1 if not v else self.place.setdefault(v, len(self.place)) for v in values] or [-1],
            dtype=np.int32,
        )
        found: NDArray[np.int32] = codes[encoded.indices.to_numpy(zero_copy_only=False)]
        return found

    def texts(self) -> tuple[str, ...]:
        return tuple(self.place)


class _Gatherer:
    def __init__(self, stage: Ballots, zone: ZoneInfo, entries: Sequence[str], *, by_stage: bool) -> None:
        self.stage, self.zone, self.by_stage = stage, zone, by_stage
        self.entries = tuple(entries)
        self.entry_set = pa.array(self.entries, pa.large_string())
        self.width = np.int16 if len(self.entries) < 30_000 else np.int32
        self.strangers: dict[str, int] = {}
        self.stranger_names: tuple[str, ...] = ()
        self.voters, self.addresses, self.channels = _Codes(), _Codes(), _Codes()
        self.parts: dict[str, list[NDArray[Any]]] = {
            k: [] for k in ("time", "voter", "ip", "channel", "lengths", "choice", "line")
        }
        self.ids: list[str] = []
        self.has_ids = False
        self.unreadable: list[Exclusion] = []

    def take(self, batch: Batch) -> None:
        columns = dict(batch.columns)
        lines = np.asarray(batch.lines, dtype=np.int64)
        if self.by_stage:
            mine = pc.equal(columns["stage"], self.stage.id)
            columns = {k: c.filter(mine) for k, c in columns.items()}
            lines = lines[mine.to_numpy(zero_copy_only=False)]
        time, good = self.times(columns["time"], lines)
        if not good.all():
            keep = pa.array(good)
            columns = {k: c.filter(keep) for k, c in columns.items()}
            time, lines = time[good], lines[good]
        choice, lengths = self.choices(columns["choices"])
        parts = self.parts
        parts["time"].append(time)
        parts["line"].append(lines)
        parts["choice"].append(choice)
        parts["lengths"].append(lengths)
        parts["voter"].append(self.voters.of(columns["voter"]))
        for name, codes, clean in (("ip", self.addresses, self.network), ("channel", self.channels, str)):
            none = np.full(len(time), -1, dtype=np.int32)
            parts[name].append(codes.of(columns[name], clean) if name in columns else none)
        if "ballot" in columns:
            self.has_ids = True
            self.ids.extend(columns["ballot"].to_pylist())
        else:
            self.ids.extend([""] * len(time) if self.has_ids else [])

    def times(
        self, column: pa.Array, lines: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Instants in ms UTC, and which could be read."""
        if pa.types.is_timestamp(column.type) and column.null_count == 0:
            ms = np.asarray(pc.cast(column, pa.timestamp("ms", column.type.tz), safe=False).cast(pa.int64()))
            return (ms if column.type.tz else self.local(ms)), np.ones(len(ms), dtype=np.bool_)
        time = np.zeros(len(column), dtype=np.int64)
        good = np.ones(len(column), dtype=np.bool_)
        for i, text in enumerate(column.to_pylist()):
            try:
                time[i] = parse_instant(str(text), self.zone)
            except (NoSuchTime, ValueError):
                good[i] = False
                self.unreadable.append(
                    Exclusion("ballot", "", "votes.bad-time", line=int(lines[i]), detail=str(text))
                )
        return time, good

    def local(self, ms: NDArray[np.int64]) -> NDArray[np.int64]:
        """Naive wall times of the campaign's zone as instants, by the offset of each distinct quarter of an hour."""
        quarter = 900_000
        steps, inverse = np.unique(ms // quarter, return_inverse=True)
        offsets = [
            int(s) * quarter
            - parse_instant(str(np.datetime64(int(s) * quarter, "ms")).replace("Z", ""), self.zone)
            for s in steps
        ]
        return ms - np.array(offsets, dtype=np.int64)[inverse]

    def network(self, text: str) -> str:
        """The address cut to the declared prefix; an unreadable one is none."""
        try:
            address = ipaddress.ip_address(text.strip())
        except ValueError:
            return ""
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        bits = (
            self.stage.ip_prefix.get("v4", 32) if address.version == 4 else self.stage.ip_prefix.get("v6", 64)
        )
        return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))

    def choices(self, column: pa.Array) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """Codes of all choices one after another, and how many each ballot has. Empty pieces are no choices."""
        if not (pa.types.is_list(column.type) or pa.types.is_large_list(column.type)):
            if pc.any(pc.match_substring(column, "；")).as_py():
                column = pc.replace_substring(column, "；", ";")
            column = pc.split_pattern(column, ";")
        flat = pc.cast(column.flatten(), pa.large_string())
        lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0)).astype(np.int64)
        found = pc.index_in(flat, value_set=self.entry_set)
        if found.null_count == 0:
            return np.asarray(found).astype(self.width), lengths
        return self.repaired(flat, lengths)

    def repaired(self, flat: pa.Array, lengths: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """The same where some pieces are blank, padded or unknown."""
        flat = pc.fill_null(pc.utf8_trim_whitespace(flat), "")
        full = np.asarray(pc.not_equal(flat, ""))
        owner = np.repeat(np.arange(len(lengths)), lengths)
        flat = flat.filter(pa.array(full))
        lengths = np.bincount(owner[full], minlength=len(lengths)).astype(np.int64)
        found = pc.index_in(flat, value_set=self.entry_set)
        codes = np.asarray(pc.fill_null(found, -1)).astype(np.int32)
        missing = np.flatnonzero(codes < 0)
        for i, text in zip(missing.tolist(), flat.take(pa.array(missing)).to_pylist(), strict=True):
            codes[i] = -1 - self.strangers.setdefault(text, len(self.strangers))
        if codes.min(initial=0) < -30_000:
            self.width = np.int32
        return codes.astype(self.width), lengths

    def finish(self, void: frozenset[str]) -> ReadBallots:
        joined = {k: np.concatenate(v) if v else np.zeros(0, dtype=np.int64) for k, v in self.parts.items()}
        time, lengths = joined["time"].astype(np.int64), joined["lengths"].astype(np.int64)
        start = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        choice = joined["choice"]
        self.stranger_names = tuple(self.strangers)
        voters, addresses, channels = self.voters.texts(), self.addresses.texts(), self.channels.texts()

        def text(i: int) -> tuple[str, ...]:
            names = [self.name(c) for c in choice[start[i] : start[i + 1]].tolist()]
            codes = (joined["voter"][i], joined["channel"][i], joined["ip"][i])
            own = [
                names_[c] if c >= 0 else ""
                for names_, c in zip((voters, channels, addresses), codes, strict=True)
            ]
            return (self.ids[i] if self.has_ids else "", own[0], ";".join(names), own[1], own[2])

        order = canonical_order(time, text)
        in_order = bool((order[1:] > order[:-1]).all()) if len(order) else True
        if not in_order:
            owner_first = start[:-1][order]
            lengths = lengths[order]
            new_start = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
            index = np.repeat(owner_first - new_start[:-1], lengths) + np.arange(int(new_start[-1]))
            choice, start, time = choice[index], new_start, time[order]
            joined = {k: joined[k][order] for k in ("voter", "ip", "channel", "line")}
        ids = tuple(self.ids[i] for i in order.tolist()) if self.has_ids else ()
        day, days = self.days(time)
        seen: set[str] = set()
        twice = {i for i, name in enumerate(ids) if name and (name in seen or seen.add(name))}  # type: ignore[func-returns-value]
        columns = BallotColumns(
            time=time,
            day=day,
            voter=joined["voter"].astype(np.int32),
            choice=choice,
            start=start,
            days=days,
            entries=self.entries,
            strangers=self.stranger_names,
            ip=joined["ip"].astype(np.int32),
            channel=joined["channel"].astype(np.int32),
            channels=channels,
            void=frozenset(i for i, name in enumerate(ids) if name in void and i not in twice),
            twice=frozenset(twice),
        )
        names = BallotNames(voters, addresses, ids)
        return ReadBallots(
            columns, names, joined["line"].astype(np.int64), lambda i: ";".join(columns.names(i))
        )

    def name(self, code: int) -> str:
        return self.entries[code] if code >= 0 else self.stranger_names[-1 - code]

    def days(self, time: NDArray[np.int64]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """Each ballot's day in the campaign's zone. `time` is in order."""
        if not len(time):
            return np.zeros(0, dtype=np.int32), ()
        edges: list[int] = []
        names: list[str] = []
        at = 0
        while at < len(time):
            day = day_of(int(time[at]), self.zone)
            names.append(day.isoformat())
            edges.append(at)
            at = int(
                np.searchsorted(time, day_start(day.fromordinal(day.toordinal() + 1), self.zone), side="left")
            )
        marks = np.zeros(len(time), dtype=np.int32)
        marks[edges[1:]] = 1
        return np.cumsum(marks).astype(np.int32), tuple(names)


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


Votes = Mapping[str, ReadBallots]
