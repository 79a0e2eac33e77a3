"""How many ballots a batch waits for. A commit costs the database as much as a dozen of its ballots, so fewer and larger ones make all of
them faster; but nobody waits for those who do not come.
"""

from __future__ import annotations

from collections import deque

LINGERS_FOR = 0.005
"""Seconds that a batch waits at most: what a few dozen voters need on a slow machine to have their answers and to be back. With a fifth of it
an eighth of them missed their batch there, and each of the many small ones costs as much as a dozen ballots."""
_FADES = 0.9
"""Where fewer ballots come than did before, each batch waits for that share of what the one before it waited for."""


class Pace:
    """A share of those who lately were here: of the ballots of the last batches, so many."""

    def __init__(self, share: float, batches: int, *, halves: bool = False) -> None:
        self._share, self._last = share, deque[int](maxlen=batches)
        self.halves = halves
        """Whether a batch goes in the very moment that there are enough, and before those of the last one are told."""
        self._wanted = 0.0

    def enough(self, ballots: int) -> bool:
        """Whether the next batch may go with so many."""
        return ballots >= self._wanted

    def went(self, ballots: int) -> None:
        """A batch of so many is on its way."""
        self._last.append(ballots)
        self._wanted = max(self._share * sum(self._last), self._wanted * _FADES)


def natural() -> Pace:
    """Where nothing is read while a batch is stored: whatever came meanwhile goes by the next."""
    return Pace(0.0, 1)


def all_together() -> Pace:
    """Where other processes use the cores while a batch is stored: it goes with the last of those who went by the one before; most of
    those who have just been answered and have more to send are back by then."""
    return Pace(1.0, 1)


def by_halves() -> Pace:
    """Where this process is the only one: the database stores one half while the other is read and answered. A little less than half,
    so that the rest, which may be the smaller part, need not wait for some of the first."""
    return Pace(0.45, 2, halves=True)
