"""One form field and what was filled in: the findings that keep an entry out."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from guiguan.core.blueprint.form import FormField
from guiguan.core.entries.fill import faults, read_day

ZONE = ZoneInfo("Asia/Shanghai")
ADAPTER: TypeAdapter[Any] = TypeAdapter(FormField)
NUMBER = {"kind": "number", "unit": "万元", "min": 0, "max": 100, "digits": 2}
DATE = {"kind": "date", "within": ["2019-01-01", "2020-12-31"]}
CHOICE = {"kind": "choice", "options": ["新建", "在建（续）"]}


@pytest.mark.parametrize(
    ("keys", "text", "rules"),
    [
        ({"kind": "text"}, "", ["form.required"]),
        ({"kind": "text"}, " \u3000", ["form.required"]),
        ({"kind": "text", "required": False}, "", []),
        ({"kind": "text", "shown_when": {"progress": ["已建"]}}, "", []),
        ({"kind": "text", "max": 3}, "一 二\n三", []),
        ({"kind": "text", "max": 3}, "一二三四", ["form.too-long"]),
        ({"kind": "text", "max": 3, "limit": "advisory"}, "一二三四", []),
        (NUMBER, "0", []),
        (NUMBER, "100.00", []),
        (NUMBER, "100.01", ["form.out-of-range"]),
        (NUMBER, "-0.01", ["form.out-of-range"]),
        (NUMBER, "1.005", ["form.unreadable"]),
        (NUMBER, "1e2", ["form.unreadable"]),
        (NUMBER, "１２．５", []),
        (NUMBER, "无", []),
        ({**NUMBER, "none_accepted": False}, "无", ["form.unreadable"]),
        (DATE, "2019-01-01", []),
        (DATE, "2018-12-31", ["form.outside-term"]),
        (DATE, "2020年12月31日", []),
        (DATE, "2021/1/1", ["form.outside-term"]),
        (DATE, "2018年12月", ["form.outside-term"]),
        (DATE, "2019年2月30日", ["form.unreadable"]),
        ({"kind": "date", "until": "2020-05-31"}, "2020-05-31", []),
        ({"kind": "date", "until": "2020-05-31"}, "2020-06-01", ["form.outside-term"]),
        (CHOICE, "在建(续)", []),
        (CHOICE, "已建", ["form.not-an-option"]),
        ({**CHOICE, "other": True}, "已建", []),
        ({**CHOICE, "kind": "choices"}, "新建；在建（续）", []),
        ({**CHOICE, "kind": "choices"}, "新建;已建;拆除", ["form.not-an-option", "form.not-an-option"]),
    ],
)
def test_faults(keys: dict[str, Any], text: str, rules: list[str]) -> None:
    field = ADAPTER.validate_python({"id": "x", "label": "栏目"} | keys)
    assert [rule for rule, _ in faults(field, text, ZONE)] == rules


BUILT = {"kind": "choice", "options": ["新建", "已建", "在建（续）"], "eligible": ["已建", "在建（续）"]}


@pytest.mark.parametrize(
    ("keys", "text", "found"),
    [
        ({"kind": "text"}, "", [("form.required", "栏目")]),
        ({"kind": "text", "max": 3}, "一二三四", [("form.too-long", "栏目：4 字，限 3 字")]),
        (DATE, "去年", [("form.unreadable", "栏目：去年，应如 2020-05-31")]),
        (DATE, "2021-01-01", [("form.outside-term", "栏目：2021-01-01，应在 2019-01-01 至 2020-12-31")]),
        (
            {"kind": "date", "until": "2020-05-31"},
            "2020-06-01",
            [("form.outside-term", "栏目：2020-06-01，应不晚于 2020-05-31")],
        ),
        (NUMBER, "约十", [("form.unreadable", "栏目：约十，应为数字")]),
        (NUMBER, "101", [("form.out-of-range", "栏目：101")]),
        (NUMBER, "1.005", [("form.unreadable", "栏目：1.005，小数不超过 2 位")]),
        (CHOICE, "拆除", [("form.not-an-option", "栏目：拆除")]),
        (BUILT, "在建(续)", []),
        (BUILT, "新建", [("form.not-eligible", "栏目：新建，应为已建、在建（续）")]),
        # One answer may itself hold a semicolon; only a field of several answers is cut at it.
        ({"kind": "choice", "options": ["新建；扩建"]}, "新建；扩建", []),
    ],
)
def test_what_was_found_is_told_in_words(
    keys: dict[str, Any], text: str, found: list[tuple[str, str]]
) -> None:
    field = ADAPTER.validate_python({"id": "x", "label": "栏目"} | keys)
    assert list(faults(field, text, ZONE)) == found


def test_a_moment_is_the_day_that_the_campaigns_calendar_shows() -> None:
    day = dt.date(2020, 6, 1)
    assert read_day("2020-05-31T16:00:00Z", ZONE) == (day, day)
    assert read_day("2020-06-01 00:00:00", ZONE) == (day, day)


def test_a_term_ends_with_its_last_day_in_the_campaigns_zone() -> None:
    field = ADAPTER.validate_python({"id": "x", "label": "栏目"} | DATE)
    assert list(faults(field, "2020-12-31 23:59:59", ZONE)) == []
    assert [rule for rule, _ in faults(field, "2020-12-31T16:00:00Z", ZONE)] == ["form.outside-term"]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020-05-31", "2020-05-31", "2020-05-31"),
        ("2020年2月", "2020-02-01", "2020-02-29"),
        ("2020.12", "2020-12-01", "2020-12-31"),
        ("2020年5月3日", "2020-05-03", "2020-05-03"),
    ],
)
def test_a_month_means_all_its_days(text: str, first: str, last: str) -> None:
    assert read_day(text, ZONE) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize("text", ["2020年13月", "去年", "2020-02-30", ""])
def test_what_is_no_day(text: str) -> None:
    assert read_day(text, ZONE) is None
