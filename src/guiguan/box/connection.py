"""One client's connection to the ballots' server: HTTP/1.1 read by httptools, answers written in the order of the questions.

A request may be 8 KB of body and 8 KB of headers, and must be there within ten seconds; a connection may wait for the next one for a
minute. Requests that come without waiting for answers are answered in their order. Whoever hangs up is forgotten; the ballot is stored.
Nothing counts that comes behind a body (trailers): a proxy writes what it vouches for before it, and would not look there.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol, cast

import httptools

from guiguan.box.answers import Answer, refusal
from guiguan.box.box import MOST_BODY, Request
from guiguan.box.refusals import REASONS
from guiguan.box.written import Slot, written

MOST_HEADERS = 8192
MOST_UNANSWERED = 16
"""Requests of one connection that may wait for answers; then no more is read from it."""
MOST_AT_A_READ = 64
"""Requests that may come by one read."""
MOST_OF_ONE = 65_536
"""Bytes of one request, in whatever form, behind those that the first read brought: a field that never ends is told to nobody before it
ends, and chunks may be longer than what they carry."""
READ_WITHIN = 10.0
IDLE_FOR = 60.0
DROPS_FOR = 2.0
"""Seconds for which what still comes behind a refusal is dropped: closing at once would make the system throw the refusal away."""


class Server(Protocol):
    """What a connection belongs to. `now`: seconds of the loop's clock."""

    now: Callable[[], float]

    def enter(self, connection: Connection) -> bool:
        """Whether one more can be served."""

    def leave(self, connection: Connection) -> None:
        """The connection is gone."""

    def ask(self, request: Request, query: bytes, slot: Slot) -> Answer | None:
        """The answer, or None: then the slot gets it later."""


class Connection(asyncio.Protocol):
    """One client's connection; `peer` its address."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._slots: deque[Slot] = deque()
        self._ending = False
        self._paused = self._full = self._unread = self._head_over = False
        self.peer = self._fault = ""
        self._reading = self._moved = False
        self._deadline = server.now() + READ_WITHIN
        self._url = self._body = b""
        self._headers: dict[bytes, bytes] = {}
        self._size = self._came = self._at_a_read = 0

    # asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self.peer = str(peer[0]) if isinstance(peer, tuple) else ""
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
        self._at_a_read = 0
        if self._reading:
            self._came += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._refuse("ballots.no-upgrade")
        except httptools.HttpParserError:
            self._refuse(self._fault or "ballots.bad-request")
        else:
            if self._reading and self._came > MOST_OF_ONE:
                self._refuse("ballots.too-large" if self._head_over else "ballots.headers-too-large")

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
        self._size = self._came = 0
        self._head_over = False
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
        if self._head_over:
            return
        headers, name = self._headers, name.lower()
        headers[name] = headers[name] + b", " + value if name in headers else value

    def on_headers_complete(self) -> None:
        self._head_over = True
        if b"transfer-encoding" in self._headers and self._parser.get_http_version() != "1.1":
            self._fail("ballots.bad-request")  # RFC 9112, 6.1: something in between did not understand it
        length = self._headers.get(b"content-length")
        if length and int(length) > MOST_BODY:
            self._fail("ballots.too-large")
        expected = self._headers.get(b"expect")
        if expected and expected.lower() == b"100-continue" and self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body = self._body + body if self._body else body
        if len(self._body) > MOST_BODY:
            self._fail("ballots.too-large")

    def on_message_complete(self) -> None:
        self._reading, self._moved = False, True
        if (
            self._ending or self._parser.should_upgrade()
        ):  # of an upgrade the body was not read; the parser says so next
            return
        self._at_a_read += 1
        if self._at_a_read > MOST_AT_A_READ:
            self._fail("ballots.too-many")
        method = self._parser.get_method()
        slot = Slot(self, self._parser.should_keep_alive(), method == b"HEAD")
        self._slots.append(slot)
        if not slot.keep:
            self._ending = True
        path, _, query = self._url.partition(b"?")
        request = Request(method, path, self._headers, self._body, self.peer)
        answer = self._server.ask(request, query, slot)
        if answer is not None:
            self._answer(slot, answer)
        if len(self._slots) >= MOST_UNANSWERED:
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
        slot.text = written(answer, slot)
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
        self._ending = self._unread = True
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
        if self._transport is None or self._transport.is_closing():
            return
        if self._unread:
            self._unread = self._moved = False
            self._deadline = self._server.now() + DROPS_FOR
            self._transport.write_eof()
            if self._paused:
                self._paused = False
                self._transport.resume_reading()
        else:
            self._transport.close()

    def too_slow(self, now: float) -> None:
        """Called once a second: who does not get done in time is told so and put out; who only waits is put out. The clock is read here
        alone, not at each request."""
        if self._moved or (self._paused and not self._full):  # while we do not read, nobody is late
            self._moved = False
            self._deadline = now + (READ_WITHIN if self._reading else IDLE_FOR)
        if now < self._deadline or self._transport is None:
            return
        if self._ending and not self._slots:
            self._transport.abort()
        elif self._reading and not self._ending:
            self._deadline = now + READ_WITHIN
            self._refuse("ballots.bad-request")
        elif not self._slots:
            self._end()

    def ends(self) -> None:
        """The server stops: nothing more is read, what was asked is answered."""
        self._ending = True
        if not self._slots:
            self._end()
