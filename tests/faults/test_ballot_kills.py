"""kill -9 of the ballots' server, and of PostgreSQL under it, while people vote: no acknowledged ballot is lost, none counts twice, nobody
gets over a limit."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from box.scene import SERVER, own_tables
from faults.ballots import CLIENTS, BallotStorm, Told
from faults.booths import BoxAlone, WholeSite, make_tables, own_crashing
from faults.postgresql import programs


def kept_every_promise(told: Told, kills: int) -> None:
    assert told.broken == []
    assert told.kills == kills
    # else nothing was at stake
    assert told.seen["unknown"] > 0
    assert told.seen["stored"] >= CLIENTS * kills
    assert told.stored >= told.seen["stored"] * 0.5


def test_five_kills_of_the_server_lose_nothing_on_sqlite(tmp_path: Path) -> None:
    with own_tables("sqlite", tmp_path) as url:
        kept_every_promise(BallotStorm(BoxAlone(url, tmp_path)).run(5), 5)


@pytest.mark.skipif(not SERVER, reason="GUIGUAN_TEST_DATABASE names no PostgreSQL server")
def test_five_kills_of_the_server_lose_nothing_on_postgresql(tmp_path: Path) -> None:
    with own_tables("postgresql", tmp_path) as url:
        kept_every_promise(BallotStorm(BoxAlone(url, tmp_path)).run(5), 5)


@pytest.mark.skipif(programs() is None, reason="no programs of PostgreSQL here")
def test_the_box_outlives_five_crashes_of_its_postgresql(tmp_path: Path) -> None:
    with own_crashing() as (url, crash):
        kept_every_promise(BallotStorm(BoxAlone(make_tables(url), tmp_path), hurt=crash).run(5), 5)


def test_every_receipt_is_proven_in_time_though_the_whole_site_is_killed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    kept_every_promise(BallotStorm(WholeSite(data, "")).run(1), 1)


@pytest.mark.skipif(programs() is None, reason="no programs of PostgreSQL here")
def test_every_receipt_is_proven_in_time_though_site_and_postgresql_are_killed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with own_crashing() as (url, crash):
        booth = WholeSite(data, url)
        turns = itertools.cycle((booth.restart, crash))
        kept_every_promise(BallotStorm(booth, hurt=lambda: next(turns)()).run(3), 3)
