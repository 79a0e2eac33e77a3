from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.values.rounding import parse_fraction_text
from guiguan.documents.report.figures import (
    exactly,
    fixed,
    group_order,
    group_text,
    percent,
    published_or_dash,
    readable,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(75), "75"),
        (Fraction(1, 4), "0.25"),
        (Fraction(1, 16), "0.0625"),
        (Fraction(1, 3), "≈ 0.3333"),
        (Fraction(2, 3), "≈ 0.6667"),
        (Fraction(1, 10**6), "≈ 0"),
        (Fraction(100), "100"),
        (Fraction(0), "0"),
        (Fraction(-1, 3), "≈ -0.3333"),
    ],
)
def test_a_figure_on_the_way_is_whole_or_marked_as_near(value, text):
    assert readable(value) == text


@given(st.fractions())
def test_exactly_never_loses_anything(value):
    text = exactly(value)
    assert (parse_fraction_text(text) if "/" in text else Fraction(text)) == value


def test_published_figures_have_two_digits_half_up_without_a_ranking():
    assert published_or_dash(Fraction(1, 8), None) == "0.13"
    assert published_or_dash(Fraction(5), None) == "5.00"
    assert published_or_dash(None, None) == "—"


def test_published_figures_follow_their_ranking(made):
    ranking = made().sealed.inputs.blueprint.rankings[0]
    floor = ranking.model_copy(
        update={"rounding": ranking.rounding.model_copy(update={"digits": 1, "mode": "floor"})}
    )
    assert published_or_dash(Fraction(1999, 100), ranking) == "19.99"
    assert published_or_dash(Fraction(1999, 100), floor) == "19.9"


@pytest.mark.parametrize(
    ("weight", "text"),
    [("20", "20%"), ("12.5", "12.5%"), ("33.333333", "33.333333%"), ("0", "0%"), ("100", "100%")],
)
def test_percentages_are_whole(weight, text):
    assert percent(Decimal(weight)) == text


def test_descriptive_figures_round_half_up():
    assert fixed(Fraction(1005, 1000)) == "1.01"


def test_groups_have_names(made):
    b = made().sealed.inputs.blueprint
    assert group_text(b, (), ()) == "全部"
    assert group_text(b, ("category", "area"), ("gov", "教育")) == "政务类 · 教育"
    assert group_text(b, ("province",), ("450000",)) == "广西壮族自治区"
    assert group_text(b, ("city",), ("",)) == "（未填）"


def test_groups_stand_in_the_order_of_the_blueprint(made):
    b = made().sealed.inputs.blueprint
    groups = [("biz",), ("gov",), ("zzz",)]
    assert sorted(groups, key=lambda g: group_order(b, ("category",), g)) == [("gov",), ("biz",), ("zzz",)]
