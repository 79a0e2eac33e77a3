"""Parquet files in, every value as text."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from guiguan.tables.collected import Collected, shown
from guiguan.tables.number_text import float_text
from guiguan.tables.signature import require_kind

_BATCH = 1 << 16
_MOST_CELLS = 100_000_000


def rows_of_parquet(path: Path, found: Collected) -> Generator[tuple[int, list[str]], None, None]:
    """The column names as row 0, then each row with its number from 1."""
    _require_parquet(path, found)
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            _require_known_types(schema, file.metadata.num_rows, found)
            yield 0, [name.strip() for name in schema.names]
            for batch in file.iter_batches(batch_size=_BATCH):
                for cells in zip(*map(texts, batch.columns), strict=True):
                    number += 1
                    yield number, list(cells)
    except (pa.ArrowException, OSError, ValueError, OverflowError, LookupError) as error:
        found.stop(
            "table.broken",
            f"文件在第 {number} 行之后无法读取（{shown(str(error))}）。请重新导出。",
            f"The file cannot be read after row {number} ({shown(str(error))}). Export it again.",
            line=number,
        )


def texts(array: Any) -> list[str]:
    """The values of an Arrow array as text: null "", times ISO 8601 as stored, lists joined by ";"."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return texts(array.dictionary_decode())
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        # Python's clock has no nanoseconds; instants are floored to milliseconds later anyway.
        array = pc.floor_temporal(array, unit="microsecond").cast(pa.timestamp("us", kind.tz))
    elif pa.types.is_time(kind):
        array = array.cast(pa.time64("us"), safe=False)
    elif pa.types.is_float32(kind) or pa.types.is_float16(kind):
        # Through text, so that 0.1 stays 0.1 and does not become 0.10000000149011612.
        array = array.cast(pa.float32()).cast(pa.string()).cast(pa.float64())
    of = _text_of(kind)
    return ["" if value is None else of(value) for value in array.to_pylist()]


def _text_of(kind: Any) -> Callable[[Any], str]:
    is_a = pa.types
    if is_a.is_string(kind) or is_a.is_large_string(kind) or is_a.is_string_view(kind):
        return str.strip
    if is_a.is_binary(kind) or is_a.is_large_binary(kind):
        return lambda value: str(value, "utf-8").strip()
    if is_a.is_boolean(kind):
        return lambda value: "TRUE" if value else "FALSE"
    if is_a.is_floating(kind):
        return float_text
    if is_a.is_decimal(kind):
        return lambda value: format(value, "f")
    if is_a.is_temporal(kind) and not is_a.is_duration(kind) and not is_a.is_interval(kind):
        return lambda value: str(value.isoformat())
    if _is_list(kind) and not _is_list(kind.value_type):
        of = _text_of(kind.value_type)
        return lambda value: ";".join("" if one is None else of(one) for one in value)
    if is_a.is_integer(kind) or is_a.is_null(kind):
        return str
    raise TypeError(str(kind))


def _is_list(kind: Any) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _require_parquet(path: Path, found: Collected) -> None:
    require_kind(path, "parquet", found)
    with path.open("rb") as stream:
        start = stream.read(4)
        stream.seek(-4, 2)
        end = stream.read(4)
    if b"PARE" in (start, end):
        found.stop(
            "table.encrypted",
            "Parquet 文件已加密，无法读取。请导出不加密的文件。",
            "The Parquet file is encrypted. Export it without encryption.",
        )
    if end != b"PAR1":
        found.stop(
            "table.broken",
            "Parquet 文件的结尾不完整，可能没有传完。请重新传输或导出。",
            "The end of the Parquet file is missing; it may have been cut off. Transfer or export it again.",
        )


def _require_known_types(schema: Any, rows: int, found: Collected) -> None:
    if rows * len(schema.names) > _MOST_CELLS:
        found.stop(
            "table.too-large",
            f"文件有 {rows} 行 {len(schema.names)} 列，超过 {_MOST_CELLS} 个单元格。请分成几个文件。",
            f"The file has {rows} rows and {len(schema.names)} columns, over {_MOST_CELLS} cells. Use "
            "several files.",
        )
    refused = False
    for column, field in enumerate(schema, start=1):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        try:
            _text_of(kind)
        except TypeError:
            refused = True
            found.add(
                "table.column-type",
                f"列“{shown(field.name)}”的类型 {shown(str(field.type))} 不支持。"
                "请改为文字、数字、日期时间或其列表。",
                f"Column “{shown(field.name)}” has type {shown(str(field.type))}, which is not read. Use "
                "text, numbers, dates, times or lists of them.",
                column=column,
            )
    if refused:
        found.require_no_error()
