from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.values.money import Fen, Unit, parse_money, wan_text, yuan_text


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("500", "元", 50_000),
        ("500", "万元", 500_000_000),
        ("500", "亿元", 5_000_000_000_000),
        ("500", "分", 500),
        ("500.5", "万元", 500_500_000),
        ("500万元", "元", 500_000_000),
        ("500万", "元", 500_000_000),
        ("1.5亿", "元", 15_000_000_000),
        ("3亿元", "万元", 30_000_000_000),
        ("5,000,000元", "万元", 500_000_000),
        ("5,000,000.01 元", "万元", 500_000_001),
        ("￥500", "元", 50_000),
        ("¥ 500.25", "元", 50_025),
        ("￥500万元", "元", 500_000_000),
        ("￥5元", "万元", 500),
        ("人民币500万元", "元", 500_000_000),
        ("５００．５万元", "元", 500_500_000),
        ("　５，０００元　", "元", 500_000),
        ("0.01", "元", 1),
        ("0.000001", "万元", 1),
        ("599106.13", "万元", 599_106_130_000),
        ("500.00000000", "元", 50_000),
        ("0", "元", 0),
    ],
)
def test_an_amount_is_read_to_the_fen(text: str, unit: Unit, fen: int) -> None:
    assert parse_money(text, unit) == fen


def test_the_edge_of_a_tier_and_one_fen_more_are_kept_apart() -> None:
    assert parse_money("500万元", "元") == 500_000_000
    assert parse_money("5,000,000.01元", "元") == 500_000_001


@pytest.mark.parametrize(
    ("text", "unit", "said"),
    [
        ("-5", "元", "是负数"),
        ("－5", "元", "是负数"),
        ("−5", "元", "是负数"),
        ("（5）", "元", "是负数"),
        ("5e6", "元", "科学计数法"),
        ("5.0E+06", "元", "科学计数法"),
        ("0.001", "元", "精确到分"),
        ("0.5", "分", "精确到分"),
        ("0.0000001", "万元", "精确到分"),
        ("50,00元", "元", "逗号位置不对"),
        ("1,0000", "元", "逗号位置不对"),
        (",500", "元", "逗号位置不对"),
        ("5000,000", "元", "逗号位置不对"),
        ("", "元", "金额为空"),
        ("　", "元", "金额为空"),
        ("五百万", "元", "不是金额"),
        ("500千元", "元", "不是金额"),
        ("500美元", "元", "不是金额"),
        ("$500", "元", "不是金额"),
        ("500-600", "元", "不是金额"),
        ("约500", "元", "不是金额"),
        ("500元整", "元", "不是金额"),
        ("5.", "元", "不是金额"),
        (".5", "元", "不是金额"),
        ("5²", "元", "不是金额"),
        ("nan", "元", "不是金额"),
        ("￥500", "万元", "写明单位"),
        ("￥500", "分", "写明单位"),
        ("1" * 31, "元", "位数过多"),
    ],
)
def test_what_is_no_amount_is_refused_and_says_what_to_do(text: str, unit: Unit, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        parse_money(text, unit)
    assert "请" in str(caught.value)


@pytest.mark.parametrize(
    ("fen", "yuan", "wan"),
    [
        (500_000_000, "5000000.00", "500"),
        (500_000_001, "5000000.01", "500.000001"),
        (500_050_000, "5000500.00", "500.05"),
        (1_000_000_000, "10000000.00", "1000"),
        (1, "0.01", "0.000001"),
        (0, "0.00", "0"),
        (-150, "-1.50", "-0.00015"),
    ],
)
def test_amounts_as_text(fen: int, yuan: str, wan: str) -> None:
    assert yuan_text(fen) == yuan
    assert wan_text(fen) == wan


@given(st.integers(0, 10**18))
def test_an_amount_comes_back_from_its_text(fen: int) -> None:
    assert parse_money(yuan_text(Fen(fen)), "元") == fen
    assert parse_money(wan_text(Fen(fen)), "万元") == fen
    assert parse_money(wan_text(Fen(fen)) + "万元", "分") == fen
