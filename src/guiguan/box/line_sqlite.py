"""SQLite written by the event loop's own thread, which waits for the disk and for nothing else.

A commit takes as long as one flush of the disk, and whoever asks meanwhile would wait for it anyhow. A file that somebody else holds for
longer is the batcher's to wait for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from guiguan.box.line import Found
from guiguan.box.store import Batch, NotStored, Unavailable
from guiguan.box.store_sqlite import SqliteStore

PATIENCE = 0.05
"""Seconds that a batch waits for another's commit."""


class SqliteLine:
    """See `Line`. Raises Unavailable and Unsafe where the file cannot be used."""

    usable = blocks = True

    def __init__(self, file: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._store, self._loop = SqliteStore(file, PATIENCE), loop
        self._over = False
        self.free = True

    def next_batch(self) -> tuple[int, int]:
        return self._store.next_batch()

    def put(self, batch: Batch, then: Callable[[Found], None]) -> None:
        found: Found
        try:
            found = self._store.put_first(batch)
        except (NotStored, Unavailable) as error:
            found = error
        self.free = False
        self._loop.call_soon(self._tell, then, found)

    def close(self) -> None:
        self._over = True
        self._store.close()

    def _tell(self, then: Callable[[Found], None], found: Found) -> None:
        self.free = True
        if not self._over:
            then(found)
