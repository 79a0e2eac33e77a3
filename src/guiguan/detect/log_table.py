"""The whole ballot log as integers, in storing order: what every detector reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

TEXTS: Final = ("day", "voter", "nym", "net", "asn", "device", "agent", "channel")
"""Columns of text; "" where nothing is known."""

COLUMNS: Final = pa.schema(
    [
        ("index", pa.int64()),
        ("time", pa.int64()),
        ("minute", pa.int32()),
        *((name, pa.string()) for name in TEXTS),
        ("solve_ms", pa.int64()),
        ("choices", pa.list_(pa.string())),
    ]
)
"""What is given: `index` in the log; `time` ms UTC; `minute` of the day (0 to 1439) and `day` in the campaign's zone; `voter` as
the box knows it (never shown to anybody), `nym` as the log shows it; `net` a digest of the address cut to its prefix; `device` and
`agent` digests; `solve_ms` from giving out the challenge to the ballot, null without one; `choices` numbers of entries."""


@dataclass(frozen=True)
class LogTable:
    """The log in codes. `ballots` and `picks` hold integers alone; `names[column][code]` is the text; a code is -1 for none.

    Codes stand in the order of the texts and rows in the order of `index`, so nothing depends on the order in which rows came.
    """

    ballots: pa.Table
    picks: pa.Table
    names: Mapping[str, tuple[str, ...]]

    def __len__(self) -> int:
        return int(self.ballots.num_rows)


def log_table(rows: pa.Table) -> LogTable:
    """The log of `rows` (columns as in `COLUMNS`, in any order). Raises ValueError for a repeated index."""
    rows = rows.select(COLUMNS.names).cast(COLUMNS).sort_by("index").combine_chunks()
    index = _whole(rows["index"])
    if len(index) and not (np.diff(index) > 0).all():
        raise ValueError("an index stands twice in the log")
    coded: dict[str, NDArray[np.int64] | NDArray[np.int32]] = {
        "index": index,
        "time": _whole(rows["time"]),
        "minute": _whole(rows["minute"]).astype(np.int32),
    }
    names: dict[str, tuple[str, ...]] = {}
    for name in TEXTS:
        coded[name], names[name] = _codes(rows[name])
    coded["solve"] = np.minimum(_whole(pc.fill_null(rows["solve_ms"], -1)), 2**31 - 1).astype(np.int32)
    lists = rows["choices"].combine_chunks()
    if isinstance(lists, pa.ChunkedArray):
        lists = lists.chunk(0) if lists.num_chunks else pa.array([], pa.list_(pa.string()))
    lengths = _whole(pc.list_value_length(lists))
    entry, names["entry"] = _codes(pc.list_flatten(lists))
    coded["size"] = lengths
    owner = np.repeat(np.arange(len(index)), lengths)
    ballots = pa.table({k: pa.array(v) for k, v in coded.items()})
    wanted = ("index", "minute", "day", "voter", "net", "asn", "device", "agent", "solve")
    picks = pa.table({"entry": pa.array(entry), **{k: pa.array(coded[k][owner]) for k in wanted}})
    return LogTable(ballots, picks, names)


def _whole(column: Any) -> NDArray[np.int64]:
    return np.asarray(column).astype(np.int64)


def _codes(column: Any) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Each text's place among the sorted texts, "" and null being -1; and those texts."""
    texts = pc.fill_null(column, "")
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.chunk(0) if texts.num_chunks else pa.array([], pa.string())
    coded = texts.dictionary_encode()
    found: list[str] = coded.dictionary.to_pylist()
    ordered = sorted(t for t in found if t)
    place = {t: i for i, t in enumerate(ordered)}
    code = np.array([place.get(t, -1) for t in found], dtype=np.int32)
    indices = np.asarray(coded.indices)
    return (code[indices] if len(found) else np.zeros(0, dtype=np.int32)), tuple(ordered)
