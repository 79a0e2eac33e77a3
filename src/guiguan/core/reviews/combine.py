"""Means, trims, medians and sums of exact figures."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from guiguan.core.blueprint.stages import Trim

Method = Literal["mean", "weighted_mean", "trimmed_mean", "median", "sum"]


def mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def weighted_mean(values: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    return sum((v * w for v, w in zip(values, weights, strict=True)), Fraction(0)) / sum(weights, Fraction(0))


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle value, or the mean of the middle two."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def combine(
    values: Sequence[Fraction], weights: Sequence[Fraction], method: Method, trim: Trim | None
) -> Fraction:
    """One figure from several by the declared method. `values` is not empty."""
    match method:
        case "mean":
            return mean(values)
        case "weighted_mean":
            return weighted_mean(values, weights)
        case "median":
            return median(values)
        case "sum":
            return sum(values, Fraction(0))
    assert trim is not None
    if len(values) < trim.needs:
        return mean(values) if trim.otherwise == "mean" else median(values)
    return mean(sorted(values)[trim.low : len(values) - trim.high])
