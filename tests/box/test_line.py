"""The line to PostgreSQL when its connection breaks: whatever came last, the loop learns that nothing more will come."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import uvloop
from box.scene import add_poll, ask, needs_postgres, own_tables

from guiguan.box.line import Found
from guiguan.box.line_postgres import PostgresLine
from guiguan.box.rows import Stored
from guiguan.box.store import Batch, Standing, Unavailable

pytestmark = needs_postgres
LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
_LAST_WORDS = (
    b"SWARNING\0VWARNING\0C57P02\0Mterminating connection because of crash of another server process\0\0"
)
CRASH = b"N" + struct.pack(">i", len(_LAST_WORDS) + 4) + _LAST_WORDS
"""What PostgreSQL says to everybody when one of its processes has died, before it hangs up."""


class Cable:
    """A connection to the server that can be cut at a moment of one's own, with whatever came last."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._ends: list[tuple[socket.socket, socket.socket]] = []
        self._kept: bytearray | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        parts = urlsplit(self._server)
        port = self._listener.getsockname()[1]
        return urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{port}"))

    def hold(self) -> None:
        """From now on what the server says is kept back."""
        self._kept = bytearray()

    @property
    def kept(self) -> bytes:
        return bytes(self._kept or b"")

    def cut(self, last: bytes) -> None:
        """The newest connection is reset, with these bytes before it; the way is free for another."""
        near, far = self._ends.pop()
        with self._lock:
            self._kept = None
            near.sendall(last)
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            near.shutdown(socket.SHUT_RD)  # whoever reads it lets go
            near.close()
        far.close()

    def close(self) -> None:
        self._listener.close()
        for near, far in self._ends:
            near.close()
            far.close()

    def _accept(self) -> None:
        parts = urlsplit(self._server)
        assert parts.hostname
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection((parts.hostname, parts.port or 5432))
                self._ends.append((near, far))
                threading.Thread(target=self._up, args=(near, far), daemon=True).start()
                threading.Thread(target=self._down, args=(far, near), daemon=True).start()

    def _up(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while found := near.recv(65536):
                far.sendall(found)

    def _down(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while found := far.recv(65536):
                with self._lock:
                    if self._kept is not None:
                        self._kept += found
                    else:
                        near.sendall(found)


class Place:
    """A loop that runs only when it is told to, and a line in it through a cable."""

    def __init__(self, server: str, loop: asyncio.AbstractEventLoop) -> None:
        self.loop, self.cable = loop, Cable(server)
        self.poll = add_poll(server)
        self.line = PostgresLine(self.cable.url, loop)
        self.told: list[Found] = []

    def run(self, until: Callable[[], bool], seconds: float = 10.0) -> bool:
        """The loop has run until it held, or for so long; whether it holds."""

        async def running() -> None:
            end = time.monotonic() + seconds
            while not until() and time.monotonic() < end:
                await asyncio.sleep(0.01)

        self.loop.run_until_complete(running())
        return until()

    def put(self, voter: bytes) -> None:
        writer, batch = self.line.next_batch()
        row = Stored(
            writer, batch, 0, voter, self.poll, "ballot", "2021-06-10", 1, voter + voter, b"{}", voter + voter
        )
        self.line.put(Batch(self.poll, 1, [row], b"sealed"), self.told.append)

    def stored(self, server: str) -> int:
        return int(ask(server, "SELECT count(*) FROM votes_ballot")[0][0])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with own_tables("postgresql", tmp_path) as url:
        yield url


@pytest.fixture(params=LOOPS)
def place(request: pytest.FixtureRequest, server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr("guiguan.box.line_postgres.AGAIN_AFTER", 0.05)
    loop = LOOPS[request.param]()
    place = Place(server, loop)
    yield place
    place.line.close()
    place.cable.close()
    loop.close()


OPEN = (Standing("open", 1), frozenset({0}))


def goes_on(place: Place) -> None:
    """There is a line again, and it stores."""
    assert place.run(lambda: place.line.usable)
    place.told.clear()
    place.put(b"z" * 16)
    assert place.run(lambda: bool(place.told))
    assert place.told == [OPEN]


def test_a_connection_that_is_reset_after_its_last_words_is_lost(place: Place) -> None:
    place.run(lambda: False, 0.05)
    place.cable.cut(CRASH)
    assert place.run(lambda: not place.line.usable), "it waits for somebody who is gone"
    goes_on(place)


def test_a_batch_whose_connection_is_reset_is_told_that_nobody_knows(place: Place, server: str) -> None:
    place.cable.hold()
    place.put(b"a" * 16)
    assert place.run(lambda: place.cable.kept.endswith(b"Z\0\0\0\5I"))
    place.cable.cut(CRASH)
    assert place.run(lambda: bool(place.told)), "it waits for somebody who is gone"
    assert [type(found) for found in place.told] == [Unavailable]
    assert place.stored(server) == 1
    goes_on(place)


def test_an_answer_that_comes_with_the_end_is_told_and_the_next_goes_by_another(
    place: Place, server: str
) -> None:
    place.cable.hold()
    place.put(b"a" * 16)
    assert place.run(lambda: place.cable.kept.endswith(b"Z\0\0\0\5I"))
    place.cable.cut(place.cable.kept)
    assert place.run(lambda: bool(place.told) and not place.line.usable)
    assert place.told == [OPEN]
    goes_on(place)
    assert place.stored(server) == 2


def test_a_database_that_never_answers_is_given_up(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.line.close()
    monkeypatch.setattr("guiguan.box.line_postgres.ANSWERS_WITHIN", 0.2)
    place.line = PostgresLine(place.cable.url, place.loop)
    place.run(lambda: False, 0.5)
    assert place.line.usable  # nothing was asked, so nothing is missed
    place.cable.hold()
    place.put(b"a" * 16)
    assert place.run(lambda: bool(place.told))
    assert [str(found) for found in place.told] == ["no answer within 0.2 s"]
    assert not place.line.usable
