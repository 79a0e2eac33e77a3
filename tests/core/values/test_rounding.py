from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.values.rounding import (
    Mode,
    allot,
    decimal_text,
    exact,
    fraction_text,
    parse_fraction_text,
    round_to,
    shares,
)

FRACTIONS = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**4)
MODES = st.sampled_from(get_args(Mode))
WEIGHTS = st.lists(
    st.fractions(min_value=0, max_value=1000, max_denominator=50), min_size=1, max_size=12
).filter(any)


@pytest.mark.parametrize(
    ("value", "half_up", "half_even", "floor", "ceil", "down"),
    [
        ("0.125", "0.13", "0.12", "0.12", "0.13", "0.12"),
        ("0.135", "0.14", "0.14", "0.13", "0.14", "0.13"),
        ("-0.125", "-0.13", "-0.12", "-0.13", "-0.12", "-0.12"),
        ("-0.135", "-0.14", "-0.14", "-0.14", "-0.13", "-0.13"),
        ("0.1249", "0.12", "0.12", "0.12", "0.13", "0.12"),
        ("-0.1251", "-0.13", "-0.13", "-0.13", "-0.12", "-0.12"),
        ("0.12", "0.12", "0.12", "0.12", "0.12", "0.12"),
        ("-0.004", "0.00", "0.00", "-0.01", "0.00", "0.00"),
        ("0.004", "0.00", "0.00", "0.00", "0.01", "0.00"),
        ("0.005", "0.01", "0.00", "0.00", "0.01", "0.00"),
        ("-0.005", "-0.01", "0.00", "-0.01", "0.00", "0.00"),
    ],
)
def test_each_mode_chooses_its_neighbour(
    value: str, half_up: str, half_even: str, floor: str, ceil: str, down: str
) -> None:
    wanted = {"half_up": half_up, "half_even": half_even, "floor": floor, "ceil": ceil, "down": down}
    got = {mode: decimal_text(round_to(Fraction(value), 2, mode), 2) for mode in get_args(Mode)}
    assert got == wanted


def test_a_binary_float_would_have_rounded_this_down() -> None:
    assert round(2.675, 2) == 2.67
    assert round_to(Fraction("2.675"), 2, "half_up") == Fraction("2.68")


def test_negative_digits_round_to_hundreds() -> None:
    assert round_to(Fraction(1250), -2, "half_up") == 1300
    assert round_to(Fraction(1250), -2, "half_even") == 1200


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown rounding mode"):
        round_to(Fraction(1, 3), 0, "half-up")  # type: ignore[arg-type]  # the mistake is the point


@given(FRACTIONS, st.integers(0, 6), MODES)
def test_rounding_moves_by_less_than_one_unit_and_only_once(value: Fraction, digits: int, mode: Mode) -> None:
    rounded = round_to(value, digits, mode)
    assert abs(rounded - value) * 10**digits < 1
    assert round_to(rounded, digits, mode) == rounded
    assert Fraction(decimal_text(rounded, digits)) == rounded


@given(FRACTIONS, st.integers(0, 6), st.sampled_from(["half_up", "half_even"]))
def test_the_nearest_is_never_more_than_half_a_unit_away(value: Fraction, digits: int, mode: Mode) -> None:
    assert abs(round_to(value, digits, mode) - value) * 10**digits <= Fraction(1, 2)


@given(FRACTIONS, FRACTIONS, st.integers(0, 4), MODES)
def test_rounding_never_swaps_two_values(a: Fraction, b: Fraction, digits: int, mode: Mode) -> None:
    low, high = sorted((a, b))
    assert round_to(low, digits, mode) <= round_to(high, digits, mode)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (Fraction(5), 2, "5.00"),
        (Fraction(5), 0, "5"),
        (Fraction(0), 2, "0.00"),
        (Fraction(-1, 100), 2, "-0.01"),
        (Fraction(1, 20), 3, "0.050"),
        (Fraction(-1234567, 100), 2, "-12345.67"),
    ],
)
def test_decimal_text_has_exactly_its_digits(value: Fraction, digits: int, text: str) -> None:
    assert decimal_text(value, digits) == text


def test_zero_never_has_a_sign() -> None:
    assert decimal_text(round_to(Fraction(-1, 1000), 2, "half_up"), 2) == "0.00"


def test_decimal_text_never_rounds_by_itself() -> None:
    with pytest.raises(ValueError, match="more than 2 decimals"):
        decimal_text(Fraction(1, 3), 2)


@pytest.mark.parametrize(("value", "text"), [(Fraction(5), "5/1"), (Fraction(-6, 4), "-3/2"), (0, "0/1")])
def test_fraction_text_always_has_its_slash(value: Fraction, text: str) -> None:
    assert fraction_text(value) == text


@given(FRACTIONS)
def test_a_fraction_comes_back_from_its_text(value: Fraction) -> None:
    assert parse_fraction_text(fraction_text(value)) == value


@pytest.mark.parametrize(
    "text", ["2/4", "5", "1/0", "-0/1", "1/-2", "+1/2", "01/2", "1/2 ", " 1/2", "１/２", "1.0/2", ""]
)
def test_no_second_spelling_of_a_fraction_is_read(text: str) -> None:
    with pytest.raises(ValueError, match="lowest terms"):
        parse_fraction_text(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5", Fraction(25, 2)),
        ("１２.５", Fraction(25, 2)),
        ("１２．５", Fraction(25, 2)),
        (" -3 ", Fraction(-3)),
        ("+0.10", Fraction(1, 10)),
        ("0.1", Fraction(1, 10)),
        ("1" * 30, Fraction(int("1" * 30))),
        (7, Fraction(7)),
        (-1_234_567, Fraction(-1_234_567)),
        (10**30 - 1, Fraction(10**30 - 1)),
        (Decimal("0.30"), Fraction(3, 10)),
        (Decimal("1E+2"), Fraction(100)),
        (Decimal("1E-7"), Fraction(1, 10**7)),
    ],
)
def test_a_number_is_read_exactly(text: str | int | Decimal, value: Fraction) -> None:
    assert exact(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,000",
        "1e3",
        "nan",
        "NaN",
        "inf",
        "1/2",
        "0x10",
        "1_000",
        ".5",
        "5.",
        "--1",
        "5²",
        "①",
        "½",
        "٣",
        "1 2",
        "12分",
    ],
)
def test_what_is_not_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="不是十进制数"):
        exact(text)


@pytest.mark.parametrize(
    "number", ["1" * 31, "0." + "1" * 30, 10**30, -(10**40), Decimal("1E+999999"), Decimal("1E-999999")]
)
def test_more_than_30_digits_are_refused(number: str | int | Decimal) -> None:
    with pytest.raises(ValueError, match="超过 30 位"):
        exact(number)


def test_an_integer_too_long_to_print_is_refused_all_the_same() -> None:
    with pytest.raises(ValueError, match="超过 30 位"):
        exact(10**5000)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_a_decimal_that_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="不是十进制数"):
        exact(Decimal(number))


@pytest.mark.parametrize("number", [0.1, True])
def test_a_float_or_a_boolean_never_becomes_exact(number: object) -> None:
    with pytest.raises(TypeError, match="no exact number"):
        exact(number)  # type: ignore[arg-type]  # the mistake is the point


def test_shares_of_three_thirds() -> None:
    assert shares([1, 1, 1]) == (Fraction(1, 3),) * 3
    assert shares([20, 80]) == (Fraction(1, 5), Fraction(4, 5))


@given(WEIGHTS)
def test_shares_add_up_to_exactly_one(weights: list[Fraction]) -> None:
    assert sum(shares(weights)) == 1


@pytest.mark.parametrize(
    ("weights", "why"),
    [([], "no weight is above zero"), ([0, 0], "no weight is above zero"), ([3, -1], "a weight is negative")],
)
def test_weights_that_share_nothing_are_refused(weights: list[int], why: str) -> None:
    with pytest.raises(ValueError, match=f"^{why}$"):
        shares(weights)
    with pytest.raises(ValueError, match=f"^{why}$"):
        allot(5, weights)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10, [1, 1, 1], (4, 3, 3)),
        (11, [1, 1, 1], (4, 4, 3)),
        (1, [1, 2], (0, 1)),
        (0, [1, 2], (0, 0)),
        (7, [5, 0, 5], (4, 0, 3)),
        (10, [Fraction(1, 3), Fraction(2, 3)], (3, 7)),
        (10, [47, 16, 15, 12, 6, 4], (5, 2, 1, 1, 1, 0)),
    ],
)
def test_allot_by_largest_remainder(total: int, weights: list[int], parts: tuple[int, ...]) -> None:
    assert allot(total, weights) == parts


def test_a_negative_total_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^the total is negative$"):
        allot(-1, [1])


@given(st.integers(0, 10**6), WEIGHTS)
def test_allotted_parts_add_up_and_lie_next_to_what_is_due(total: int, weights: list[Fraction]) -> None:
    parts = allot(total, weights)
    assert sum(parts) == total
    for part, share in zip(parts, shares(weights), strict=True):
        assert abs(part - total * share) < 1
        assert share > 0 or part == 0
