"""Large tables as batches of Arrow columns; small ones in one batch, by way of the ordinary reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from guiguan.core.values.finding import Finding
from guiguan.tables.collected import Collected, shown
from guiguan.tables.header import matching_form, read_header
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
    """The table's batches and notes. A parquet file under the contract's own names is streamed; all else is read whole.

    InputError, at once or while reading, with the rules of `read_table`.
    """
    wanted = [*required, *(k for k in known if k not in required)]
    if path.suffix.lower() == ".parquet" and path.is_file():
        schema = _schema(path)
        if schema is not None and _is_plain(schema, wanted, [*required, *known, *aliases]):
            found = Collected(str(path))
            read_header(schema.names, 0, found, required=required, known=known, aliases=aliases)
            found.require_no_error()
            return _stream(path, wanted, found), found.findings
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


def _schema(path: Path) -> pa.Schema | None:
    try:
        return pq.read_schema(path)
    except (pa.ArrowException, OSError):
        return None


def _is_plain(schema: pa.Schema, wanted: Sequence[str], names: Sequence[str]) -> bool:
    """Whether each column of the contract stands under its own name, in a type that needs no reading cell by cell."""
    forms = {matching_form(name) for name in names}
    meant = [field for field in schema if matching_form(field.name) in forms]
    return all(f.name in wanted and _is_easy(f.name, f.type) for f in meant)


def _is_easy(name: str, kind: pa.DataType) -> bool:
    types = pa.types
    if types.is_dictionary(kind):
        return _is_easy("", kind.value_type)
    if types.is_list(kind) or types.is_large_list(kind):
        return name == "choices" and _is_easy("", kind.value_type)
    plain = types.is_string(kind) or types.is_large_string(kind) or types.is_integer(kind)
    return bool(plain or (types.is_timestamp(kind) and name == "time"))


def _stream(path: Path, wanted: Sequence[str], found: Collected) -> Iterator[Batch]:
    first = 1
    try:
        with pq.ParquetFile(path) as file:
            present = [name for name in wanted if name in file.schema_arrow.names]
            for batch in file.iter_batches(batch_size=BATCH, columns=present):
                columns = {name: _column(name, batch.column(name)) for name in present}
                yield Batch(columns, range(first, first + batch.num_rows))
                first += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        found.stop(
            "table.broken",
            f"文件在第 {first - 1} 行之后无法读取（{shown(str(error))}）。请重新导出。",
            f"The file cannot be read after row {first - 1} ({shown(str(error))}). Export it again.",
            line=first - 1,
        )


def _column(name: str, column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type) and name == "time":
        return column
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return column
    return pc.fill_null(column if pa.types.is_string(column.type) else pc.cast(column, pa.string()), "")
