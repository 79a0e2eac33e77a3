"""How many ballots were refused, and why: counted in memory, carried to the database every few seconds by the thread that stores."""

from __future__ import annotations

import threading
from collections import Counter

MINUTE = 60_000

Refusals = Counter[tuple[int, int, str]]
"""(poll, start of the minute in ms, rule) to how many."""


class Tallied:
    """Counted by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Refusals = Counter()

    def note(self, poll: int, rule: str, at: int) -> None:
        with self._lock:
            self._counts[poll, at - at % MINUTE, rule] += 1

    def taken(self) -> Refusals:
        """What was counted since the last time."""
        with self._lock:
            found, self._counts = self._counts, Counter()
        return found

    def back(self, counts: Refusals) -> None:
        """What could not be carried away is kept for the next time."""
        with self._lock:
            self._counts.update(counts)

    def __bool__(self) -> bool:
        return bool(self._counts)
