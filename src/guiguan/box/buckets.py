"""Token buckets: a few at once, then so many a minute, for each voter and each network. In memory, bounded, in whole numbers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from guiguan.core.blueprint.guard import Bucket

MINUTE = 60_000
Key = tuple[object, ...]
MOST = 200_000
"""Buckets kept: about 30 MB. Beyond, the one longest unused goes; whoever could fill them all has 200,000 addresses anyhow."""


class _Level:
    """`left` in 1/60,000 of a right, so that a millisecond's refill is a whole number."""

    __slots__ = ("at", "left")

    def __init__(self, left: int, at: int) -> None:
        self.left, self.at = left, at


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
        wait, levels = 0, []
        with self._lock:
            for key, size in wanted:
                level = self._level(key, size, at)
                if level.left < MINUTE:
                    wait = max(wait, -(-(MINUTE - level.left) // (size.per_minute * 1000)))
                levels.append(level)
            if not wait:
                for level in levels:
                    level.left -= MINUTE
        return wait

    def used(self, key: Key, size: Bucket, at: int) -> int:
        """How much of the bucket is used up, in per cent."""
        with self._lock:
            level = self._level(key, size, at)
            return 100 - level.left * 100 // (size.burst * MINUTE)

    def _level(self, key: Key, size: Bucket, at: int) -> _Level:
        levels = self._levels
        level = levels.get(key)
        if level is None:
            level = levels[key] = _Level(size.burst * MINUTE, at)
            while len(levels) > self._most:
                levels.popitem(last=False)
            return level
        levels.move_to_end(key)
        if at > level.at:
            level.left = min(size.burst * MINUTE, level.left + (at - level.at) * size.per_minute)
            level.at = at
        return level
