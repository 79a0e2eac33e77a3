"""One connection to PostgreSQL that an event loop serves: a batch is on its way while the loop does other work.

What is stored so goes by the same statement as the store's `put_first`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading
from collections.abc import Callable

from guiguan.box.line import Found
from guiguan.box.postgres_wire import Wire
from guiguan.box.store import Batch, NotStored, Unavailable, Unsafe
from guiguan.box.store_postgres import FIRST, first_found, first_values, is_distributed, open_writer

_log = logging.getLogger(__name__)

AGAIN_AFTER = 1.0
"""Seconds between two tries to have a connection again."""
ANSWERS_WITHIN = 30.0
"""Seconds after which a connection without an answer is given up; the database itself ends a statement of 20."""


class PostgresLine:
    """See `Line`. While there is no connection, one is tried for again and again."""

    blocks = False

    def __init__(self, url: str, loop: asyncio.AbstractEventLoop) -> None:
        self._url, self._loop = url, loop
        self._wire: Wire | None = None
        self._writer = self._batch = 0
        self._watched: socket.socket | None = None
        self._then: Callable[[Found], None] | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._since = 0.0
        self._over = threading.Event()
        try:
            self._take(*_opened(url))
        except (Unavailable, NotStored) as error:
            _log.error("no connection to the ballots' database: %s", error)
            self._keep_trying()

    @property
    def usable(self) -> bool:
        return self._wire is not None

    @property
    def free(self) -> bool:
        return self._wire is not None and self._then is None

    def next_batch(self) -> tuple[int, int]:
        self._batch += 1
        return self._writer, self._batch

    def put(self, batch: Batch, then: Callable[[Found], None]) -> None:
        assert self._wire is not None
        assert self._then is None
        assert self._watched is not None
        values = first_values(batch)
        self._then, self._since = then, self._loop.time()
        try:
            if not self._wire.send(FIRST, values):
                self._loop.add_writer(self._watched, self._flush)
        except (Unavailable, NotStored) as error:
            self._loop.call_soon(self._lost, self._wire, error)

    def close(self) -> None:
        self._over.set()
        self._then = None
        self._drop()

    def _flush(self) -> None:
        assert self._wire is not None
        assert self._watched is not None
        try:
            if self._wire.flush():
                self._loop.remove_writer(self._watched)
        except Unavailable as error:
            self._lost(self._wire, error)

    def _readable(self) -> None:
        """Everything that has arrived is read, to the end of the connection if that has come: when it was reset, uvloop calls once and
        never again, and whoever read no further would wait for ever."""
        wire = self._wire
        while wire is not None and wire is self._wire:
            try:
                rows = wire.arrived()
            except NotStored as error:
                self._tell(error)
            except Unavailable as error:
                self._lost(wire, error)
            else:
                if rows is not None:
                    self._tell(first_found(rows))
            if not self._more():
                return

    def _more(self) -> bool:
        """Whether there is more to read, be it that nothing comes any more."""
        if self._watched is None:
            return False
        try:
            self._watched.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:  # the wire says what it is
            return True
        return True

    def _look(self) -> None:
        """Now and then: an answer that does not come is not waited for any longer."""
        if self._wire is None:
            return
        if self._then is not None and self._loop.time() - self._since > ANSWERS_WITHIN:
            self._lost(self._wire, Unavailable(f"no answer within {ANSWERS_WITHIN:g} s"))
        else:
            self._patience = self._loop.call_later(ANSWERS_WITHIN / 4, self._look)

    def _tell(self, found: Found) -> None:
        then, self._then = self._then, None
        if then is not None:
            then(found)

    def _lost(self, wire: Wire, error: Unavailable | NotStored) -> None:
        """This connection will not do any more: whether its batch was stored, nobody knows."""
        if wire is not self._wire:
            return
        _log.error("connection to the ballots' database lost: %s", error)
        self._drop()
        self._keep_trying()
        self._tell(Unavailable(str(error)))

    def _drop(self) -> None:
        wire, self._wire = self._wire, None
        watched, self._watched = self._watched, None
        if self._patience is not None:
            self._patience.cancel()
        if watched is not None:
            self._loop.remove_reader(watched)
            self._loop.remove_writer(watched)
            watched.close()
        if wire is not None:
            wire.close()

    def _keep_trying(self) -> None:
        threading.Thread(target=self._reopen, name="line", daemon=True).start()

    def _reopen(self) -> None:
        """In a thread: tries until there is a connection again."""
        while not self._over.wait(AGAIN_AFTER):
            try:
                found = _opened(self._url)
            except (Unavailable, NotStored, Unsafe) as error:
                _log.warning("no connection to the ballots' database: %s", error)
                continue
            try:
                self._loop.call_soon_threadsafe(self._take, *found)
            except RuntimeError:  # the loop is closed
                found[0].close()
            return

    def _take(self, wire: Wire, writer: int, batch: int) -> None:
        if self._over.is_set():
            wire.close()
            return
        try:
            # the driver closes its socket as soon as it breaks, and the number may be somebody else's by the time that we are told
            watched = socket.socket(fileno=os.dup(wire.number))
        except OSError as error:  # no number is left
            _log.error("the connection to the ballots' database cannot be watched: %s", error)
            wire.close()
            self._keep_trying()
            return
        self._wire, self._writer, self._batch, self._watched = wire, writer, batch, watched
        self._loop.add_reader(watched, self._readable)
        self._look()


def _opened(url: str) -> tuple[Wire, int, int]:
    """As `open_writer`, with nothing left to be prepared. Planning this statement takes as long as storing several ballots, and its plan
    is the same for every batch; but Citus plans by the values."""
    wire, writer, batch = open_writer(url)
    try:
        if not is_distributed(wire):
            wire.ask("SET plan_cache_mode = force_generic_plan")
        wire.prepare(FIRST)
    except BaseException:
        wire.close()
        raise
    return wire, writer, batch
