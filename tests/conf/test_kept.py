"""The worker beside the site: its death is noticed, said, and made good; a worker that only dies ends the site."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from guiguan.conf.kept import MOST_DEATHS, Kept, stop_all

LIVES = "import sys, time; open(sys.argv[1], 'a').write('x'); time.sleep(60)"
WAITS_FOR_OTHER = """
import pathlib, signal, sys, time
own, other = map(pathlib.Path, sys.argv[1:])
told = []
signal.signal(signal.SIGTERM, lambda *_: told.append(1))
own.write_text("ready")
while not told: time.sleep(0.01)
own.write_text("told")
for _ in range(1000):
    if other.read_text() == "told": break
    time.sleep(0.01)
else: sys.exit(5)
time.sleep(0.3)
sys.exit(len(told) - 1)
"""
"""Ends with 0 when it was told to end once, and the other one too meanwhile."""
DIES = "import sys; open(sys.argv[1], 'a').write('x'); sys.exit(3)"


def until(holds: object, seconds: float = 60.0) -> bool:
    assert callable(holds)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def starts(mark: Path) -> int:
    return len(mark.read_text()) if mark.exists() else 0


def test_one_that_was_killed_is_started_again_and_said_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mark = tmp_path / "starts"
    kept = Kept([sys.executable, "-c", LIVES, str(mark)], pause=0.01)
    try:
        assert until(lambda: starts(mark) == 1)
        first = kept.process.pid
        os.kill(first, signal.SIGKILL)
        assert until(lambda: starts(mark) == 2)
        assert kept.process.pid != first
        assert f"{mark} ended with -9; started again" in caplog.text
    finally:
        kept.stop()
    assert kept.process.returncode == -signal.SIGTERM
    assert starts(mark) == 2  # an ordered end is no death
    assert not kept.gave_up


def test_all_are_told_to_end_at_the_same_time_and_once(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    both = [
        Kept([sys.executable, "-c", WAITS_FOR_OTHER, str(own), str(other)])
        for own, other in ((first, second), (second, first))
    ]
    assert until(lambda: [p.exists() and p.read_text() for p in (first, second)] == ["ready", "ready"])
    stop_all(both)
    assert [kept.process.returncode for kept in both] == [0, 0]


def test_one_that_only_dies_ends_the_whole_group(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    mark = tmp_path / "starts"
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as group:
        kept = Kept([sys.executable, "-c", DIES, str(mark)], pause=0.01, end=group.pid)
        assert group.wait(30) == -signal.SIGTERM
    assert kept.gave_up
    assert starts(mark) == MOST_DEATHS
    assert f"ended with 3, {MOST_DEATHS} times within a minute" in caplog.text


def test_one_that_is_being_started_while_all_stops_is_stopped_as_well(tmp_path: Path) -> None:
    reached, go = threading.Event(), threading.Event()

    class Slow(Kept):
        def _start(self) -> subprocess.Popen[bytes]:
            if hasattr(self, "process"):
                reached.set()
                assert go.wait(30)
            return super()._start()

    kept = Slow([sys.executable, "-c", LIVES, str(tmp_path / "starts")], pause=0)
    os.kill(kept.process.pid, signal.SIGKILL)
    assert reached.wait(30)
    ending = threading.Thread(target=kept.stop)
    ending.start()
    ending.join(0.2)
    go.set()
    ending.join(30)
    kept._watch.join(5)
    try:
        assert kept.process.poll() is not None
    finally:
        kept.process.kill()


def test_one_that_cannot_be_started_ends_the_whole_group(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    program = tmp_path / "program"
    program.symlink_to(sys.executable)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as group:
        kept = Kept([str(program), "-c", "import time; time.sleep(60)"], pause=0, end=group.pid)
        program.unlink()
        os.kill(kept.process.pid, signal.SIGKILL)
        ended = until(lambda: group.poll() is not None, 30)
        group.kill()
        assert (ended, group.wait(30)) == (True, -signal.SIGTERM)
    assert kept.gave_up
    assert "cannot be started" in caplog.text


def children(pid: int) -> dict[int, str]:
    """The children of a process, by whichever of its threads, with their command lines."""
    found = [c for tasks in Path(f"/proc/{pid}/task").glob("*/children") for c in tasks.read_text().split()]
    return {int(c): Path(f"/proc/{c}/cmdline").read_text().replace("\0", " ") for c in found}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc here")
def test_the_site_goes_on_with_a_new_worker(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GUIGUAN_")}
    environment = kept | {
        "GUIGUAN_DATA": str(tmp_path),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "guiguan.conf.settings",
    }
    said = tmp_path / "said"
    command = [sys.executable, "-m", "guiguan", "serve", "--port", str(port)]
    with said.open("wb") as log, subprocess.Popen(command, env=environment, stderr=log, stdout=log) as site:
        try:

            def workers() -> list[int]:
                return [c for c, line in children(site.pid).items() if "--only worker" in line]

            def answers() -> bool:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                        return True
                except OSError:
                    return False

            assert until(answers, 240)
            (first,) = workers()
            os.kill(first, signal.SIGKILL)
            assert until(lambda: workers() not in ([], [first]), 120)
            assert answers()
            assert "ended with -9; started again" in said.read_text()
        finally:
            site.send_signal(signal.SIGTERM)
            assert site.wait(120) == 0
    with said.open("wb") as log, subprocess.Popen(command, env=environment, stderr=log, stdout=log) as site:
        try:
            assert until(answers, 240)
            every = [pid for pid in children(site.pid) if pid != site.pid]
            assert len(every) >= 3  # pages, worker, sequencer
        finally:
            site.kill()
        assert until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in every), 60), (
            "nothing goes on when the first process is gone"
        )


FORKS_TWICE = """
import os, sys
from guiguan.conf.leash import leash_children
def end_of(pid): return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
leash_children()
if pid := os.fork(): sys.exit(end_of(pid))
own = os.open(os.devnull, os.O_RDONLY)  # by the number that the leash had
if pid := os.fork(): os._exit(end_of(pid))
try: os.fstat(own)
except OSError: os._exit(7)
os._exit(0)
"""


def test_what_a_child_forks_keeps_its_files() -> None:
    assert subprocess.run([sys.executable, "-c", FORKS_TWICE], check=False).returncode == 0
