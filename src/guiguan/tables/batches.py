"""Large tables as batches of Arrow columns; small ones in one batch, by way of the ordinary reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from guiguan.core.values.finding import Finding
from guiguan.tables.read import read_table

BATCH = 1 << 18


@dataclass(frozen=True)
class Batch:
    """Columns of equal length by the contract's names; texts, but for `time` (may be a timestamp) and `choices` (may be
    lists). `lines` holds each row's line in the file."""

    columns: Mapping[str, pa.Array]
    lines: Sequence[int]


def read_batches(
    path: Path, *, required: Sequence[str], known: Sequence[str], aliases: Mapping[str, str]
) -> tuple[Iterator[Batch], tuple[Finding, ...]]:
    """The table's batches and notes. A parquet file under the contract's own names is streamed; all else is read whole."""
    wanted = [*required, *(k for k in known if k not in required)]
    if path.suffix.lower() == ".parquet" and path.is_file() and _is_plain(path, required):
        return _stream(path, wanted), ()
    table = read_table(path, required=required, known=known, aliases=aliases)
    columns = {name: table.column(name) for name in wanted if table.has(name)}
    starts = range(0, max(len(table.rows), 1), BATCH)
    batches = (
        Batch(
            {n: pa.array(c[at : at + BATCH], pa.string()) for n, c in columns.items()},
            table.lines[at : at + BATCH],
        )
        for at in starts
    )
    return batches, table.notes


def _is_plain(path: Path, required: Sequence[str]) -> bool:
    try:
        names = pq.read_schema(path).names
    except (pa.ArrowInvalid, OSError):
        return False
    return all(names.count(name) == 1 for name in required)


def _stream(path: Path, wanted: Sequence[str]) -> Iterator[Batch]:
    with pq.ParquetFile(path) as file:
        present = [name for name in wanted if name in file.schema_arrow.names]
        first = 1
        for batch in file.iter_batches(batch_size=BATCH, columns=present):
            columns = {name: _column(name, batch.column(name)) for name in present}
            yield Batch(columns, range(first, first + batch.num_rows))
            first += batch.num_rows


def _column(name: str, column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type) and name == "time":
        return column
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return column
    return pc.fill_null(column if pa.types.is_string(column.type) else pc.cast(column, pa.string()), "")
