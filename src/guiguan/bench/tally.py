"""10 million ballots of 10 choices from Parquet, validated by the GX rule and tallied, beside a bare DuckDB group-by.

Both read the same file, each in a process of its own, in turn. The file: 300 cases, 400,000 voters, 30 days, text
choices joined by `;`, 2 % of the ballots a second one of a voter's day, half of which repeat a case.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from guiguan.bench.figure import Figure
from guiguan.bench.process import run_python

BALLOTS = 10_000_000
ROUNDS = 5
CASES, VOTERS, DAYS = 300, 400_000, 30
START_MS = 1_623_254_400_000  # 2021-06-10 00:00 in Asia/Shanghai
DAY_MS = 86_400_000
BATCH = 500_000

BLUEPRINT = """
blueprint: 1
campaign: bench-tally
title: 计票基准
organisers: {host: [主办]}
categories: [{id: all, title: 全部}]
stages:
  - {id: declare, kind: declaration}
  - id: vote
    kind: ballots
    window: [2021-06-10, 2021-07-09]
    voter: [wechat]
    choices: {exactly: 10}
    repeated: refuse_ballot
    unknown: refuse_ballot
    limits: [{per: [voter, entry, day], max: 1, over: refuse_ballot}]
    counts: shown
awards: [{id: popular, title: 人气, by: vote, take: {count: 1}}]
"""


def measure() -> list[Figure]:
    """Ratios of medians to DuckDB's, and our peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ballots.parquet"
        # In a process of its own: a child's peak memory is counted from its parent's at the fork.
        run_python("guiguan.bench.tally", ["make", str(path)])
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(run_python("guiguan.bench.tally", ["ours", str(path)]))
            theirs.append(run_python("guiguan.bench.tally", ["duckdb", str(path)]))
    mine, bare = json.loads(ours[-1].output), json.loads(theirs[-1].output)
    counted, refused = mine["marks"], mine["refused"]
    if counted + 10 * refused != bare["marks"] or refused < BALLOTS // 200:
        raise RuntimeError(f"the two disagree: {mine} and {bare}")
    our_time = statistics.median(r.seconds for r in ours)
    their_time = statistics.median(r.seconds for r in theirs)
    return [
        Figure("ratio_to_duckdb", "×", our_time / their_time, required=4, goal=2),
        Figure("peak_memory", "MiB", max(r.peak_mib for r in ours), required=2048, goal=1024),
        Figure("seconds", "s", our_time),
        Figure("duckdb_seconds", "s", their_time),
        Figure("duckdb_peak_memory", "MiB", max(r.peak_mib for r in theirs)),
        Figure("refused_ballots", "ballots", refused, better="higher"),
    ]


def make_ballots(path: Path, total: int) -> None:
    """The file, the same bytes of content every time."""
    cases = pa.array([f"c{i:03}" for i in range(CASES)])
    schema = pa.schema(
        [("time", pa.timestamp("ms", "UTC")), ("voter", pa.string()), ("choices", pa.string())]
    )
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for first in range(0, total, BATCH):
            rows = np.arange(first, min(first + BATCH, total), dtype=np.int64)
            second = rows % 50 == 49
            source = np.where(
                second, rows - 49, rows
            )  # a second ballot of the voter and day of 49 rows before
            voter, day = source % VOTERS, (source // VOTERS) % DAYS
            moment = START_MS + day * DAY_MS + _mixed(rows) % DAY_MS
            base = _mixed(source) % CASES
            base = np.where(second & (rows % 100 < 50), base + 10, base)  # half of them choose other cases
            stride = 1 + 2 * (_mixed(source + 7) % 3)
            columns = [cases.take(pa.array((base + k * stride) % CASES)) for k in range(10)]
            choices = pc.binary_join_element_wise(*columns, ";")
            names = [f"{int(v):016x}{int(v) * 2654435761 % 2**64:016x}" for v in voter]
            table = pa.table(
                [pa.array(moment, pa.timestamp("ms", "UTC")), pa.array(names), choices], schema=schema
            )
            writer.write_table(table, row_group_size=BATCH)


def _mixed(values: np.ndarray) -> np.ndarray:
    """Integers scattered without chance (splitmix64)."""
    x = values.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((x ^ (x >> np.uint64(31))) >> np.uint64(1)).astype(np.int64)


def _ours(path: Path) -> dict[str, int]:
    from zoneinfo import ZoneInfo

    from guiguan.core.blueprint.load import load_blueprint
    from guiguan.core.blueprint.lookup import ballot_stages
    from guiguan.core.votes.rule import ballot_rule
    from guiguan.core.votes.tally import tally
    from guiguan.replay.ballots import read_ballots

    blueprint = load_blueprint(BLUEPRINT.encode(), "bench").blueprint
    stage = ballot_stages(blueprint)[0]
    entries = [f"c{i:03}" for i in range(CASES)]
    read, _, _ = read_ballots(path, stage, ZoneInfo(blueprint.zone), entries, (), only_stage=True)
    known = frozenset(entries)
    counted = tally(ballot_rule(blueprint, stage, known, known), read.columns)
    return {
        "marks": sum(counted.votes.values()),
        "refused": counted.refused_ballots,
        "cells": len(counted.by_day),
    }


def _duckdb(path: Path) -> dict[str, int]:
    import duckdb

    query = """
        select sum(n)::bigint, count(*) from (
          select (time at time zone 'Asia/Shanghai')::date as day, choice, count(*) as n
          from (select time, unnest(string_split(choices, ';')) as choice from read_parquet(?)) group by all)
    """
    connection = duckdb.connect(config={"temp_directory": str(path.parent)})
    marks, cells = connection.execute(query, [str(path)]).fetchone() or (0, 0)
    return {"marks": int(marks), "cells": int(cells)}


def _make(path: Path) -> dict[str, int]:
    make_ballots(path, BALLOTS)
    return {"ballots": BALLOTS}


if __name__ == "__main__":
    print(json.dumps({"make": _make, "ours": _ours, "duckdb": _duckdb}[sys.argv[1]](Path(sys.argv[2]))))
