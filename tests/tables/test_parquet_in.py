from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from guiguan.core.values.finding import InputError
from guiguan.tables import parquet_in
from guiguan.tables.read import read_table

Refused = Callable[..., list[tuple[str, int, int]]]

SHANGHAI = "Asia/Shanghai"
NOON = datetime.datetime(2021, 6, 10, 12, 0, tzinfo=datetime.UTC)
NOON_NS = 1_623_326_400_000_000_000


def cells(path: Path, values: Any) -> list[str]:
    pq.write_table(pa.table({"entry": pa.array(["x"] * len(values)), "value": values}), path)
    return read_table(path, required=["entry"], known=["value"]).column("value")


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([" a ", None, "'=1"]), ["a", "", "'=1"]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
        (pa.array(["甲".encode()], pa.binary()), ["甲"]),
        (pa.array([1, None, 2**63 - 1]), ["1", "", "9223372036854775807"]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (pa.array([True, False, None]), ["TRUE", "FALSE", ""]),
        (pa.array([Decimal("10.50"), Decimal("0.00")], pa.decimal128(10, 2)), ["10.50", "0.00"]),
        (pa.array([5.0, 4.1, 1e-7, 1e22, -0.0]), ["5", "4.1", "0.0000001", "1" + "0" * 22, "0"]),
        (pa.array([float("nan"), float("inf"), None]), ["NaN", "Infinity", ""]),
        (pa.array([0.1, 16777216.0], pa.float32()), ["0.1", "16777216"]),
        (pa.array([0.5], pa.float16()), ["0.5"]),
        (pa.array([["a1", "b2"], [], None, ["c", None]]), ["a1;b2", "", "", "c;"]),
        (pa.array([[1, 2]], pa.large_list(pa.int32())), ["1;2"]),
        (pa.array([None, None, None], pa.null()), ["", "", ""]),
        (pa.array([datetime.date(2021, 6, 10)]), ["2021-06-10"]),
        (pa.array([datetime.time(8, 5)]), ["08:05:00"]),
        (
            pa.array([datetime.datetime.fromisoformat("2021-06-10T08:05")], pa.timestamp("ms")),
            ["2021-06-10T08:05:00"],
        ),
        (pa.array([NOON], pa.timestamp("s", SHANGHAI)), ["2021-06-10T20:00:00+08:00"]),
        (pa.array([NOON], pa.timestamp("us", "UTC")), ["2021-06-10T12:00:00+00:00"]),
        (pa.array([NOON], pa.timestamp("ms", "+08:00")), ["2021-06-10T20:00:00+08:00"]),
        (pa.array([NOON_NS + 1999], pa.timestamp("ns")), ["2021-06-10T12:00:00.000001"]),
        (pa.array([NOON_NS + 1999], pa.timestamp("ns", SHANGHAI)), ["2021-06-10T20:00:00.000001+08:00"]),
    ],
)
def test_every_value_is_text(tmp_path: Path, array: Any, expected: list[str]) -> None:
    assert cells(tmp_path / "e.parquet", array) == expected


def test_rows_are_numbered_from_one_across_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_in, "_BATCH", 2)
    pq.write_table(pa.table({"Entry": ["a", "b", None, "c", "d"]}), tmp_path / "e.parquet")
    table = read_table(tmp_path / "e.parquet", required=["entry"])
    assert table.rows == [("a",), ("b",), ("c",), ("d",)]
    assert table.lines == [1, 2, 4, 5]


def test_a_table_without_rows_is_read(tmp_path: Path) -> None:
    assert cells(tmp_path / "e.parquet", pa.array([], pa.string())) == []


def test_types_that_are_no_text_are_told_by_column(tmp_path: Path) -> None:
    structs = pa.array([{"a": 1}])
    table = pa.table(
        {"entry": ["x"], "s": structs, "n": pa.array([[[1]]]), "d": pa.array([1], pa.duration("s"))}
    )
    pq.write_table(table, tmp_path / "e.parquet")
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / "e.parquet", required=["entry"])
    told = [(f.rule, f.place.column) for f in caught.value.findings]
    assert told == [("table.column-type", 2), ("table.column-type", 3), ("table.column-type", 4)]


@pytest.mark.parametrize("content", [b"entry\n1\n", b"PK\x03\x04", b"PAR"])
def test_what_is_no_parquet_is_not_what_its_name_says(refused: Refused, content: bytes) -> None:
    assert refused("e.parquet", content) == [("table.not-its-name", 0, 0)]


def test_an_encrypted_file_is_called_so(refused: Refused) -> None:
    assert refused("e.parquet", b"PARE" + b"x" * 20 + b"PARE") == [("table.encrypted", 0, 0)]


def test_every_prefix_is_refused_with_one_line(refused: Refused, tmp_path: Path) -> None:
    pq.write_table(pa.table({"entry": ["a", "b"]}), tmp_path / "w.parquet")
    whole = (tmp_path / "w.parquet").read_bytes()
    for length in range(4, len(whole), 37):
        assert refused("e.parquet", whole[:length]) == [("table.broken", 0, 0)]


def test_bytes_that_are_no_text_are_damage(refused: Refused, tmp_path: Path) -> None:
    pq.write_table(pa.table({"entry": pa.array([b"\xff"], pa.binary())}), tmp_path / "e.parquet")
    assert refused("e.parquet") == [("table.broken", 0, 0)]


def test_a_file_with_too_many_cells_is_refused_unread(
    refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pq.write_table(pa.table({"entry": ["a", "b"], "x": ["c", "d"]}), tmp_path / "e.parquet")
    monkeypatch.setattr(parquet_in, "_MOST_CELLS", 4)
    assert len(read_table(tmp_path / "e.parquet", required=["entry"]).rows) == 2
    monkeypatch.setattr(parquet_in, "_MOST_CELLS", 3)
    assert refused("e.parquet") == [("table.too-large", 0, 0)]
