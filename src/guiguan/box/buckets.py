"""Token buckets: a few at once, then so many a minute, for each voter and each network. In memory, bounded, in whole numbers."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Sequence

from guiguan.core.blueprint.guard import Bucket

MINUTE = 60_000
Key = Hashable
"""Whose bucket. One of bytes costs least: it is hashed once, and no garbage collector looks at it."""
MOST = 200_000
"""Buckets kept: about 50 MB. Beyond, half of them go, those longest unused; whoever could fill them all has 200,000 addresses anyhow."""
_TIME = (1 << 48) - 1
_ONE = MINUTE << 48


class Buckets:
    """The levels of all buckets of one process. Safe to use from several threads.

    A level is one number: what is left, in 1/60,000 of a right, so that a millisecond's refill is a whole number, above the 48 bits of
    the moment (ms) at which it was so. Levels used lately are in one table, those used before that was begun in another, which goes as
    a whole: a table that is emptied one by one while it is filled grows for hours.
    """

    def __init__(self, most: int = MOST) -> None:
        self._half = most // 2
        self._lately: dict[Key, int] = {}
        self._before: dict[Key, int] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many there are; one that was used again may stand in both tables, where the earlier level counts no more."""
        return len(self._lately) + len(self._before)

    def take(self, key: Key, size: Bucket, at: int) -> int:
        """0 and one right less, or the whole seconds to wait for the next one. A clock that goes back refills nothing."""
        return self.take_each([(key, size)], at)

    def take_each(self, wanted: Sequence[tuple[Key, Bucket]], at: int) -> int:
        """0 and one right less in each; where one of them is empty, the seconds to wait, and none has a right less: whoever knocks on
        an empty one of their own uses nothing up that others share."""
        wait = 0
        levels: dict[Key, int] = {}
        with self._lock:
            for key, size in wanted:
                levels[key] = level = self._level(key, size, at)
                left = level >> 48
                if left < MINUTE:
                    wait = max(wait, -(-(MINUTE - left) // (size.per_minute * 1000)))
            lately = self._lately
            for key, level in levels.items():
                lately[key] = level if wait else level - _ONE
            if len(lately) > self._half:
                self._turn(levels)
        return wait

    def give_back(self, wanted: Iterable[tuple[Key, Bucket]]) -> None:
        """One right more in each, at most as many as it holds."""
        with self._lock:
            for key, size in wanted:
                level = self._lately.get(key)
                if level is not None:  # of one that was not used lately the time has made it up
                    left = min(size.burst * MINUTE, (level >> 48) + MINUTE)
                    self._lately[key] = left << 48 | level & _TIME

    def used(self, key: Key, size: Bucket, at: int) -> int:
        """How much of the bucket is used up, in per cent."""
        with self._lock:
            left = self._level(key, size, at) >> 48
        return 100 - left * 100 // (size.burst * MINUTE)

    def _level(self, key: Key, size: Bucket, at: int) -> int:
        """What is left now, and the moment up to which it is refilled, in one number."""
        level = self._lately.get(key)
        if level is None:
            level = self._before.get(key)
            if level is None:
                return size.burst * MINUTE << 48 | at
        left, moment = level >> 48, level & _TIME
        if at > moment:
            return min(size.burst * MINUTE, left + (at - moment) * size.per_minute) << 48 | at
        if (
            moment - at > MINUTE
        ):  # the clock was ahead and has been put right: nothing more is given for the time to come twice
            return left << 48 | at
        return level

    def _turn(self, keys: Iterable[Key]) -> None:
        """A new table is begun, with the levels of these buckets."""
        lately = self._lately
        self._before, self._lately = lately, {key: lately.pop(key) for key in keys}
