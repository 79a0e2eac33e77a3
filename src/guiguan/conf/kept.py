"""A process beside the web server that is started again when it dies; one that keeps dying ends the whole group."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence

_log = logging.getLogger(__name__)

MOST_DEATHS = 5
PATIENCE = 20.0
"""Seconds in which a process that is told to end may finish what it is doing. Killed after them, it loses nothing either."""
WITHIN = 60.0
"""Seconds. So many deaths in so short a time are no accident: whoever watches the service shall see it end."""


def stop_all(processes: Sequence[Kept], patience: float = PATIENCE) -> None:
    """All have ended; they do so at the same time."""
    for one in processes:
        one.leave()
    until = time.monotonic() + patience
    for one in processes:
        one.stop(max(0.1, until - time.monotonic()))


class Kept:
    """Runs a command until `stop`, each time in the environment of the first. `gave_up` once it died too often: this process then
    got SIGTERM. On a leash, the command reads the end of its standard input when this process is gone, however that came."""

    def __init__(
        self, command: Sequence[str], *, pause: float = 1.0, end: int | None = None, leash: bool = False
    ) -> None:
        self.gave_up = False
        self._stdin = subprocess.PIPE if leash else None
        self._command, self._environment = [*command], {**os.environ}
        self._pause = pause
        self._end = os.getpid() if end is None else end
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._deaths: list[float] = []
        self.process = self._start()
        self._watch = threading.Thread(target=self._keep, name="kept", daemon=True)
        self._watch.start()

    def leave(self) -> None:
        """The process is told to end, once, and is not started again."""
        with self._starting:
            told = self._stopping.is_set()
            self._stopping.set()
        if not told and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def stop(self, patience: float = PATIENCE) -> None:
        """The process has ended, in order where it can, and is not started again."""
        self.leave()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            _log.warning("%s does not end; killed, which loses nothing", self._name())
            self.process.kill()
            self.process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stdin=self._stdin, env=self._environment)  # noqa: S603  (our own program)

    def _keep(self) -> None:
        while True:
            code = self.process.wait()
            if self._stopping.is_set():
                return
            now = time.monotonic()
            self._deaths = [*(d for d in self._deaths if now - d < WITHIN), now]
            if len(self._deaths) >= MOST_DEATHS:
                _log.critical(
                    "%s ended with %s, %s times within a minute: the site ends too, so that it is noticed",
                    self._name(),
                    code,
                    MOST_DEATHS,
                )
                self.gave_up = True
                os.kill(self._end, signal.SIGTERM)
                return
            _log.error("%s ended with %s; started again", self._name(), code)
            self._stopping.wait(self._pause)
            with self._starting:  # never one that `stop` does not know of
                if self._stopping.is_set():
                    return
                try:
                    self.process = self._start()
                except OSError:
                    _log.critical(
                        "%s cannot be started: the site ends too, so that it is noticed", self._name()
                    )
                    self.gave_up = True
                    os.kill(self._end, signal.SIGTERM)
                    return

    def _name(self) -> str:
        return self._command[-1]
