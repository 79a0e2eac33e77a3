"""Ballots from files: the vectors of tests/vectors/votes in every format, in any order of rows, in batches of any size."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from guiguan.core.blueprint.base import window
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.values.finding import InputError
from guiguan.core.values.moment import parse_instant
from guiguan.core.votes.rule import BallotRule
from guiguan.core.votes.tally import tally
from guiguan.replay.ballots import read_ballots
from guiguan.tables import batches

VECTORS = sorted((Path(__file__).parents[1] / "vectors" / "votes").glob("*.json"))
COLUMNS = ("time", "voter", "choices", "ballot", "channel", "ip")
BARE = {"id": "vote", "kind": "ballots", "voter": ["wechat"], "counts": "shown"}


def stage_of(vector: dict[str, Any]) -> Ballots:
    return Ballots.model_validate(BARE | vector["stage"])


def cells(row: dict[str, Any]) -> list[str]:
    return [row["time"], row["voter"], ";".join(row["choices"]), *(row.get(c, "") for c in COLUMNS[3:])]


def as_csv(rows: list[dict[str, Any]], path: Path) -> Path:
    with path.with_suffix(".csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([COLUMNS, *map(cells, rows)])
    return path.with_suffix(".csv")


def as_parquet(rows: list[dict[str, Any]], path: Path) -> Path:
    columns = zip(*map(cells, rows), strict=True)
    pq.write_table(
        pa.table(dict(zip(COLUMNS, map(pa.array, columns), strict=True))), path.with_suffix(".parquet")
    )
    return path.with_suffix(".parquet")


def as_typed_parquet(rows: list[dict[str, Any]], path: Path, zone: str = "Asia/Shanghai") -> Path:
    """Times as timestamps in UTC, choices as lists, names as dictionaries, blanks as nulls."""
    columns = dict(zip(COLUMNS, map(list, zip(*map(cells, rows), strict=True)), strict=True))
    times = [parse_instant(t, ZoneInfo(zone)) for t in columns["time"]]
    made = {
        n: pa.array([v or None for v in columns[n]], pa.string()).dictionary_encode() for n in COLUMNS[3:]
    }
    made["voter"] = pa.array([v or None for v in columns["voter"]], pa.large_string())
    made["time"] = pa.array(times, pa.timestamp("ms", "UTC"))
    made["choices"] = pa.array([r["choices"] for r in rows], pa.list_(pa.string()))
    pq.write_table(pa.table(made), path.with_suffix(".parquet"))
    return path.with_suffix(".parquet")


def found(vector: dict[str, Any], path: Path) -> dict[str, Any]:
    """What the tally of the file says, in the terms of a vector."""
    stage, zone = stage_of(vector), ZoneInfo(vector["zone"])
    known = sorted([*vector["votable"], *vector["not_votable"]])
    read, unreadable, _ = read_ballots(path, stage, zone, known, vector["void"], only_stage=True)
    assert unreadable == []
    assert stage.window is not None
    rule = BallotRule(stage, zone, window(stage.window, zone), frozenset(vector["votable"]), frozenset(known))
    done = tally(rule, read.columns)
    plain = set(np.flatnonzero(done.judged.plain).tolist())
    counted = [
        list(read.columns.names(i) if i in plain else done.judged.partly.get(i, ()))
        for i in range(len(read.columns))
    ]
    return {"counted": counted, "refused": [list(r) for r in done.judged.refused], "votes": done.votes}


@pytest.mark.parametrize("write", [as_csv, as_parquet])
@pytest.mark.parametrize("path", VECTORS, ids=lambda p: p.stem)
def test_vector(path: Path, tmp_path: Path, write: Any) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    rows = list(vector["ballots"])
    assert found(vector, write(rows, tmp_path / "b")) == vector["expected"]
    random.Random(7).shuffle(rows)
    assert found(vector, write(rows, tmp_path / "b")) == vector["expected"]


@pytest.mark.parametrize("path", VECTORS, ids=lambda p: p.stem)
def test_typed_parquet(path: Path, tmp_path: Path) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    assert (
        found(vector, as_typed_parquet(vector["ballots"], tmp_path / "b", vector["zone"]))
        == vector["expected"]
    )


@pytest.mark.parametrize("write", [as_csv, as_parquet, as_typed_parquet])
def test_the_size_of_a_batch_changes_nothing(tmp_path: Path, monkeypatch: Any, write: Any) -> None:
    vector = json.loads((VECTORS[0].parent / "unknown-and-excluded-choice.json").read_text(encoding="utf-8"))
    monkeypatch.setattr(batches, "BATCH", 1)
    assert found(vector, write(vector["ballots"], tmp_path / "b")) == vector["expected"]


def equal_times(ids: tuple[str, str], choices: tuple[str, str]) -> dict[str, Any]:
    """Two ballots of one voter at one moment, of which one may count."""
    stage = {
        "window": ["2021-06-10", "2021-06-12"],
        "choices": {"exactly": 1},
        "repeated": "refuse_ballot",
        "unknown": "refuse_ballot",
        "limits": [{"per": ["voter", "day"], "max": 1, "over": "refuse_ballot"}],
    }
    ballots = [
        {"time": "2021-06-10T09:00", "voter": "v1", "choices": [c], "ballot": b}
        for b, c in zip(ids, choices, strict=True)
    ]
    return {
        "zone": "Asia/Shanghai",
        "votable": ["a", "b"],
        "not_votable": [],
        "void": [],
        "stage": stage,
        "ballots": ballots,
    }


@pytest.mark.parametrize(
    ("ids", "choices", "first"),
    [(("n1", "n2"), ("b", "a"), "b"), (("n2", "n1"), ("a", "b"), "b"), (("", ""), ("b", "a"), "a")],
)
def test_equal_times_go_by_ballot_else_by_text(
    tmp_path: Path, ids: tuple[str, str], choices: tuple[str, str], first: str
) -> None:
    vector = equal_times(ids, choices)
    for rows in (vector["ballots"], vector["ballots"][::-1]):
        votes = found(vector, as_csv(rows, tmp_path / "b"))["votes"]
        assert votes == {"a": int(first == "a"), "b": int(first == "b")}


def test_blanks_and_wide_semicolons_between_choices(tmp_path: Path) -> None:
    vector = equal_times(("n1", "n2"), ("a", "b"))
    vector["stage"]["choices"] = {"exactly": 2}
    path = tmp_path / "b.csv"
    path.write_text("time,voter,choices\n2021-06-10 09:00,v1, a ；;b;\n", encoding="utf-8")
    assert found(vector, path)["votes"] == {"a": 1, "b": 1}


def refused(vector: dict[str, Any], path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        found(vector, path)
    return [f.rule for f in caught.value.findings if f.severity == "error"]


def parquet(path: Path, **columns: Any) -> Path:
    said = {"time": ["2021-06-10 09:00"] * 3, "voter": ["v1", "v2", "v3"], "choices": ["a", "b", "a"]}
    pq.write_table(pa.table(said | columns), path)
    return path


def test_chinese_column_names_in_parquet_are_read_as_in_csv(tmp_path: Path) -> None:
    """A column under another of its names is not overlooked: here the ids that say which ballot is a copy."""
    path = parquet(tmp_path / "b.parquet", 选票编号=["n1", "n1", "n2"])
    assert found(equal_times(("", ""), ("a", "b")), path)["votes"] == {"a": 2, "b": 0}


def test_names_in_parquet_lose_their_outer_blanks_as_in_csv(tmp_path: Path) -> None:
    path = parquet(tmp_path / "b.parquet", voter=["v1", " v1", "v1 "])
    assert found(equal_times(("", ""), ("a", "b")), path)["votes"] == {"a": 1, "b": 0}


def test_columns_of_a_type_that_says_nothing(tmp_path: Path) -> None:
    path = parquet(tmp_path / "b.parquet", voter=pa.array([[{"a": 1}], [], []]))
    assert refused(equal_times(("", ""), ("a", "b")), path) == ["table.column-type"]


def test_a_column_that_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "b.parquet"
    rows = [pa.array(c) for c in (["2021-06-10 09:00"], ["v1"], ["a"], ["n1"], ["n2"])]
    pq.write_table(pa.Table.from_arrays(rows, names=["time", "voter", "choices", "ballot", "ballot"]), path)
    assert refused(equal_times(("", ""), ("a", "b")), path) == ["table.duplicate-column"]


def test_a_damaged_page(tmp_path: Path) -> None:
    """The footer is whole, so the fault shows only while reading."""
    path = tmp_path / "b.parquet"
    n = 5_000
    table = pa.table(
        {"time": ["2021-06-10 09:00"] * n, "voter": [f"v{i}" for i in range(n)], "choices": ["a"] * n}
    )
    pq.write_table(table, path, compression="zstd", use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[200:1200] = bytes(1000)
    path.write_bytes(bytes(content))
    assert refused(equal_times(("", ""), ("a", "b")), path) == ["table.broken"]


def test_a_file_cut_short(tmp_path: Path) -> None:
    path = parquet(tmp_path / "b.parquet")
    path.write_bytes(path.read_bytes()[:-20])
    assert refused(equal_times(("", ""), ("a", "b")), path) == ["table.broken"]


@pytest.mark.parametrize("prefix", [{"v4": 33}, {"v4": 128, "v6": 128}])
def test_a_prefix_longer_than_an_address_is_the_address(tmp_path: Path, prefix: dict[str, int]) -> None:
    vector = equal_times(("", ""), ("a", "a"))
    vector["stage"] |= {
        "ip_prefix": prefix,
        "limits": [{"per": ["ip", "day"], "max": 1, "over": "refuse_ballot"}],
    }
    for row, ip in zip(vector["ballots"], ("192.0.2.1", "192.0.2.2"), strict=True):
        row["ip"] = ip
    assert found(vector, as_csv(vector["ballots"], tmp_path / "b"))["votes"] == {"a": 2, "b": 0}


def test_an_address_with_a_zone_name(tmp_path: Path) -> None:
    vector = equal_times(("", ""), ("a", "a"))
    vector["stage"]["limits"] = [{"per": ["ip", "day"], "max": 1, "over": "refuse_ballot"}]
    for row, ip in zip(vector["ballots"], ("fe80::1%eth0", "fe80::2"), strict=True):
        row["ip"] = ip
    assert found(vector, as_csv(vector["ballots"], tmp_path / "b"))["votes"] == {"a": 1, "b": 0}


@pytest.mark.parametrize(
    ("ips", "votes"),
    [
        (("0" * 31 + "a", "0" * 31 + "b"), 2),
        (("0" * 31 + "a", "0" * 31 + "a"), 1),
        (("0" * 31 + "a", "0" * 31 + "A"), 1),  # no pseudonym, and no address
        (("0" * 32, "0" * 33), 1),
    ],
)
def test_a_pseudonym_of_an_address_counts_as_one(tmp_path: Path, ips: tuple[str, str], votes: int) -> None:
    """As a site exports ballots whose log has no addresses."""
    vector = equal_times(("", ""), ("a", "a"))
    vector["stage"]["limits"] = [{"per": ["ip", "day"], "max": 1, "over": "refuse_ballot"}]
    for row, ip in zip(vector["ballots"], ips, strict=True):
        row["ip"] = ip
    assert found(vector, as_csv(vector["ballots"], tmp_path / "b"))["votes"] == {"a": votes, "b": 0}


def test_timestamps_finer_than_milliseconds(tmp_path: Path) -> None:
    """Cut off downwards, as text is."""
    last = parse_instant("2021-06-12 23:59:59.999", ZoneInfo("Asia/Shanghai")) * 1_000_000 + 999_999
    times = pa.array([last, last + 1, None], pa.timestamp("ns", "UTC"))
    path = parquet(tmp_path / "b.parquet", time=times)
    vector = equal_times(("", ""), ("a", "b"))
    zone = ZoneInfo("Asia/Shanghai")
    read, unreadable, _ = read_ballots(path, stage_of(vector), zone, ["a", "b"], [], only_stage=True)
    assert [x.line for x in unreadable] == [3]
    assert read.columns.time.tolist() == [last // 1_000_000, last // 1_000_000 + 1]
