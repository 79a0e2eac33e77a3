"""Arrow columns of a ballots table as NumPy integers: times, voters, choices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from guiguan.core.values.moment import NoSuchTime, parse_instant

QUARTER_MS = 900_000
FLUSH = 1 << 20


class Texts(Sequence[str]):
    """Many texts, kept as Arrow keeps them."""

    def __init__(self, array: pa.Array) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, i: int) -> str: ...

    @overload
    def __getitem__(self, i: slice) -> Sequence[str]: ...

    def __getitem__(self, i: int | slice) -> str | Sequence[str]:
        return Texts(self.array[i]) if isinstance(i, slice) else str(self.array[i].as_py())

    def __iter__(self) -> Iterator[str]:
        yield from self.array.to_pylist()


class Codes:
    """Texts to codes in order of first appearance, over many batches, names in the form of `named`; the empty text is -1.

    Batches are gathered until they are as many as the texts known, so that the whole costs as much as a few passes.
    """

    def __init__(self) -> None:
        self.known: pa.Array = pa.array([], pa.string())
        self.waiting: list[pa.Array] = []
        self.done: list[NDArray[np.int32]] = []

    def add(self, column: pa.Array) -> None:
        self.waiting.append(column)
        if sum(map(len, self.waiting)) >= max(FLUSH, len(self.known)):
            self._flush()

    def add_none(self, rows: int) -> None:
        """So many rows without a text."""
        self._flush()
        self.done.append(np.full(rows, -1, dtype=np.int32))

    def _flush(self) -> None:
        if not self.waiting:
            return
        encoded = pa.concat_arrays(self.waiting).dictionary_encode()
        self.waiting = []
        # Names are put into their form once for each, not for each row; two that become one then share a place.
        cleaned = named(encoded.dictionary).dictionary_encode()
        own = cleaned.dictionary
        place = pc.index_in(own, value_set=self.known)
        new = np.asarray(pc.is_null(place))
        codes = np.asarray(pc.fill_null(place, 0)).astype(np.int32)
        codes[new] = len(self.known) + np.arange(int(new.sum()), dtype=np.int32)
        self.known = pa.concat_arrays([self.known, own.filter(pa.array(new))])
        rows = (
            np.asarray(cleaned.indices)[np.asarray(encoded.indices)]
            if len(codes)
            else np.zeros(0, dtype=np.int32)
        )
        self.done.append(codes[rows])

    def finish(self, clean: Callable[[str], str] | None = None) -> tuple[NDArray[np.int32], Sequence[str]]:
        """The codes of all rows, and the texts that they stand for. `clean` may make several texts one."""
        self._flush()
        codes = np.concatenate(self.done) if self.done else np.zeros(0, dtype=np.int32)
        self.done = []
        if clean is None:
            empty = pc.index(self.known, "").as_py()
            if empty >= 0:
                codes[codes == empty] = -1
            return codes, Texts(self.known)
        place: dict[str, int] = {}
        cleaned = [clean(t) for t in self.known.to_pylist()]
        table = np.array(
            [place.setdefault(t, len(place)) if t else -1 for t in cleaned] + [-1], dtype=np.int32
        )
        return table[codes], tuple(place)


def instants(column: pa.Array, zone: ZoneInfo) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Instants in ms UTC, and which of them could be read."""
    if pa.types.is_timestamp(column.type):
        given = np.asarray(pc.is_valid(column))
        cut = pc.cast(column, pa.timestamp("ms", column.type.tz), safe=False).cast(pa.int64())
        ms = np.asarray(pc.fill_null(cut, 0))
        if column.type.tz:
            return ms, given
        time, good = _from_wall_times(ms, zone)
        return time, good & given
    time = np.zeros(len(column), dtype=np.int64)
    good = np.ones(len(column), dtype=np.bool_)
    for i, text in enumerate(column.to_pylist()):
        try:
            time[i] = parse_instant(str(text), zone)
        except (NoSuchTime, ValueError):
            good[i] = False
    return time, good


def _from_wall_times(ms: NDArray[np.int64], zone: ZoneInfo) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Wall times of the campaign's zone, by the offset of each distinct quarter of an hour; no clock of a zone jumps within one."""
    steps, inverse = np.unique(ms // QUARTER_MS, return_inverse=True)
    offsets = np.zeros(len(steps), dtype=np.int64)
    good = np.ones(len(steps), dtype=np.bool_)
    for i, step in enumerate(steps.tolist()):
        wall = str(
            np.datetime64(step * QUARTER_MS, "ms")
        )  # far years are written out of shape, and so refused
        try:
            offsets[i] = step * QUARTER_MS - parse_instant(wall, zone)
        except (NoSuchTime, ValueError):
            good[i] = False
    return ms - offsets[inverse], good[inverse]


def named(column: pa.Array) -> pa.Array:
    """Names in the form in which they are compared: NFC, without outer white space."""
    if not pc.all(pc.string_is_ascii(column)).as_py():
        column = pc.utf8_normalize(column, form="NFC")
    return pc.utf8_trim_whitespace(column)


def pieces(column: pa.Array) -> tuple[pa.Array, NDArray[np.int64]]:
    """All choices one after another, and how many each ballot has."""
    if not (pa.types.is_list(column.type) or pa.types.is_large_list(column.type)):
        if pc.any(pc.match_substring(column, "；")).as_py():
            column = pc.replace_substring(column, "；", ";")
        column = pc.split_pattern(column, ";")
    lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0)).astype(np.int64)
    return pc.cast(column.flatten(), pa.string()), lengths


class Choices:
    """Texts of choices to codes: the entry's place, or -1-k for the k-th text that is no entry."""

    def __init__(self, entries: Sequence[str]) -> None:
        self.known = pa.array(list(entries), pa.string())
        self.width: Any = np.int16 if len(entries) < 30_000 else np.int32

    def codes(
        self, flat: pa.Array, lengths: NDArray[np.int64]
    ) -> tuple[NDArray[Any], NDArray[np.int64], list[tuple[int, str]]]:
        """Codes, lengths without the empty pieces, and (position, text) of what is no entry, coded -1 for now."""
        found = pc.index_in(flat, value_set=self.known)
        if found.null_count == 0:
            return np.asarray(found).astype(self.width), lengths, []
        flat = pc.fill_null(named(flat), "")
        full = np.asarray(pc.not_equal(flat, ""))
        owner = np.repeat(np.arange(len(lengths)), lengths)
        flat = flat.filter(pa.array(full))
        lengths = np.bincount(owner[full], minlength=len(lengths)).astype(np.int64)
        codes = np.asarray(pc.fill_null(pc.index_in(flat, value_set=self.known), -1)).astype(np.int32)
        missing = np.flatnonzero(codes < 0)
        return (
            codes,
            lengths,
            list(zip(missing.tolist(), flat.take(pa.array(missing)).to_pylist(), strict=True)),
        )
