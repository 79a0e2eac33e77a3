"""The site in several processes: one set of limits, one count for the operations port, and one that dies is started again."""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from box.scene import ask
from faults.postgresql import own_database
from faults.site import Site, free_port, living

from guiguan.bench.voters_scene import SLUG, TOKEN
from guiguan.box.keys import Keys
from guiguan.box.token import issue

PATH = f"/api/v1/campaigns/{SLUG}/ballots"
RACERS = 32
SERVER = os.environ.get("GUIGUAN_TEST_DATABASE", "")
needs_server = pytest.mark.skipif(not SERVER, reason="GUIGUAN_TEST_DATABASE names no PostgreSQL server")


@contextmanager
def database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        yield ""
    else:
        with own_database(SERVER) as address:
            yield address


class Place:
    """A site of two processes with an open vote of thirty cases."""

    def __init__(self, data: Path, address: str) -> None:
        self.ballots = address or f"sqlite://{data}/ballots.sqlite3"
        self.operations = free_port()
        self.site = Site(data, address)
        self.site.settings |= {
            "GUIGUAN_SITE_PROCESSES": "2",
            "GUIGUAN_OPERATIONS_PORT": str(self.operations),
        }
        command = [sys.executable, "-m", "guiguan.bench.voters_scene", "30"]
        subprocess.run(command, env=self.site.settings, check=True, stdout=subprocess.DEVNULL)
        self.site.start()
        self.key = Keys(data / "keys" / "ballots").token
        self.cases = [case["entry"] for case in self.get(f"/api/v1/campaigns/{SLUG}/entries")["items"]]

    @property
    def pid(self) -> int:
        assert self.site.process is not None
        return self.site.process.pid

    def get(self, path: str) -> dict[str, list[dict[str, str]]]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.site.port}{path}", timeout=30) as answer:
            found: dict[str, list[dict[str, str]]] = json.loads(answer.read())
            return found

    def cast(self, voter: bytes, key: str = "") -> int:
        """The status of the answer to a ballot for the same ten cases, by a connection of its own; 0 where that broke off."""
        expires = time.time_ns() // 1_000_000 + 600_000
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {issue(self.key, SLUG, voter, TOKEN, expires)}",
            "Idempotency-Key": key or secrets.token_hex(16),
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        try:
            connection.request("POST", PATH, json.dumps({"choices": self.cases[:10]}), headers)
            with connection.getresponse() as answer:
                answer.read()
                return answer.status
        except ConnectionError:  # it waited for a process that died
            return 0
        finally:
            connection.close()

    def processes(self) -> list[int]:
        """Those that serve pages: of the site's group, but neither the first nor worker nor sequencer."""
        return [pid for pid in living(self.pid) if pid != self.pid and b"--only" not in command_of(pid)]

    def counted(self) -> float:
        """How many ballots the operations port says were stored; -1 where nobody answers there yet."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.operations}/metrics", timeout=30) as answer:
                text = answer.read().decode()
        except OSError:
            return -1
        lines = re.findall(r'(?m)^guiguan_requests_total\{method="POST",status="201",.*\} ([0-9.]+)$', text)
        return sum(map(float, lines))


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it ended while we looked
        return b"--only"


def soon(holds: Callable[[], bool]) -> bool:
    """Whether it holds within twenty seconds."""
    until = time.monotonic() + 20
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=needs_server)])
def test_two_processes_are_one_site(tmp_path: Path, kind: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with database(kind) as address:
        place = Place(data, address)
        try:
            both = place.processes()
            assert len(both) == 2
            one, others = secrets.token_bytes(32), [secrets.token_bytes(32) for _ in range(RACERS)]
            with ThreadPoolExecutor(RACERS) as racers:
                of_one = list(racers.map(place.cast, [one] * RACERS))
                assert list(racers.map(place.cast, others)) == [201] * RACERS
            assert of_one.count(201) == 1
            assert set(of_one) <= {201, 409, 429}
            rows = ask(
                place.ballots,
                "SELECT count(*), count(DISTINCT writer) FROM votes_ballot WHERE kind = 'ballot'",
            )
            assert tuple(map(int, rows[0])) == (RACERS + 1, 2), "one process had all connections"
            assert place.counted() == RACERS + 1

            os.kill(both[0], signal.SIGKILL)
            assert soon(lambda: len(place.processes()) == 2 and both[0] not in place.processes())
            assert soon(lambda: place.cast(one) == 409)
            late = secrets.token_bytes(32)
            assert soon(lambda: place.cast(late, key="the-same-at-every-try") == 201)
            assert soon(lambda: place.counted() >= RACERS + 2)  # nothing that the dead one counted is lost

            assert place.site.process is not None
            place.site.process.send_signal(signal.SIGTERM)
            assert place.site.process.wait(30) == 0
            assert soon(lambda: not living(place.pid))
        finally:
            place.site.kill()
