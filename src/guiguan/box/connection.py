"""One client's connection to the ballots' server: HTTP/1.1 read by httptools, answers written in the order of the questions.

A request may be 8 KB of body and 8 KB of headers, and must be there within ten seconds; a connection may wait for the next one for a
minute. Requests that come without waiting for answers are answered in their order. Whoever hangs up is forgotten; the ballot is stored.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from typing import Protocol, cast

import httptools
import msgspec

from guiguan.box.answers import Answer, refusal
from guiguan.box.box import MOST_BODY, Request
from guiguan.box.refusals import REASONS

MOST_HEADERS = 8192
MOST_UNANSWERED = 16
"""Requests of one connection that may wait for answers; then no more is read from it."""
READ_WITHIN = 10.0
IDLE_FOR = 60.0
_STATUS = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n" for s in HTTPStatus}


class Server(Protocol):
    """What a connection belongs to. `now`: seconds of the loop's clock."""

    now: Callable[[], float]

    def enter(self, connection: Connection) -> bool:
        """Whether one more can be served."""

    def leave(self, connection: Connection) -> None:
        """The connection is gone."""

    def ask(self, request: Request, query: bytes, slot: Slot) -> Answer | None:
        """The answer, or None: then the slot gets it later."""


class Slot(msgspec.Struct, eq=False):
    """The place of one answer in its connection's order."""

    connection: Connection
    keep: bool
    text: bytes | None = None


class Connection(asyncio.Protocol):
    """One client's connection."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._slots: deque[Slot] = deque()
        self._ending = False
        self._paused = self._full = False
        self._peer = self._fault = ""
        self._reading = self._moved = False
        self._deadline = server.now() + READ_WITHIN
        self._url = self._body = b""
        self._headers: dict[bytes, bytes] = {}
        self._size = 0

    # asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self._peer = str(peer[0]) if isinstance(peer, tuple) else ""
        if not self._server.enter(self):
            self._answer(Slot(self, keep=False), refusal(REASONS["ballots.busy"]), queued=False)
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        self._ending, self._transport = True, None
        self._slots.clear()
        self._server.leave(self)

    def data_received(self, data: bytes) -> None:
        if self._ending:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._refuse("ballots.bad-request")
        except httptools.HttpParserError:
            self._refuse(self._fault or "ballots.bad-request")

    def eof_received(self) -> bool:
        """A client may close its side and still read; what it has asked is answered first."""
        self._ending = True
        return bool(self._slots)

    def pause_writing(self) -> None:
        self._full = True
        self._hold()

    def resume_writing(self) -> None:
        self._full = False
        self._hold()

    # httptools

    def on_message_begin(self) -> None:
        self._url = self._body = b""
        self._headers = {}
        self._size = 0
        self._reading = self._moved = True

    def on_url(self, url: bytes) -> None:
        self._url += url
        self._size += len(url)
        if self._size > MOST_HEADERS:
            self._fail("ballots.headers-too-large")

    def on_header(self, name: bytes, value: bytes) -> None:
        size = self._size = self._size + len(name) + len(value)
        if size > MOST_HEADERS:
            self._fail("ballots.headers-too-large")
        headers, name = self._headers, name.lower()
        headers[name] = headers[name] + b", " + value if name in headers else value

    def on_headers_complete(self) -> None:
        expected = self._headers.get(b"expect")
        if expected and expected.lower() == b"100-continue" and self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body = self._body + body if self._body else body
        if len(self._body) > MOST_BODY:
            self._fail("ballots.too-large")

    def on_message_complete(self) -> None:
        self._reading, self._moved = False, True
        if self._ending:
            return
        slot = Slot(self, self._parser.should_keep_alive())
        self._slots.append(slot)
        if not slot.keep:
            self._ending = True
        path, _, query = self._url.partition(b"?")
        request = Request(self._parser.get_method(), path, self._headers, self._body, self._peer)
        answer = self._server.ask(request, query, slot)
        if answer is not None:
            self._answer(slot, answer)
        elif len(self._slots) >= MOST_UNANSWERED:
            self._hold()

    def _fail(self, rule: str) -> None:
        """The parser stops here."""
        self._fault = rule
        raise ValueError(rule)

    # answers

    def answered(self, slot: Slot, answer: Answer) -> None:
        """The answer is sent in its turn, if anybody is still there."""
        if self._transport is not None:
            self._answer(slot, answer)

    def _answer(self, slot: Slot, answer: Answer, *, queued: bool = True) -> None:
        slot.text = _text(answer, slot.keep)
        slots = self._slots
        if len(slots) == 1 and slots[0] is slot and not (self._ending or self._paused or self._full):
            slots.clear()  # the usual: one question, one answer
            if self._transport is not None and not self._transport.is_closing():
                self._transport.write(slot.text)
            return
        ready = [] if queued else [slot.text]
        while slots and slots[0].text is not None:
            ready.append(slots.popleft().text or b"")
        if ready and self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(ready) if len(ready) > 1 else ready[0])
        if self._ending and not slots:
            self._end()
        elif self._paused or self._full:
            self._hold()

    def _refuse(self, rule: str) -> None:
        """What cannot be read is told, after what was asked before has been answered, and nothing more is read."""
        slot = Slot(self, keep=False)
        self._slots.append(slot)
        self._ending = True
        self._answer(slot, refusal(REASONS[rule]))

    def _hold(self) -> None:
        """Nothing is read while many answers are due, or answers lie here that the client does not read."""
        hold = self._full or len(self._slots) >= (MOST_UNANSWERED // 2 if self._paused else MOST_UNANSWERED)
        if self._transport is None or self._transport.is_closing() or hold == self._paused:
            return
        self._paused = hold
        if hold:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _end(self) -> None:
        """What was written is still sent; who does not read it in time is put out."""
        self._ending = True
        if self._transport is not None:
            self._transport.close()

    def too_slow(self, now: float) -> None:
        """Called once a second: who does not get done in time is told so and put out; who only waits is put out. The clock is read here
        alone, not at each request."""
        if self._moved:
            self._moved = False
            self._deadline = now + (READ_WITHIN if self._reading else IDLE_FOR)
        if now < self._deadline or self._transport is None:
            return
        if self._ending and not self._slots:
            self._transport.abort()
        elif self._reading and not self._ending:
            self._refuse("ballots.bad-request")
            self._deadline = now + READ_WITHIN
        elif not self._slots:
            self._end()

    def ends(self) -> None:
        """The server stops: nothing more is read, what was asked is answered."""
        self._ending = True
        if not self._slots:
            self._end()


def _text(answer: Answer, keep: bool) -> bytes:
    status, body, kind, retry, cache, anybody = answer
    return _head(status, len(body), keep, kind, retry, cache, anybody) + body


@lru_cache(maxsize=1024)
def _head(status: int, length: int, keep: bool, kind: str, retry: int, cache: str, anybody: bool) -> bytes:
    again = f"Retry-After: {retry}\r\n" if retry else ""
    read_by = "Access-Control-Allow-Origin: *\r\n" if anybody else ""
    close = "" if keep else "Connection: close\r\n"
    return (
        f"{_STATUS[status]}Content-Type: {kind}\r\nContent-Length: {length}\r\n"
        f"Cache-Control: {cache}\r\n{again}{read_by}{close}\r\n"
    ).encode()
