"""One connection of the ballots' server: whoever asks and does not read costs no more memory than others, and is put out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, cast

import pytest

from guiguan.box.answers import Answer
from guiguan.box.beside import Beside
from guiguan.box.box import Box, Request, Waiting
from guiguan.box.connection import (
    DROPS_FOR,
    IDLE_FOR,
    MOST_AT_A_READ,
    MOST_OF_ONE,
    MOST_UNANSWERED,
    Connection,
)
from guiguan.box.server import BallotServer

ASKED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
WAITS = b"GET /waits HTTP/1.1\r\nHost: x\r\n\r\n"


class Pipe(asyncio.Transport):
    """A transport whose other end never reads."""

    def __init__(self, peer: str = "192.0.2.1") -> None:
        super().__init__()
        self.peer = peer
        self.written = bytearray()
        self.reading, self.closing, self.aborted, self.ended = True, False, False, False

    def write(self, data: Any) -> None:
        self.written += data

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return self.closing

    def write_eof(self) -> None:
        self.ended = True

    def close(self) -> None:
        self.closing = True

    def abort(self) -> None:
        self.closing = self.aborted = True

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return (self.peer, 4711)


class Slow:
    """A box that answers later."""

    def take(self, request: Request, waiting: Waiting, ticket: Any) -> None:
        self.last, self.request = ticket, request


def served(loop: asyncio.AbstractEventLoop, box: Slow, *, proxied: bool = False) -> BallotServer:
    """A server of four connections; nothing beside is asked for here."""
    return BallotServer(cast(Box, box), cast(Beside, None), loop, most=4, proxied=proxied)


class Side:
    """A connection, its transport, and a clock."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.box, self.now = Slow(), 0.0
        self.server = served(loop, self.box)
        self.server.now = lambda: self.now
        self.pipe, self.connection = Pipe(), Connection(self.server)
        self.connection.connection_made(self.pipe)


@pytest.fixture
def side() -> Iterator[Side]:
    loop = asyncio.new_event_loop()
    yield Side(loop)
    loop.close()


@pytest.mark.parametrize(
    ("peers", "proxied", "served_to"),
    [
        (["192.0.2.1"] * 3, False, [True, True, False]),
        (["192.0.2.1"] * 5, True, [True] * 4 + [False]),
        (["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1"], False, [True, True, False, True]),
        (["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.3"], False, [True] * 4 + [False]),
    ],
)
def test_one_network_has_half_of_the_connections_and_keeps_nobody_out(
    peers: list[str], proxied: bool, served_to: list[bool]
) -> None:
    loop = asyncio.new_event_loop()
    server = served(loop, Slow(), proxied=proxied)
    pipes, connections = [Pipe(peer) for peer in peers], [Connection(server) for _ in peers]
    for connection, pipe in zip(connections, pipes, strict=True):
        connection.connection_made(pipe)
    assert [not pipe.closing for pipe in pipes] == served_to
    assert all(b"503" in pipe.written for pipe in pipes if pipe.closing)
    for connection in connections:
        connection.connection_lost(None)
    again = Pipe(peers[0])
    Connection(server).connection_made(again)
    assert not again.closing, "whoever left makes room"
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


def test_what_stands_behind_the_body_is_no_header(side: Side) -> None:
    """A proxy writes its own X-Forwarded-For before the body; one that came behind it would be joined to it as the last."""
    side.connection.data_received(
        b"POST /waits HTTP/1.1\r\nX-Forwarded-For: 192.0.2.9\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2\r\n{}\r\n0\r\nX-Forwarded-For: 198.51.100.1\r\nAuthorization: Bearer x\r\n\r\n"
    )
    assert side.box.request.headers == {b"x-forwarded-for": b"192.0.2.9", b"transfer-encoding": b"chunked"}
    assert side.box.request.body == b"{}"


@pytest.mark.parametrize(
    ("begins", "status"),
    [
        (b"GET / HTTP/1.1\r\nX: ", b"431"),
        (b"GET / HTTP/1.1\r\n" + b"y" * 9000, b"431"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;x=", b"413"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ", b"413"),
    ],
)
def test_what_never_ends_is_refused_before_it_costs_memory(side: Side, begins: bytes, status: bytes) -> None:
    side.connection.data_received(begins)
    sent = 0
    while not side.pipe.written:
        side.connection.data_received(b"z" * 4096)
        sent += 4096
        assert sent <= MOST_OF_ONE + 4096
    assert side.pipe.written.startswith(b"HTTP/1.1 " + status)


def test_answers_given_at_once_behind_one_that_waits_are_bounded_too(side: Side) -> None:
    side.connection.data_received(WAITS)
    for _ in range(MOST_UNANSWERED - 2):
        side.connection.data_received(ASKED)
    assert side.pipe.reading
    side.connection.data_received(ASKED)
    assert not side.pipe.reading
    side.connection.answered(side.box.last, Answer(404, b"{}"))
    assert side.pipe.written.count(b"HTTP/1.1 ") == MOST_UNANSWERED
    assert side.pipe.reading


def test_one_read_brings_so_many_requests_and_no_more(side: Side) -> None:
    side.connection.data_received(ASKED * MOST_AT_A_READ)
    side.connection.data_received(ASKED * 5000)
    assert side.pipe.written.count(b"200 OK") == 2 * MOST_AT_A_READ
    assert side.pipe.written.count(b"429 Too Many Requests") == 1
    assert side.pipe.ended


def test_an_upgrade_is_answered_once_and_never_asked(side: Side) -> None:
    """The parser ends such a request at its head, so what it carries would be lost."""
    side.connection.data_received(
        b"POST /waits HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}"
    )
    assert side.pipe.written.count(b"HTTP/1.1 400") == side.pipe.written.count(b"Content-Length") == 1
    assert b"ballots.no-upgrade" in side.pipe.written
    assert b"Connection: close" in side.pipe.written
    assert not hasattr(side.box, "request")


def test_a_head_is_answered_without_a_body(side: Side) -> None:
    side.connection.data_received(ASKED.replace(b"GET", b"HEAD") + ASKED)
    head, other = bytes(side.pipe.written).split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert other.startswith(b"HTTP/1.1 200 OK")


def test_a_refusal_is_sent_before_the_rest_is_thrown_away(side: Side) -> None:
    side.connection.data_received(b"POST / HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n" + b"x" * 1000)
    assert side.pipe.written.startswith(b"HTTP/1.1 413 ")
    assert (side.pipe.ended, side.pipe.closing, side.pipe.reading) == (True, False, True)
    side.connection.data_received(b"x" * 100_000)
    side.connection.too_slow(DROPS_FOR - 1)
    assert not side.pipe.closing
    side.connection.too_slow(DROPS_FOR)
    assert side.pipe.aborted
    assert side.pipe.written.count(b"HTTP/1.1 ") == 1


def test_nobody_is_late_while_the_server_does_not_read(side: Side) -> None:
    side.connection.data_received(WAITS * MOST_UNANSWERED + b"GET /la")
    assert not side.pipe.reading
    for second in range(1, 30):
        side.now = float(second)
        side.connection.too_slow(side.now)
    assert not side.pipe.written
