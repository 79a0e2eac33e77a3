"""One connection of the ballots' server: whoever asks and does not read costs no more memory than others, and is put out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, cast

import pytest

from guiguan.box.answers import Answer
from guiguan.box.beside import Beside
from guiguan.box.box import Box, Request, Waiting
from guiguan.box.connection import IDLE_FOR, MOST_UNANSWERED, Connection
from guiguan.box.server import BallotServer

ASKED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
WAITS = b"GET /waits HTTP/1.1\r\nHost: x\r\n\r\n"


class Pipe(asyncio.Transport):
    """A transport whose other end never reads."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.reading, self.closing, self.aborted = True, False, False

    def write(self, data: Any) -> None:
        self.written += data

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        self.closing = True

    def abort(self) -> None:
        self.closing = self.aborted = True

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("192.0.2.1", 4711)


class Slow:
    """A box that answers later."""

    def take(self, request: Request, waiting: Waiting, ticket: Any) -> None:
        self.last = ticket


class Side:
    """A connection, its transport, and a clock."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.box, self.now = Slow(), 0.0
        self.server = BallotServer(
            cast(Box, self.box), cast(Beside, None), loop
        )  # nothing beside is asked for here
        self.server.now = lambda: self.now
        self.pipe, self.connection = Pipe(), Connection(self.server)
        self.connection.connection_made(self.pipe)


@pytest.fixture
def side() -> Iterator[Side]:
    loop = asyncio.new_event_loop()
    yield Side(loop)
    loop.close()


def test_who_does_not_read_the_answers_is_not_read_from(side: Side) -> None:
    side.connection.data_received(ASKED)
    assert side.pipe.reading
    side.connection.pause_writing()
    side.connection.data_received(ASKED * 3)  # what was on its way already
    assert side.pipe.written.count(b"200 OK") == 4
    assert not side.pipe.reading
    side.connection.resume_writing()
    assert side.pipe.reading


def test_an_answer_that_comes_meanwhile_does_not_open_the_way(side: Side) -> None:
    side.connection.data_received(WAITS)
    side.connection.pause_writing()
    side.connection.answered(side.box.last, Answer(404, b"{}"))
    assert not side.pipe.reading


def test_reading_goes_on_when_half_of_what_was_asked_is_answered(side: Side) -> None:
    slots = []
    for _ in range(MOST_UNANSWERED):
        side.connection.data_received(WAITS)
        slots.append(side.box.last)
    assert not side.pipe.reading
    for slot in slots[: MOST_UNANSWERED // 2]:
        side.connection.answered(slot, Answer(404, b"{}"))
    assert not side.pipe.reading
    side.connection.answered(slots[MOST_UNANSWERED // 2], Answer(404, b"{}"))
    assert side.pipe.reading


def test_who_leaves_answers_unread_for_long_is_put_out(side: Side) -> None:
    """Closing waits until everything is sent, which may be never."""
    side.connection.data_received(ASKED)
    side.connection.pause_writing()
    side.connection.too_slow(side.now)
    assert not side.pipe.closing
    side.now = IDLE_FOR
    side.connection.too_slow(side.now)
    assert (side.pipe.closing, side.pipe.aborted) == (True, False)
    side.connection.too_slow(side.now + 1)
    assert side.pipe.aborted
