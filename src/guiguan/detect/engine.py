"""Runs expressions over the log: on DuckDB in this process, or on whatever backend of Ibis one hands in."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from guiguan.detect.flags import Found, Group
from guiguan.detect.log_table import LogTable

Expression = Any
"""An Ibis expression; Ibis tells mypy nothing of use about columns."""


@dataclass(frozen=True)
class Engine:
    """One backend with the log in it. `ballots` and `picks` are its tables as expressions."""

    backend: Any
    ballots: Expression
    picks: Expression
    made: Iterator[int] = field(default_factory=itertools.count)

    def kept(self, expression: Expression) -> Expression:
        """The expression, worked out once. (Ibis' own `cache` cannot drop its tables with the sqlglot that goes with it.)"""
        return self.backend.create_table(f"kept_{next(self.made)}", expression)

    def rows(self, expression: Expression) -> list[tuple[int, ...]]:
        """The rows in order of their columns from left to right: engines return them in any."""
        table = self.backend.to_pyarrow(expression)
        columns = [c.to_pylist() for c in table.columns]
        return sorted(zip(*columns, strict=True))

    def pairs(self, expression: Expression) -> list[tuple[int, int]]:
        """The rows of an expression of two columns, in order."""
        return [(first, second) for first, second in self.rows(expression)]

    def members(self, expression: Expression) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Columns `group` and `index` of an expression, each pair once, in order."""
        table = self.backend.to_pyarrow(expression.select("group", "index").distinct())
        group, ballot = (np.asarray(table[c]).astype(np.int64) for c in ("group", "index"))
        order = np.lexsort((ballot, group))
        return group[order], ballot[order]

    def found(self, groups: Sequence[Group], keys: Sequence[str], rows: Expression) -> Found:
        """The finding `groups` with the rows whose columns `keys` are the group's `value` (and its entry, where a key says so)."""
        hits = [(i, *(_key(g, k, key) for k, key in enumerate(keys))) for i, g in enumerate(groups)]
        return self.hit(groups, hits, keys, rows)

    def hit(
        self, groups: Sequence[Group], hits: Sequence[tuple[int, ...]], keys: Sequence[str], rows: Expression
    ) -> Found:
        """The finding `groups` with the rows whose columns `keys` are those of a hit: (place of the group, keys …)."""
        names = ["group", *(f"hit_{k}" for k in keys)]
        columns = {n: pa.array([h[i] for h in hits], pa.int64()) for i, n in enumerate(names)}
        wanted = ibis.memtable(pa.table(columns))
        joined = rows.join(wanted, [rows[k].cast("int64") == wanted[f"hit_{k}"] for k in keys])
        return Found(tuple(groups), *self.members(joined))


def _key(group: Group, place: int, key: str) -> int:
    return group.entry if key == "entry" and place >= len(group.value) else group.value[place]


def on_duckdb(log: LogTable, *, threads: int = 2, memory: str = "1GB") -> Engine:
    """The log in a DuckDB of its own in memory, which takes no more than `memory` (and says so, loudly, where that is too little)."""
    # What does not fit into memory goes to files there; DuckDB would put them into the working directory, and removes them itself.
    spill = f"{tempfile.gettempdir()}/guiguan-detect-{os.getpid()}"
    backend = ibis.duckdb.connect(threads=threads, memory_limit=memory, temp_directory=spill)
    backend.raw_sql("SET enable_progress_bar = false")
    kept = {"ballots": log.ballots, "picks": log.picks}
    tables = {k: backend.create_table(k, ibis.memtable(t)) for k, t in kept.items()}
    return Engine(backend, tables["ballots"], tables["picks"])


@contextmanager
def on_spark(log: LogTable, *, cores: int = 2, memory: str = "2g") -> Iterator[Engine]:
    """The log in a Spark of its own on this machine, stopped with the block. Needs the extra `cluster` and Java; ImportError without
    the one, Spark's own words without the other."""
    from pyspark.sql import SparkSession

    with tempfile.TemporaryDirectory(prefix="guiguan-spark-") as folder:
        settings = {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.shuffle.partitions": str(2 * cores),
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.warehouse.dir": folder,
            "spark.driver.memory": memory,
            "spark.log.level": "ERROR",
        }
        builder = SparkSession.builder.master(f"local[{cores}]")
        for name, value in settings.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        try:
            backend = ibis.pyspark.connect(session)
            kept = {"ballots": log.ballots, "picks": log.picks}
            tables = {k: backend.create_table(k, ibis.memtable(t)) for k, t in kept.items()}
            yield Engine(backend, tables["ballots"], tables["picks"])
        finally:
            session.stop()


def joined(parts: Iterable[Found]) -> Found:
    """Several findings of one detector as one."""
    groups: list[Group] = []
    places, ballots = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for part in parts:
        places.append(part.group + len(groups))
        ballots.append(part.ballot)
        groups.extend(part.groups)
    return Found(tuple(groups), np.concatenate(places), np.concatenate(ballots))
