"""Money is a whole number of fen (分), so no sum ever loses or gains one."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal, NewType

from guiguan.core.values.chinese import half_width
from guiguan.core.values.rounding import MOST_DIGITS, decimal_text, exact

Fen = NewType("Fen", int)
Unit = Literal["元", "万元", "亿元", "分"]

_FEN_PER: dict[str, int] = {
    "分": 1,
    "元": 100,
    "万": 10**6,
    "万元": 10**6,
    "亿": 10**10,
    "亿元": 10**10,
}
_AMOUNT = re.compile(
    r"(?:人民币)?\s*(?P<sign>[¥￥]?)\s*(?P<number>[0-9]+(?:\.[0-9]+)?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?)"
    r"\s*(?P<unit>分|元|万元?|亿元?)?"
)
_EXPONENT = re.compile(r"[+-]?[0-9.]+[eE][+-]?[0-9]+")


def parse_money(text: str, unit: Unit) -> Fen:
    """The amount in fen, exactly; a unit written in the text (500万元) goes before `unit`, the column's own.

    Accepts `500`, `500.5`, `5,000,000元`, `￥500`, `人民币500万元`, full-width digits too. ValueError, in
    Chinese and with what to do, for anything else: negative, an exponent, commas out of place, part of a fen.
    """
    plain = half_width(text).strip()
    match = _AMOUNT.fullmatch(plain)
    if not match:
        raise ValueError(_why_not_an_amount(text, plain))
    if match["sign"] and not match["unit"] and unit != "元":
        # ￥500 in a column of 万元 may mean either; guessing would be wrong ten-thousandfold.
        raise ValueError(
            f"金额“{text}”带有货币符号，而本栏单位是{unit}；请去掉符号，或写明单位，例如 500万元。"
        )
    digits = match["number"].replace(",", "")
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"金额“{text[:40]}”位数过多，请核对是否多填。")
    fen = exact(digits) * _FEN_PER[match["unit"] or unit]
    if fen.denominator != 1:
        raise ValueError(f"金额“{text}”不足一分的部分无法记账，请精确到分（0.01 元）。")
    return Fen(fen.numerator)


def _why_not_an_amount(text: str, plain: str) -> str:
    shown = text if len(text) <= 40 else text[:40] + "…"
    if not plain:
        return "金额为空，请填写金额，没有的填 0。"
    if plain[0] in "-−–" or (plain.startswith("(") and plain.endswith(")")):
        return f"金额“{shown}”是负数，请填写不小于 0 的金额。"
    if _EXPONENT.fullmatch(plain):
        return f"金额“{shown}”是科学计数法，位数可能已丢失；请写出全部数字，例如 5000000。"
    if "," in plain:
        return f"金额“{shown}”中的逗号位置不对，请去掉逗号，或每三位一个，例如 5,000,000元。"
    return f"“{shown}”不是金额，请填写数字，可带单位（分、元、万元、亿元），例如 500.5万元。"


def yuan_text(fen: int) -> str:
    """The amount in yuan with two decimals, without unit or commas: 500,000,000 fen are `5000000.00`."""
    return decimal_text(Fraction(fen, 100), 2)


def wan_text(fen: int) -> str:
    """The amount in 万元, exact, without unit and without idle zeros: 500,050,000 fen are `500.05`."""
    text = decimal_text(Fraction(fen, 10**6), 6)
    return text.rstrip("0").rstrip(".")
