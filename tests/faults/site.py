"""A site in processes of its own, which can be killed as a whole, and what looks into it while it is down."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

INSIDE = Path(__file__).with_name("inside.py")
STARTS_WITHIN = 90


@dataclass
class Site:
    """`guiguan serve` on a data folder and a database. `log` has what every process said."""

    data: Path
    database: str
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    settings: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.port = self.port or free_port()
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GUIGUAN_")}
        self.settings = kept | {
            "DJANGO_SETTINGS_MODULE": "guiguan.conf.settings",
            "DATABASE_URL": self.database,
            "GUIGUAN_DATA": str(self.data),
            "GUIGUAN_LOG_LEVEL": "ERROR",
        }

    @property
    def log(self) -> Path:
        return self.data.with_suffix(".log")

    def start(self) -> None:
        """It answers requests. RuntimeError with the log where it does not come up."""
        command = [sys.executable, "-m", "guiguan", "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.settings, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"the site did not come up:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            with connection.getresponse() as answer:
                return answer.status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """Every process of it is dead by SIGKILL, web server, worker and checks of files alike."""
        assert self.process is not None
        group = self.process.pid
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
        self.process.wait(30)
        until = time.monotonic() + 30
        while living(group):
            if time.monotonic() > until:
                raise RuntimeError(f"processes of group {group} outlive SIGKILL")
            time.sleep(0.02)


def living(group: int) -> list[int]:
    """The processes of the group that are not dead; one that nobody has reaped counts as dead."""
    found = []
    for pid in map(int, filter(str.isdecimal, os.listdir("/proc"))):
        try:
            state, _parent, its_group = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):  # it ended while we looked
            continue
        if int(its_group) == group and state not in "ZX":
            found.append(pid)
    return found


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Inside:
    """Asks `inside.py` about the site's database; one process for all questions."""

    site: Site
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(INSIDE)],
            env=self.site.settings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, command: str) -> Any:
        """The answer. RuntimeError where the process died over the question."""
        to, back = self._pipes()
        to.write(f"{command}\n")
        to.flush()
        line = back.readline()
        if not line:
            raise RuntimeError(f"the process that looks inside died over: {command}")
        return json.loads(line)

    def end(self) -> None:
        to, back = self._pipes()
        to.close()
        self.process.wait(30)
        back.close()

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        return self.process.stdin, self.process.stdout
