"""Exact numbers: read from text, rounded by a declared rule, shared out to the last unit, written as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from guiguan.core.values.chinese import half_width

Mode = Literal["half_up", "half_even", "floor", "ceil", "down"]

MOST_DIGITS = 30

_DECIMAL = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_FRACTION = re.compile(r"(-?[0-9]+)/([0-9]+)")


def round_to(value: Fraction, digits: int, mode: Mode) -> Fraction:
    """The multiple of 10^-digits that the mode chooses, exactly.

    `half_up` and `half_even` take the nearest; of two equally near, the one away from zero, or the even one.
    `floor` goes down, `ceil` up, `down` towards zero. Negative `digits` round to tens, hundreds and so on.
    """
    unit = Fraction(10) ** -digits
    return _whole(value / unit, mode) * unit


def _whole(value: Fraction, mode: Mode) -> int:
    lower, rest = divmod(value.numerator, value.denominator)
    if rest == 0:
        return lower
    # Where the value lies between lower and lower + 1: below, at or above the middle.
    side = 2 * rest - value.denominator
    match mode:
        case "floor":
            return lower
        case "ceil":
            return lower + 1
        case "down":
            return lower if value > 0 else lower + 1
        case "half_up":
            return lower + (side > 0 or (side == 0 and value > 0))
        case "half_even":
            return lower + (side > 0 or (side == 0 and lower % 2 == 1))
    raise ValueError(f"unknown rounding mode {mode!r}")


def decimal_text(value: Fraction, digits: int) -> str:
    """`value` as text with exactly `digits` (0 or more) decimals; nothing is rounded, zero has no sign.

    ValueError where it is no multiple of 10^-digits: it should have been rounded by a declared rule before.
    """
    scaled = value * 10**digits
    if scaled.denominator != 1:
        raise ValueError(f"{value} has more than {digits} decimals; round it by a declared rule first")
    text = str(abs(scaled.numerator)).zfill(digits + 1)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"


def fraction_text(value: Fraction | int) -> str:
    """`n/d` in lowest terms with a positive denominator, the slash always there (5 is `5/1`)."""
    return f"{value.numerator}/{value.denominator}"


def parse_fraction_text(text: str) -> Fraction:
    """The fraction that `fraction_text` wrote; ValueError for any other text, `2/4` and `5` included."""
    match = _FRACTION.fullmatch(text)
    if match and int(match[2]):
        value = Fraction(int(match[1]), int(match[2]))
        if fraction_text(value) == text:
            return value
    raise ValueError(f"{text!r} is not a fraction n/d in lowest terms")


def exact(text: str | int | Decimal) -> Fraction:
    """The number exactly as written: sign, digits, at most one point; full-width digits are plain ones.

    ValueError, in Chinese, for all else: thousands commas, exponents, nan, infinity, more than 30 digits.
    """
    plain = half_width(text).strip() if isinstance(text, str) else _written_out(text)
    if not _DECIMAL.fullmatch(plain):
        raise ValueError(
            f"“{text}”不是十进制数，请只用数字和小数点，例如 12.5（不用千分位逗号、不用科学计数法）。"
        )
    if sum(c.isdigit() for c in plain) > MOST_DIGITS:
        raise ValueError(f"数字超过 {MOST_DIGITS} 位，请核对是否多填。")
    return Fraction(plain)


def _written_out(number: int | Decimal) -> str:
    if isinstance(number, (bool, float)):
        raise TypeError(f"{number!r} is no exact number")
    # Decimal("1E+999999") written out would fill the memory; a longer int would exceed what str() takes.
    if isinstance(number, int):
        return str(number) if abs(number) < 10**MOST_DIGITS else "9" * (MOST_DIGITS + 1)
    exponent = number.as_tuple().exponent
    too_long = isinstance(exponent, int) and abs(exponent) > MOST_DIGITS
    return "9" * (MOST_DIGITS + 1) if too_long else format(number, "f")


def shares(weights: Sequence[int | Fraction]) -> tuple[Fraction, ...]:
    """Each weight's part of the whole, in order; they add up to exactly 1.

    ValueError where a weight is negative or all are zero.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is negative")
    total = sum(weights, Fraction(0))
    if total == 0:
        raise ValueError("no weight is above zero")
    return tuple(Fraction(weight) / total for weight in weights)


def allot(total: int, weights: Sequence[int | Fraction]) -> tuple[int, ...]:
    """`total` (0 or more) in whole parts by weight, by the largest remainder; they add up to exactly `total`.

    Equal remainders go to the earlier weight; a weight of zero gets nothing. ValueError as `shares`.
    """
    if total < 0:
        raise ValueError("the total is negative")
    due = [total * share for share in shares(weights)]
    parts = [part.numerator // part.denominator for part in due]
    by_remainder = sorted(range(len(due)), key=lambda i: parts[i] - due[i])
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return tuple(parts)
