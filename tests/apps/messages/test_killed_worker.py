"""Workers killed in the middle of sending, and workers side by side: on whichever database the tests are told to use."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

SCRIPT = Path(__file__).with_name("worker_process.py")
NOON = 1_775_016_000_000  # 2026-04-01 12:00 in China
LATER = NOON + 5 * 60_000 + 60_000
MANY = 5

Start = Callable[..., "subprocess.Popen[str]"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an SQLite database that has its tables."""
    folder = tmp_path_factory.mktemp("made")
    ended(run({"GUIGUAN_DATA": str(folder), "DATABASE_URL": ""}, "prepare"))
    return folder


@pytest.fixture
def start(tmp_path: Path, request: pytest.FixtureRequest) -> Start:
    """Starts one command of the script on a database that is empty: a file of its own, or the tests' PostgreSQL."""
    address = ""
    if connection.vendor == "postgresql":
        parts = urlsplit(os.environ["GUIGUAN_TEST_DATABASE"])
        address = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    else:
        shutil.copytree(request.getfixturevalue("made"), tmp_path, dirs_exist_ok=True)
    where = {"GUIGUAN_DATA": str(tmp_path), "DATABASE_URL": address}

    def started(*arguments: object, knows_keys: bool = False) -> subprocess.Popen[str]:
        return run(where | {"KNOWS_KEYS": "1" if knows_keys else "0"}, *arguments)

    return started


def run(settings: dict[str, str], *arguments: object) -> subprocess.Popen[str]:
    """One command of the script, as a process of its own."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "guiguan.conf.settings",
        "GUIGUAN_LOG_LEVEL": "ERROR",
        **settings,
    }
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> list[str]:
    """What the process said until it ended well."""
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return said.split("\n")[:-1]


def killed_when_stuck(process: subprocess.Popen[str]) -> list[str]:
    """What the process said until it was stuck and killed with -9."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        if line.strip() == "stuck":
            process.kill()
            break
        said.append(line.strip())
    process.communicate(timeout=60)
    assert process.returncode == -9
    return said


def states(start: Start, *command: object) -> dict[str, tuple[str, int]]:
    """State and tries of every message by its key, in the order in which they go out."""
    shown = ended(start(*(command or ("show",))))[0]
    return {key: (state, tries) for key, state, tries in json.loads(shown)}


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_in_the_middle_nothing_goes_out_twice_and_nothing_waiting_is_lost(
    start: Start, moment: str
) -> None:
    keys = list(states(start, "queue", NOON, MANY))
    first = killed_when_stuck(start("work", NOON, f"{moment}:3"))
    assert first == keys[: 2 if moment == "before" else 3]
    assert states(start)[keys[2]] == ("sending", 1)

    second = ended(start("work", NOON + 1))
    assert second == keys[3:]
    third = ended(start("work", LATER))
    assert third == []  # nobody knows whether it went out: a person decides
    assert states(start) == {k: ("unsure" if k == keys[2] else "sent", 1) for k in keys}


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_gateway_that_knows_its_keys_is_asked_again_with_the_same_one(start: Start, moment: str) -> None:
    keys = list(states(start, "queue", NOON, MANY))
    killed_when_stuck(start("work", NOON, f"{moment}:3", knows_keys=True))
    assert ended(start("work", NOON + 1, knows_keys=True)) == keys[3:]
    assert ended(start("work", LATER, knows_keys=True)) == [keys[2]]
    assert states(start) == {k: ("sent", 2 if k == keys[2] else 1) for k in keys}


def test_two_workers_at_once_send_each_message_once(start: Start) -> None:
    ended(start("queue", NOON, 60))
    workers = [start("work", NOON), start("work", NOON), start("work", NOON)]
    said = [key for worker in workers for key in ended(worker)]
    assert len(said) == len(set(said)) == 60
    assert set(states(start).values()) == {("sent", 1)}
