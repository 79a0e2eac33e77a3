"""The detectors on Spark, as one would run them on a cluster for a log that one machine does not hold: the very same findings as on DuckDB.

GUIGUAN_BENCH_BALLOTS (500,000) is the size of the log, of seed 21. Spark runs on this machine's cores; on a log this small it is slower,
and that is no fault: what is shown is that nothing in the expressions belongs to one engine.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import time

import numpy as np

from guiguan.bench.figure import Figure
from guiguan.bench.traffic.made import traffic
from guiguan.core.blueprint.guard import Guard
from guiguan.detect.engine import Engine, on_duckdb, on_spark
from guiguan.detect.log_table import LogTable, log_table
from guiguan.detect.run import Suspicion, detect, fingerprint

BALLOTS = int(os.environ.get("GUIGUAN_BENCH_BALLOTS", "500000"))


def measure() -> list[Figure]:
    """Whether both say the same, and the seconds of each. RuntimeError where Spark or Java is not installed."""
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        raise RuntimeError(
            "missing: pyspark (pip install 'guiguan[cluster]') or Java 17 (Debian: openjdk-17-jre-headless)"
        )
    log = log_table(traffic(21, BALLOTS).rows)
    duckdb, duckdb_seconds = _timed(log, on_duckdb(log))
    with on_spark(log) as engine:
        spark, spark_seconds = _timed(log, engine)
    return [
        Figure(
            "same_findings", "yes=1", float(fingerprint(duckdb) == fingerprint(spark)), "higher", required=1
        ),
        Figure("ballots", "ballots", float(len(log)), "higher"),
        Figure("suspected", "ballots", float(np.sum([len(c.ballots) for c in spark.cases])), "higher"),
        Figure("duckdb_seconds", "s", duckdb_seconds),
        Figure("spark_seconds", "s", spark_seconds),
    ]


def _timed(log: LogTable, engine: Engine) -> tuple[Suspicion, float]:
    guard, began = Guard(), time.perf_counter()
    found = detect(log, guard.detectors, guard.kinds, engine)
    return found, time.perf_counter() - began
