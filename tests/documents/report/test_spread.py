from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from guiguan.documents.report.spread import quantile


def test_quantiles_lie_between_two_values_in_proportion():
    values = [Fraction(v) for v in (1, 2, 4, 8)]
    assert [quantile(values, Fraction(q, 4)) for q in range(5)] == [1, Fraction(7, 4), 3, 5, 8]


def test_one_value_is_every_quantile():
    assert {quantile([Fraction(7)], Fraction(q, 4)) for q in range(5)} == {7}


@given(st.lists(st.fractions(), min_size=1, max_size=30), st.integers(0, 4))
def test_a_quantile_never_leaves_the_values(values, quarter):
    ordered = sorted(values)
    assert ordered[0] <= quantile(ordered, Fraction(quarter, 4)) <= ordered[-1]


def test_criteria_and_seats_are_described_by_their_marks(made, parse):
    criteria, seats = parse(made().html).one("section", id="spread").all("table")[:2]
    assert criteria.rows() == [
        ["指标", "权重", "份数", "最低", "下四分位", "中位数", "上四分位", "最高", "平均"],
        ["实用", "60%", "5", "50.00", "60.00", "70.00", "80.00", "90.00", "70.00"],
        ["创新", "40%", "5", "51.00", "60.00", "60.00", "90.00", "91.00", "70.40"],
    ]
    # One seat gave 66 and 90.4, the other 84, 60 and 50.4; nothing says which is whose.
    assert sorted(row[1:] for row in seats.rows()[1:]) == [
        ["2", "66.00", "72.10", "78.20", "84.30", "90.40", "78.20"],
        ["3", "50.40", "55.20", "60.00", "72.00", "84.00", "64.80"],
    ]
    assert [row[0] for row in seats.rows()[1:]] == ["s001", "s002"]
