"""Five characters at a time, and how much of them two texts share, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from guiguan.core.entries.likeness.text import BREAK

LENGTH = 5
NEAR = Fraction(1, 2)
"""From here on two entries are shown to a screener as alike."""
SAME = Fraction(4, 5)
"""From here on they are much the same: what the index is held to finding."""
LEAST = 20
"""Fewer common shingles are a common title, not a common text."""


@dataclass(frozen=True)
class Likeness:
    """`common` of `either` shingles of two texts are in both."""

    common: int
    either: int

    @property
    def jaccard(self) -> Fraction:
        return Fraction(self.common, self.either) if self.either else Fraction(0)

    @property
    def is_near(self) -> bool:
        return self.common >= LEAST and self.jaccard >= NEAR

    @property
    def is_same(self) -> bool:
        return self.common >= LEAST and self.jaccard >= SAME


def shingles(text: str) -> frozenset[str]:
    """Every run of five characters of a normal text that no break parts."""
    return frozenset(
        line[i : i + LENGTH] for line in text.split(BREAK) for i in range(len(line) - LENGTH + 1)
    )


def likeness(a: frozenset[str], b: frozenset[str]) -> Likeness:
    """How much two texts share, counted."""
    common = len(a & b)
    return Likeness(common, len(a) + len(b) - common)
