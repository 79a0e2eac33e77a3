"""10 million ballots of ten choices recounted from packed columns: validated by the GX rule, deduplicated, and looked at by /24 and minute.

DuckDB counts the same from Parquet as an independent check: votes by day and case, repeated ballots, the fullest minute of a single network.
The columns are those that an audit keeps of a log (docs/spec/log.md); 300 cases, 30 days, 2 % of the ballots a second one of their voter's
day, half of which repeat a case.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from guiguan.bench.figure import Figure
from guiguan.bench.process import run_python
from guiguan.bench.tally import BLUEPRINT, DAY_MS, DAYS, START_MS, _mixed
from guiguan.core.votes.packed import PackedBallots

BALLOTS, CASES, CHOICES = 10_000_000, 300, 10
MINUTE = f"(time - {START_MS}) // 60000"
BATCH = 500_000
ROUNDS = 5
COLUMNS = {
    "time": np.int64,
    "day": np.uint16,
    "voter": np.uint64,
    "rest": np.uint64,
    "net": np.uint32,
    "choice": np.uint16,
}


def measure() -> list[Figure]:
    """Seconds (median) and peak memory of our recount, DuckDB's beside it; RuntimeError where the two differ."""
    with tempfile.TemporaryDirectory() as folder:
        run_python("guiguan.bench.recount", ["make", folder])
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(run_python("guiguan.bench.recount", ["ours", folder]))
            theirs.append(run_python("guiguan.bench.recount", ["duckdb", folder]))
        told = [json.loads(run.output) for run in ours]
        others = [json.loads(run.output) for run in theirs]
    if any(t["found"] != others[0]["found"] for t in [*told, *others]):
        raise RuntimeError(f"the counts differ: {told[0]['found']} and {others[0]['found']}")
    return [
        Figure("recount_seconds", "s", statistics.median(t["seconds"] for t in told), required=3, goal=1),
        Figure("peak_memory", "MiB", max(run.peak_mib for run in ours), required=1024),
        Figure("cpu_seconds", "s", statistics.median(t["cpu"] for t in told)),
        Figure("duckdb_seconds", "s", statistics.median(t["seconds"] for t in others)),
        Figure("others_judged", "ballots", told[0]["others"]),
    ]


def _make(folder: Path) -> dict[str, int]:
    """The columns as files of their own, and the same ballots as Parquet."""
    files = {name: (folder / name).open("wb") for name in COLUMNS if name != "choice"}
    choice = np.memmap(folder / "choice", np.uint16, "w+", shape=(CHOICES, BALLOTS))
    schema = pa.schema(
        [("day", pa.uint16()), ("voter", pa.uint64()), ("net", pa.uint32()), ("time", pa.int64())]
        + [(f"c{k}", pa.uint16()) for k in range(CHOICES)]
    )
    with pq.ParquetWriter(folder / "ballots.parquet", schema, compression="zstd") as writer:
        for first in range(0, BALLOTS, BATCH):
            made = _batch(np.arange(first, first + BATCH, dtype=np.int64))
            for name, file in files.items():
                file.write(made[name].tobytes())
            choice[:, first : first + BATCH] = made["choice"]
            columns = [made["day"], made["voter"], made["net"], made["time"], *made["choice"]]
            writer.write_table(pa.table(columns, schema=schema), row_group_size=BATCH)
    for file in files.values():
        file.close()
    choice.flush()
    return {"ballots": BALLOTS}


def _batch(rows: np.ndarray) -> dict[str, np.ndarray]:
    """Ballots in the order of time; each 50th is a second one of the voter 49 rows before."""
    second = rows % 50 == 49
    source = np.where(second, rows - 49, rows)
    moment = START_MS + rows * (DAYS * DAY_MS) // BALLOTS
    day = (START_MS + source * (DAYS * DAY_MS) // BALLOTS - START_MS) // DAY_MS
    moment = np.where(second, START_MS + day * DAY_MS + (moment - START_MS) % DAY_MS, moment)
    base = _mixed(source) % CASES
    base = np.where(second & (rows % 100 < 50), base + 10, base)
    stride = 1 + 2 * (_mixed(source + 7) % 3)
    return {
        "time": moment,
        "day": day.astype(np.uint16),
        "voter": _mixed(source + 13).astype(np.uint64),
        "rest": _mixed(source + 17).astype(np.uint64),
        "net": (_mixed(source + 29) % (1 << 22) % (_mixed(source) % 400_000 + 1)).astype(np.uint32),
        "choice": ((base + np.arange(CHOICES)[:, None] * stride) % CASES).astype(np.uint16),
    }


def _open(folder: Path) -> PackedBallots:
    columns: dict[str, Any] = {
        name: np.memmap(
            folder / name, kind, "r", shape=(CHOICES, BALLOTS) if name == "choice" else (BALLOTS,)
        )
        for name, kind in COLUMNS.items()
    }
    return PackedBallots(**columns)


def _ours(folder: Path) -> dict[str, Any]:
    from guiguan.core.blueprint.load import load_blueprint
    from guiguan.core.blueprint.lookup import ballot_stages
    from guiguan.core.votes.packed import audit, columns_of
    from guiguan.core.votes.rule import ballot_rule
    from guiguan.core.votes.tally import cells

    blueprint = load_blueprint(BLUEPRINT.encode(), "bench").blueprint
    names = [f"c{i:03}" for i in range(CASES)]
    rule = ballot_rule(blueprint, ballot_stages(blueprint)[0], frozenset(names), frozenset(names))
    ballots = _open(folder)
    began, cpu = time.perf_counter(), time.process_time()
    counted, close = audit(rule, ballots, DAYS, np.ones(CASES, np.bool_))
    others = columns_of(ballots, counted.others, [str(d) for d in range(DAYS)], names)
    votes = counted.votes.copy()
    for (day, entry, _), n in cells(rule, others).items():
        votes[int(day), int(entry[1:])] += n
    ended, spent = time.perf_counter(), time.process_time()
    peak = close.peaks[0][2]
    found = {"votes": int(votes.sum()), "check": _check(votes), "networks": len(close.networks)}
    found |= {"minutes": int((close.by_minute > 0).sum()), "peak": peak}
    return {"seconds": ended - began, "cpu": spent - cpu, "others": len(counted.others), "found": found}


def _check(votes: np.ndarray) -> int:
    """One number in which every cell has its own weight."""
    return int((votes.astype(object) * np.arange(1, votes.size + 1).reshape(votes.shape)).sum())


def _duckdb(folder: Path) -> dict[str, Any]:
    """The same from Parquet in SQL: of a voter's ballots of one day, the first counts, and a later one only if it shares no case."""
    import duckdb

    source = f"read_parquet('{folder / 'ballots.parquet'}')"
    connection = duckdb.connect(config={"temp_directory": str(folder)})
    connection.execute("SET threads = 2")
    began, cpu = time.perf_counter(), time.process_time()
    chosen = "[" + ", ".join(f"c{k}" for k in range(CHOICES)) + "]"
    columns = " UNION ALL ".join(
        f"SELECT day, c{k} AS entry, count(*) AS n FROM {source} GROUP BY ALL" for k in range(CHOICES)
    )
    connection.execute(
        f"CREATE TABLE sums AS SELECT day, entry, sum(n)::BIGINT AS n FROM ({columns}) GROUP BY ALL"
    )
    connection.execute(
        f"""CREATE TABLE doubled AS SELECT day, voter, list({chosen} ORDER BY time) AS pair
            FROM {source} GROUP BY day, voter HAVING count(*) > 1"""
    )
    connection.execute(
        """UPDATE sums SET n = sums.n - gone.n FROM (
             SELECT day, entry, count(*) AS n FROM (
               SELECT day, unnest(pair[2]) AS entry FROM doubled WHERE list_has_any(pair[1], pair[2]))
             GROUP BY day, entry) AS gone
           WHERE sums.day = gone.day AND sums.entry = gone.entry"""
    )
    rows = connection.execute("SELECT day, entry, n FROM sums").fetchall()
    networks = connection.execute(
        f"SELECT count(DISTINCT net), count(DISTINCT {MINUTE}) FROM {source}"
    ).fetchone()
    peak = connection.execute(
        f"SELECT max(n) FROM (SELECT count(*) AS n FROM {source} GROUP BY net, {MINUTE})"
    ).fetchone()
    ended, spent = time.perf_counter(), time.process_time()
    votes = np.zeros((DAYS, CASES), np.int64)
    for day, entry, n in rows:
        votes[day, entry] = n
    assert networks is not None
    assert peak is not None
    found = {"votes": int(votes.sum()), "check": _check(votes), "networks": networks[0]}
    found |= {"minutes": networks[1], "peak": peak[0]}
    return {"seconds": ended - began, "cpu": spent - cpu, "found": found}


if __name__ == "__main__":
    print(json.dumps({"make": _make, "ours": _ours, "duckdb": _duckdb}[sys.argv[1]](Path(sys.argv[2]))))
