"""Means, trims and medians of a few exact figures."""

from __future__ import annotations

from fractions import Fraction

import pytest

from guiguan.core.blueprint.stages import Trim
from guiguan.core.reviews.combine import Method, combine

TRIM = Trim(high=1, low=1, needs=4, otherwise="median")
ONE_TO_FIVE = [Fraction(n) for n in (5, 1, 4, 2, 3)]


@pytest.mark.parametrize(
    ("method", "values", "wanted"),
    [
        ("mean", [1, 2, 2], Fraction(5, 3)),
        ("median", [9, 1, 5], Fraction(5)),
        ("median", [9, 1], Fraction(5)),
        ("median", [7], Fraction(7)),
        ("sum", [1, 2, 3], Fraction(6)),
        ("trimmed_mean", [0, 10, 20, 100], Fraction(15)),
        ("trimmed_mean", [0, 10, 100], Fraction(10)),
    ],
)
def test_figures(method: Method, values: list[int], wanted: Fraction) -> None:
    ones = [Fraction(1)] * len(values)
    given = [Fraction(v) for v in values]
    assert combine(given, ones, method, TRIM if method == "trimmed_mean" else None) == wanted
    assert combine(given[::-1], ones, method, TRIM if method == "trimmed_mean" else None) == wanted


def test_with_too_few_to_trim_the_blueprint_says_mean_or_median() -> None:
    few = [Fraction(0), Fraction(10), Fraction(110)]
    mean_then = Trim(high=1, low=1, needs=4, otherwise="mean")
    assert combine(few, [Fraction(1)] * 3, "trimmed_mean", mean_then) == 40
    assert combine(few, [Fraction(1)] * 3, "trimmed_mean", TRIM) == 10


def test_as_many_go_at_each_end_as_the_blueprint_says() -> None:
    ones = [Fraction(1)] * 5
    assert combine(ONE_TO_FIVE, ones, "trimmed_mean", Trim(high=2, low=1, needs=5, otherwise="mean")) == 2.5
    assert combine(ONE_TO_FIVE, ones, "trimmed_mean", Trim(high=0, low=2, needs=5, otherwise="mean")) == 4
    assert combine(ONE_TO_FIVE, ones, "trimmed_mean", Trim(high=1, low=0, needs=5, otherwise="mean")) == 2.5


def test_weights_need_not_sum_to_anything() -> None:
    weights = [Fraction(1, 3), Fraction(2, 3), Fraction(5), Fraction(1), Fraction(3)]
    wanted = (Fraction(5, 3) + Fraction(2, 3) + 20 + 2 + 9) / 10
    assert combine(ONE_TO_FIVE, weights, "weighted_mean", None) == wanted
    assert combine(ONE_TO_FIVE, [7 * w for w in weights], "weighted_mean", None) == wanted
