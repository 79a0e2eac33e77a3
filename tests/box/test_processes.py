"""Several processes of the ballots' server at one port: one vote, one set of limits, one life."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from box.live import Talk, start, wait
from box.place import Place, open_vote
from box.scene import ask, needs_postgres, own_tables
from faults.site import free_port

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ports are shared out on Linux")


def children_of(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@contextmanager
def three(folder: Path) -> Iterator[tuple[Place, subprocess.Popen[bytes], list[int]]]:
    """A vote, and three processes that take its ballots."""
    port = free_port()
    with own_tables("postgresql", folder) as url:
        open_vote(url)
        first = start(url, folder, port, GUIGUAN_BALLOT_PROCESSES="3")
        try:
            wait(first, port)
            for _ in range(600):
                others = children_of(first.pid)
                if len(others) == 2 and len(listeners(port)) == 3:
                    break
                time.sleep(0.05)
            yield Place(port, url, folder), first, others
        finally:
            first.kill()
            first.wait()


def listeners(port: int) -> list[str]:
    """The sockets that listen at the port."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return [
        line.split()[9]
        for line in lines
        if line.split()[3] == "0A" and int(line.split()[1].partition(":")[2], 16) == port
    ]


@needs_postgres
def test_a_voter_has_one_right_whoever_is_asked(tmp_path: Path) -> None:
    """Forty connections, so that each of the three has some, race for one voter's ballot of the day; others vote meanwhile."""
    with three(tmp_path) as (place, first, others):
        assert len(others) == 2
        talks = [Talk(place.port) for _ in range(40)]
        for n, talk in enumerate(talks):
            talk.send(place.ballot("one", key=f"k{n}") + place.ballot(f"other{n}"))
        found = [[talk.answer()[0], talk.answer()[0]] for talk in talks]
        of_one = [one for one, _ in found]
        assert of_one.count(201) == 1
        assert set(of_one) <= {201, 409, 429}  # 429: eight of one voter wait already
        assert [other for _, other in found] == [201] * 40
        for talk in talks:
            talk.close()
        assert place.stored() == 41
        writers = ask(place.url, "SELECT count(DISTINCT writer) FROM votes_ballot")[0][0]
        assert writers > 1, "one process had all connections"
        first.send_signal(signal.SIGTERM)
        assert first.wait(30) == 0
        assert all(map(is_gone, others))


@needs_postgres
def test_one_that_dies_is_started_again_and_none_outlives_the_first(tmp_path: Path) -> None:
    with three(tmp_path) as (place, first, others):
        os.kill(others[0], signal.SIGKILL)
        for _ in range(600):
            again = children_of(first.pid)
            if len(again) == 2 and others[0] not in again and len(listeners(place.port)) == 3:
                break
            time.sleep(0.05)
        assert len(again) == 2
        place.works("afterwards")
        first.kill()
        first.wait()
        for _ in range(600):
            if all(map(is_gone, again)) and not listeners(place.port):
                break
            time.sleep(0.05)
        assert all(map(is_gone, again))
        with socket.socket() as free:
            assert free.connect_ex(("127.0.0.1", place.port)) != 0


def test_sqlite_takes_one_process_and_says_so(tmp_path: Path) -> None:
    with own_tables("sqlite", tmp_path) as url:
        settings = {
            "GUIGUAN_DATA": str(tmp_path),
            "GUIGUAN_BALLOTS_URL": url,
            "GUIGUAN_BALLOT_PROCESSES": "2",
        }
        command = [sys.executable, "-m", "guiguan", "serve", "--only", "ballots", "--port", str(free_port())]
        done = subprocess.run(
            command, env=os.environ | settings, capture_output=True, text=True, check=False, timeout=60
        )
    assert done.returncode == 1
    assert "GUIGUAN_BALLOT_PROCESSES" in done.stderr
    assert "Traceback" not in done.stderr
