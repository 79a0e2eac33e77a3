"""Token buckets: a few at once, then so many a minute, for each voter and each network. In memory, bounded, in whole numbers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from guiguan.core.blueprint.guard import Bucket

MINUTE = 60_000
Key = tuple[object, ...]
MOST = 200_000
"""Buckets kept: about 30 MB. Beyond, the one longest unused goes; whoever could fill them all has 200,000 addresses anyhow."""


@dataclass(slots=True)
class _Level:
    """`left` in 1/60,000 of a right, so that a millisecond's refill is a whole number."""

    left: int
    at: int


class Buckets:
    """The levels of all buckets of one process. Safe to use from several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._levels: OrderedDict[Key, _Level] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, key: Key, size: Bucket, at: int) -> int:
        """0 and one right less, or the whole seconds to wait for the next one. A clock that goes back refills nothing."""
        return self.take_each([(key, size)], at)

    def take_each(self, wanted: Sequence[tuple[Key, Bucket]], at: int) -> int:
        """0 and one right less in each; where one of them is empty, the seconds to wait, and none has a right less: whoever knocks on
        an empty one of their own uses nothing up that others share."""
        with self._lock:
            levels = [(self._level(key, size, at), size) for key, size in wanted]
            wait = max((-(-(MINUTE - n.left) // (size.per_minute * 1000)) for n, size in levels), default=0)
            if wait > 0:
                return wait
            for level, _ in levels:
                level.left -= MINUTE
            return 0

    def used(self, key: Key, size: Bucket, at: int) -> int:
        """How much of the bucket is used up, in per cent."""
        with self._lock:
            level = self._level(key, size, at)
            return 100 - level.left * 100 // (size.burst * MINUTE)

    def _level(self, key: Key, size: Bucket, at: int) -> _Level:
        full = size.burst * MINUTE
        level = self._levels.get(key)
        if level is None:
            level = self._levels[key] = _Level(full, at)
            while len(self._levels) > self._most:
                self._levels.popitem(last=False)
        self._levels.move_to_end(key)
        if at > level.at:
            level.left = min(full, level.left + (at - level.at) * size.per_minute)
            level.at = at
        return level
