"""Floating-point numbers of files as plain decimal text."""

from __future__ import annotations

import math
from decimal import Decimal


def float_text(value: float) -> str:
    """The shortest decimal that means the same float, without exponent: "5", "4.1", "0.0000001"; or "NaN"."""
    if math.isfinite(value) and value.is_integer():
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def significant_digits(value: float) -> int:
    """How many digits the shortest decimal has, whole numbers with all their zeros."""
    if math.isfinite(value) and value.is_integer():
        return len(str(abs(int(value))))
    return len(Decimal(repr(value)).as_tuple().digits)
