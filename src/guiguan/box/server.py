"""The ballots' own server: one asyncio protocol a connection, the box behind them all, and the logs' files beside."""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from guiguan.box.answers import Answer
from guiguan.box.beside import ALIVE, Beside
from guiguan.box.box import Box, Request, Waiting
from guiguan.box.connection import Connection
from guiguan.box.line import Line
from guiguan.box.written import Slot
from guiguan.core.values.address import network_of

_log = logging.getLogger(__name__)

MOST_CONNECTIONS = 8192
_OTHER_FILES = 256
"""Files that a process has open beside its connections: databases, logs, what it is just reading."""
_SWEEP = 1.0

OpenLine = Callable[[asyncio.AbstractEventLoop], Line]
"""Opens the line of a loop."""


class BallotServer(Waiting):
    """All connections of one process, at most `most`, of which one network may have half, so that it keeps nobody else out; but where a
    proxy stands before the box (`proxied`), all are the proxy's. Made in the loop's thread."""

    def __init__(
        self,
        box: Box,
        beside: Beside,
        loop: asyncio.AbstractEventLoop,
        site: str = "",
        *,
        most: int,
        proxied: bool = False,
    ) -> None:
        self._box, self._beside, self._loop, self.site = box, beside, loop, site
        self._thread, self._most = threading.get_ident(), most
        self._most_of_one = most if proxied else max(1, most // 2)
        self._connections: dict[Connection, str] = {}
        """Each with its network."""
        self._of_network = Counter[str]()
        self._stopping = False
        self.now: Callable[[], float] = loop.time

    def enter(self, connection: Connection) -> bool:
        """Whether one more can be served."""
        network = network_of(connection.peer, {})
        if (
            self._stopping
            or len(self._connections) >= self._most
            or self._of_network[network] >= self._most_of_one
        ):
            return False
        self._connections[connection] = network
        self._of_network[network] += 1
        return True

    def leave(self, connection: Connection) -> None:
        network = self._connections.pop(connection, None)
        if network is None:
            return
        self._of_network[network] -= 1
        if not self._of_network[network]:
            del self._of_network[network]

    def ask(self, request: Request, query: bytes, slot: Slot) -> Answer | None:
        """The answer, or None: then the slot gets it later."""
        if request.method in (b"GET", b"HEAD") and not request.path.startswith(b"/api/"):
            if request.path == b"/healthz":
                return ALIVE
            if request.path == b"/readyz":
                self._beside.ready(lambda answer: self.answered([(slot, answer)]))
                return None
            if request.path.startswith(b"/log/"):
                self._beside.log(request.path, query, lambda answer: self.answered([(slot, answer)]))
                return None
        return self._box.take(request, self, slot)

    def answered(self, answers: Sequence[tuple[Any, Answer]]) -> None:
        if threading.get_ident() == self._thread:
            self._loop.call_soon(_give, answers)
            return
        with suppress(RuntimeError):  # the server is gone, and with it whoever asked
            self._loop.call_soon_threadsafe(_give, answers)

    def sweep(self) -> None:
        """Puts out who is too slow, again and again."""
        now = self._loop.time()
        for connection in list(self._connections):
            connection.too_slow(now)
        self._loop.call_later(_SWEEP, self.sweep)

    async def stopped(self, within: float = 10.0) -> None:
        """Every connection has its answers and is closed, or the time is over."""
        self._stopping = True
        for connection in list(self._connections):
            connection.ends()
        end = self._loop.time() + within
        while self._connections and self._loop.time() < end:
            await asyncio.sleep(0.02)


def _room() -> int:
    """So many connections can be served. The system's limit of open files is raised as far as this process may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MOST_CONNECTIONS
    _log.warning("at most %d files may be open here (ulimit -n): %d connections at once", soft, soft // 2)
    return soft // 2


def _give(answers: Sequence[tuple[Slot, Answer]]) -> None:
    for slot, answer in answers:
        try:
            slot.connection.answered(slot, answer)
        except Exception:  # one connection's fault is no other's
            _log.exception("an answer could not be sent")


async def _serve(
    box: Box,
    beside: Beside,
    listener: socket.socket,
    site: str,
    ready: Callable[[], None],
    line: OpenLine | None,
) -> None:
    loop = asyncio.get_running_loop()
    if line is not None:
        box.hasten(line(loop), loop)
    proxied = box.settings.trusted_proxies > 0
    ballots = BallotServer(box, beside, loop, site, most=_room(), proxied=proxied)
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    server = await loop.create_server(lambda: Connection(ballots), sock=listener, backlog=4096)
    ballots.sweep()
    ready()
    await over.wait()
    server.close()
    await ballots.stopped()
    box.slow_down()


def serve(
    box: Box,
    beside: Beside,
    host: str,
    port: int,
    site: str = "",
    ready: Callable[[], None] = lambda: None,
    shared: bool = False,
    line: OpenLine | None = None,
) -> None:
    """Serves until SIGTERM or SIGINT, then answers what was asked, and closes the box. `shared`: other processes serve at the same
    port, and the system deals the connections out. `line`: how ballots that plainly count are stored
    straight from this thread; without it all go through the batcher."""
    listener = socket.create_server((host, port), backlog=4096, reuse_port=shared)
    # two threads share the interpreter: by default one would wait five milliseconds for the other
    sys.setswitchinterval(0.0005)
    try:
        _run(_serve(box, beside, listener, site, ready, line))
    finally:
        box.close()


def _run(main: Any) -> None:
    try:
        import uvloop
    except ImportError:
        asyncio.run(main)
    else:
        uvloop.run(main)
