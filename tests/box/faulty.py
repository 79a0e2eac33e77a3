"""A store that fails when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from guiguan.box.store import Batch, Standing, Store


class Faulty:
    """A store that fails as it is told: `fault` is asked before each batch is stored, `after` after it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.fault: Callable[[Batch], None] = lambda batch: None
        self.after: Callable[[Batch], None] = lambda batch: None
        self.gate = threading.Event()
        self.gate.set()
        self.commits = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put_first(self, batch: Batch) -> tuple[Standing, frozenset[int]]:
        self.gate.wait(30)
        self.commits += 1
        self.fault(batch)
        found = self._store.put_first(batch)
        self.after(batch)
        return found
