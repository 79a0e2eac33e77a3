"""kill -9 of the ballots' server, and of PostgreSQL under it, while people vote: no acknowledged ballot is lost, none counts twice, nobody
gets over a limit."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from box.scene import MIGRATION, SERVER, own_tables
from faults.ballots import CLIENTS, BallotStorm, Told
from faults.postgresql import kill_backend, own_cluster, own_database, programs


def kept_every_promise(told: Told, kills: int) -> None:
    assert told.broken == []
    assert told.kills == kills
    # else nothing was at stake
    assert told.seen["unknown"] > 0
    assert told.seen["stored"] >= CLIENTS * kills
    assert told.stored >= told.seen["stored"] * 0.5


def recovered(url: str) -> None:
    """PostgreSQL has ended all its processes after the death of one, and serves a question of a second to its end again."""
    import psycopg

    for _ in range(600):
        try:
            with psycopg.connect(url) as connected:
                connected.execute("SELECT pg_sleep(1)")
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("PostgreSQL did not recover")


def test_five_kills_of_the_server_lose_nothing_on_sqlite(tmp_path: Path) -> None:
    with own_tables("sqlite", tmp_path) as url:
        kept_every_promise(BallotStorm(url, tmp_path).run(5), 5)


@pytest.mark.skipif(not SERVER, reason="GUIGUAN_TEST_DATABASE names no PostgreSQL server")
def test_five_kills_of_the_server_lose_nothing_on_postgresql(tmp_path: Path) -> None:
    with own_tables("postgresql", tmp_path) as url:
        kept_every_promise(BallotStorm(url, tmp_path).run(5), 5)


@pytest.mark.skipif(programs() is None, reason="no programs of PostgreSQL here")
def test_the_box_outlives_crashes_of_its_postgresql(tmp_path: Path) -> None:
    import psycopg

    with own_cluster() as server, own_database(server) as url:
        with psycopg.connect(url, autocommit=True) as connected:
            for statement in MIGRATION.POSTGRESQL:
                connected.execute(statement.encode())
        chance = random.Random(1)

        def crash() -> None:
            kill_backend(url, chance)
            recovered(url)

        kept_every_promise(BallotStorm(url, tmp_path, hurt=crash).run(2), 2)
