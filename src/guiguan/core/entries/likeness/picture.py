"""A picture as 64 bits that stay nearly the same when it is scaled, pressed harder or made a little lighter.

The signs, against their median, of the 8 × 8 lowest frequencies of a discrete cosine transform of the picture at 32 × 32
grey pixels, the mean of rows and columns left out (pHash). Whole numbers only: every machine gives the same bits.
Turned, mirrored or much cropped pictures are not recognised. Source: Zauner 2010, Implementation and Benchmarking of
Perceptual Image Hash Functions, 3.2.1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

SIDE = 32
BITS = 64
NEAR = 8
"""Of 64 bits so many may differ in two pictures that look the same."""
_KEPT = range(1, 9)
_SCALE = 1 << 14
_COSINES = [
    [round(_SCALE * math.cos(math.pi * (2 * x + 1) * u / (2 * SIDE))) for x in range(SIDE)] for u in _KEPT
]
_PLAIN = 24 * _SCALE * _SCALE
"""A picture whose strongest frequency is weaker is a plain surface: its bits would be noise."""


def picture_bits(grey: Sequence[int]) -> int | None:
    """The 64 bits of 32 × 32 grey values (0–255, row by row); None of a plain surface. ValueError for another size."""
    if len(grey) != SIDE * SIDE:
        raise ValueError(f"{len(grey)} pixels, {SIDE * SIDE} are wanted")
    rows = [
        [sum(c * grey[y * SIDE + x] for x, c in enumerate(cosines)) for cosines in _COSINES]
        for y in range(SIDE)
    ]
    strengths = [
        sum(c * rows[y][u] for y, c in enumerate(cosines)) for cosines in _COSINES for u in range(len(_KEPT))
    ]
    if max(map(abs, strengths)) < _PLAIN:
        return None
    ordered = sorted(strengths)
    middle = ordered[BITS // 2 - 1] + ordered[BITS // 2]  # twice the median
    return sum(1 << i for i, s in enumerate(strengths) if 2 * s > middle)


def difference(a: int, b: int) -> int:
    """In how many of 64 bits two pictures differ."""
    return (a ^ b).bit_count()


def look_the_same(a: int, b: int) -> bool:
    return difference(a, b) <= NEAR
