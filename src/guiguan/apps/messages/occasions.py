"""What this process has already reminded of, so that a worker that asks every second asks the tables once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Occasions:
    """The occasions that this process went through: the worker asks every second, the tables are asked once.

    Nothing is lost with it: after a restart an occasion is gone through again, and the outbox lets the first message stand.
    """

    gone: set[str] = field(default_factory=set)

    def once(self, occasion: str, remind: Callable[[], int]) -> int:
        """How many were reminded; an occasion that failed stays due."""
        if occasion in self.gone:
            return 0
        done = remind()
        self.gone.add(occasion)
        return done


OCCASIONS = Occasions()
"""Those of this process."""
