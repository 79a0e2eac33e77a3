"""How a measure becomes a score of 100. Exact definitions; every kind is one line of a table, and the verifier knows them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import isqrt

SQUARE_ROOT_DIGITS = 6


def share_of_maximum(value: Fraction, among: Sequence[Fraction]) -> Fraction:
    """100·v / max; 0 where the maximum is not above 0."""
    top = max(among)
    return 100 * value / top if top > 0 else Fraction(0)


def mid_rank(value: Fraction, among: Sequence[Fraction]) -> Fraction:
    """100·(lower + equal/2)/n, equal counting itself."""
    lower = sum(v < value for v in among)
    equal = sum(v == value for v in among)
    return 100 * (lower + Fraction(equal, 2)) / len(among)


def square_root(value: Fraction, among: Sequence[Fraction]) -> Fraction:
    """100·√(v / max), half up to 6 decimals by integer square root; 0 where the maximum is not above 0."""
    top = max(among)
    if top <= 0 or value <= 0:
        return Fraction(0)
    scaled = (value / top) * 10 ** (2 * (SQUARE_ROOT_DIGITS + 2))
    # half up of √x is (⌊√(4x)⌋ + 1) // 2, and ⌊√(4x)⌋ is the integer root of ⌊4x⌋
    return Fraction((isqrt((4 * scaled).__floor__()) + 1) // 2, 10**SQUARE_ROOT_DIGITS)


def unchanged(value: Fraction, among: Sequence[Fraction]) -> Fraction:
    return value


MAPPINGS: Mapping[str, Callable[[Fraction, Sequence[Fraction]], Fraction]] = {
    "share_of_maximum": share_of_maximum,
    "mid_rank": mid_rank,
    "square_root": square_root,
    "none": unchanged,
}
