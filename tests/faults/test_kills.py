"""kill -9 of the whole site while fifty people save and upload: what was acknowledged is there, and nothing else."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from faults.postgresql import kill_backend, own_cluster, own_database, programs
from faults.storm import LEAST, Storm, Told


def kept_every_promise(told: Told, kills: int) -> None:
    assert told.broken == []
    assert told.kills == kills
    # else nothing was at stake
    assert told.answers["unanswered"] > 0
    assert told.saves >= LEAST * kills
    assert told.uploads > 0
    assert told.handed_in > 0
    assert told.sent > 0


def test_five_kills_lose_nothing_on_sqlite(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    kept_every_promise(Storm(data, "").run(5), 5)


@pytest.mark.skipif(
    not os.environ.get("GUIGUAN_TEST_DATABASE"), reason="GUIGUAN_TEST_DATABASE names no PostgreSQL server"
)
def test_three_kills_lose_nothing_on_postgresql(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with own_database(os.environ["GUIGUAN_TEST_DATABASE"]) as address:
        kept_every_promise(Storm(data, address).run(3), 3)


@pytest.mark.skipif(programs() is None, reason="no programs of PostgreSQL here")
def test_the_site_outlives_a_crash_of_its_postgresql(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with own_cluster() as server, own_database(server) as address:
        chance = random.Random(1)
        storm = Storm(data, address, hurt=lambda: kill_backend(address, chance))
        kept_every_promise(storm.run(2), 2)
