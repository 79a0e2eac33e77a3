"""Bounds on tails, against exact sums."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import comb

from hypothesis import given
from hypothesis import strategies as st

from guiguan.detect.chance import discoveries, surprise


@given(st.integers(1, 60), st.integers(0, 60), st.integers(1, 99))
def test_the_bound_is_never_below_the_tail(n, k, per_cent):
    k = min(k, n)
    share = Fraction(per_cent, 100)
    tail = sum(comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(k, n + 1))
    bound = Fraction((-surprise(k, n, share)).exp())
    assert bound * (1 + Fraction(1, 10**20)) >= tail


def test_what_is_expected_surprises_nobody():
    assert surprise(5, 10, Fraction(1, 2)) == 0
    assert surprise(0, 10, Fraction(1, 2)) == 0
    assert surprise(1, 10, Fraction(0)) == Decimal("Infinity")


def test_benjamini_and_hochbergs_step_up():
    """m = 4, q = 0.05: bounds 0.0125, 0.025, 0.0375, 0.05; p = 0.03, 0.035, 0.01, 0.5: all three below 0.0375 count."""
    values = [-Decimal(p).ln() for p in ("0.03", "0.035", "0.01", "0.5")]
    assert discoveries(values, 4, 500) == values[1]
    assert discoveries([-Decimal("0.5").ln()], 4, 500) is None
    assert discoveries([], 0, 100) is None


def test_comparisons_that_were_made_count_although_they_show_nothing():
    value = -Decimal("0.01").ln()
    assert discoveries([value], 1, 100) == value
    assert discoveries([value], 2, 100) is None
