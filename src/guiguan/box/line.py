"""What an event loop's thread stores by: one batch at a time, and nobody waits for anybody's answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from guiguan.box.store import Batch, NotStored, Standing, Unavailable

Found = tuple[Standing, frozenset[int]] | NotStored | Unavailable
"""The poll's standing and the places stored; or why nothing was stored; or that nobody knows."""


class Line(Protocol):
    """A store's `put_first`, under a writer of its own. Used in the loop's thread only."""

    @property
    def blocks(self) -> bool:
        """Whether `put` comes back only when the batch is stored."""

    @property
    def usable(self) -> bool:
        """Whether there is a connection."""

    @property
    def free(self) -> bool:
        """Whether a batch may be put now."""

    def next_batch(self) -> tuple[int, int]:
        """Writer and number of the batch that is to be stored next; each number is given once."""

    def put(self, batch: Batch, then: Callable[[Found], None]) -> None:
        """In one durable commit: if the poll is open in this version, every row whose voter has no right in it yet is stored with
        one. `then` is called once, later."""

    def close(self) -> None:
        """What is on its way may be stored or not; nobody is told."""
