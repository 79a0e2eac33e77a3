"""Things that many ask for at the same moment: made once, by the first who asks, while the others wait for it."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakSet

T = TypeVar("T")
A_WHILE = 60.0
"""Seconds for which what is shown of the cases may be kept: a name that was corrected, a picture that was taken away."""
_every: WeakSet[Memo[Any]] = WeakSet()


class Memo(Generic[T]):
    """The values of the last `most` keys, none of them older than `seconds`, where that is not 0. Used by many threads."""

    def __init__(self, most: int, seconds: float = 0.0) -> None:
        self._most, self._seconds = most, seconds
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        _every.add(self)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under the key, else what `make` gives now; nothing is kept where it raises."""
        with self._lock:
            if (found := self._fresh(key)) is not None:
                return found[1]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if (found := self._fresh(key)) is not None:
                    return found[1]
            try:
                made = make()
                with self._lock:
                    self._kept[key] = (time.monotonic(), made)
                    self._kept.move_to_end(key)
                    while len(self._kept) > self._most:
                        self._kept.popitem(last=False)
                return made
            finally:
                with self._lock:
                    self._making.pop(key, None)

    def _fresh(self, key: Hashable) -> tuple[float, T] | None:
        found = self._kept.get(key)
        if found is None or (self._seconds and time.monotonic() - found[0] >= self._seconds):
            return None
        self._kept.move_to_end(key)
        return found


def forget() -> None:
    """Nothing is kept in this process any more: its database is another one now."""
    for kept in _every:
        with kept._lock:
            kept._kept.clear()
