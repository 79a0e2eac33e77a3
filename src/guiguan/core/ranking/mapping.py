"""How a measure becomes a score of 100. Exact definitions; every kind is one line of a table, and the verifier knows them all.

A mapping is made for the values that it compares with, and then maps each of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import isqrt

SQUARE_ROOT_DIGITS = 6
Map = Callable[[Fraction], Fraction]


def share_of_maximum(among: Sequence[Fraction]) -> Map:
    """100·v / max; 0 where the maximum is not above 0."""
    top = max(among)
    return lambda value: 100 * value / top if top > 0 else Fraction(0)


def mid_rank(among: Sequence[Fraction]) -> Map:
    """100·(lower + equal/2)/n, equal counting itself."""
    ordered = sorted(among)

    def place(value: Fraction) -> Fraction:
        lower, through = bisect_left(ordered, value), bisect_right(ordered, value)
        return Fraction(100 * (lower + through), 2 * len(ordered))

    return place


def square_root(among: Sequence[Fraction]) -> Map:
    """100·√(v / max), half up to 6 decimals by integer square root; 0 where v or the maximum is not above 0."""
    top = max(among)

    def root(value: Fraction) -> Fraction:
        if top <= 0 or value <= 0:
            return Fraction(0)
        scaled = (value / top) * 10 ** (2 * (SQUARE_ROOT_DIGITS + 2))
        # half up of √x is (⌊√(4x)⌋ + 1) // 2, and ⌊√(4x)⌋ is the integer root of ⌊4x⌋
        return Fraction((isqrt((4 * scaled).__floor__()) + 1) // 2, 10**SQUARE_ROOT_DIGITS)

    return root


def unchanged(among: Sequence[Fraction]) -> Map:
    """The measure itself."""
    return lambda value: value


MAPPINGS: Mapping[str, Callable[[Sequence[Fraction]], Map]] = {
    "share_of_maximum": share_of_maximum,
    "mid_rank": mid_rank,
    "square_root": square_root,
    "none": unchanged,
}
