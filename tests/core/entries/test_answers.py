"""Answers of a form: every fault at once, with the rules that the files of a replay meet too."""

from typing import Any

import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import answer_faults, area_options, cell, fits, is_blank, is_shown

FORM = """
blueprint: 1
campaign: form
title: 表
organisers: {host: [某局]}
categories:
  - {id: gov, title: 政务服务类, areas: [政务管理, 政务服务]}
  - {id: other, title: 其他类, areas: free}
form:
  - {id: title, label: 名称, kind: text, max: 5}
  - {id: category, label: 类别, kind: choice, options: [政务服务类, 其他类]}
  - {id: area, label: 领域, kind: text}
  - {id: money, label: 投资, kind: number, unit: 万元, min: 0, digits: 2}
  - {id: progress, label: 进展, kind: choice, options: [已建, 在建]}
  - {id: since, label: 运营时间, kind: date, shown_when: {progress: [已建]}}
  - {id: site, label: 网址, kind: url, required: false}
  - {id: month, label: 月份, kind: month, required: false}
  - {id: period, label: 起止, kind: month_range, required: false}
  - {id: partners, label: 合作单位, kind: list, of: organisation, max: 2, required: false}
  - {id: words, label: 详情, kind: text, max: 3, limit: advisory, required: false}
  - {id: pictures, label: 图片, kind: pictures, count: 2}
  - {id: agree, label: 承诺, kind: consent, text: 以上属实}
  - id: list
    label: 清单
    kind: rows
    max: 2
    required: false
    columns:
      - {id: name, label: 名称}
      - {id: kind, label: 类型, kind: choices, options: [甲, 乙]}
stages:
  - {id: declare, kind: declaration, window: [2026-01-01, 2026-02-01]}
"""

GOOD: dict[str, Any] = {
    "title": "智慧城市",
    "category": "政务服务类",
    "area": "政务管理",
    "money": "12.50",
    "progress": "在建",
    "agree": "同意",
}


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    return load_blueprint((FORM).encode(), "form.yaml").blueprint


def rules(blueprint: Blueprint, answers: dict[str, Any], **files: int) -> list[tuple[str, str, str]]:
    found = answer_faults(blueprint, answers, {"pictures": 2} | files)
    return [(f.field, f.rule, f.severity) for f in found]


def test_a_good_entry_has_no_fault(blueprint: Blueprint) -> None:
    assert rules(blueprint, GOOD) == []


def test_an_empty_form_names_every_required_field_in_order(blueprint: Blueprint) -> None:
    found = answer_faults(blueprint, {}, {})
    assert [f.field for f in found] == ["title", "category", "area", "money", "progress", "pictures", "agree"]
    assert {f.rule for f in found} == {"form.required"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": "六个字的名称"}, ("title", "form.too-long", "error")),
        ({"area": "教育"}, ("area", "entries.unknown-area", "error")),
        ({"money": "-1"}, ("money", "form.out-of-range", "error")),
        ({"money": "1.234"}, ("money", "form.unreadable", "error")),
        ({"money": "很多"}, ("money", "form.unreadable", "error")),
        ({"category": "别的"}, ("category", "form.not-an-option", "error")),
        ({"progress": "已建"}, ("since", "form.required", "error")),
        ({"site": "不是网址"}, ("site", "form.unusual", "warning")),
        ({"partners": ["甲", "乙", "丙"]}, ("partners", "form.too-many", "error")),
        ({"words": "四个字啊"}, ("words", "form.long", "warning")),
        ({"agree": "不同意"}, ("agree", "form.required", "error")),
        ({"list": [{"name": "一"}, {"name": "二"}, {"name": "三"}]}, ("list", "form.too-many", "error")),
        ({"list": [{"name": "一"}, {}]}, ("list", "form.required", "error")),
        ({"list": [{"name": "一", "kind": "丙"}]}, ("list", "form.not-an-option", "error")),
    ],
)
def test_one_wrong_answer_is_one_fault(
    blueprint: Blueprint, change: dict[str, Any], fault: tuple[str, str, str]
) -> None:
    assert rules(blueprint, GOOD | change) == [fault]


@pytest.mark.parametrize(
    "change",
    [
        {"money": "无"},
        {"title": "无"},
        {"progress": "已建", "since": "无"},
        {"category": "其他类", "area": "任何领域"},
        {"list": [{"name": "一", "kind": "甲;乙"}]},
        {"partners": ["", "乙"]},
        {"site": "https://example.cn/a"},
    ],
)
def test_what_the_form_takes(blueprint: Blueprint, change: dict[str, Any]) -> None:
    assert rules(blueprint, GOOD | change) == []


@pytest.mark.parametrize(("count", "wrong"), [(0, True), (1, True), (2, False), (3, True)])
def test_exactly_as_many_files_as_asked(blueprint: Blueprint, count: int, wrong: bool) -> None:
    assert bool(rules(blueprint, GOOD, pictures=count)) is wrong


def test_only_some_fields_are_asked_against_all_answers(blueprint: Blueprint) -> None:
    found = answer_faults(blueprint, {"category": "政务服务类", "area": "教育"}, {}, ["area"])
    assert [(f.field, f.rule) for f in found] == [("area", "entries.unknown-area")]


def test_a_hidden_field_is_not_asked(blueprint: Blueprint) -> None:
    since = fields(blueprint)["since"]
    assert is_shown(since, {"progress": "已建"})
    assert is_shown(since, {"progress": ["已建"]})
    assert not is_shown(since, {"progress": "在建"})
    assert not is_shown(since, {})


def test_areas_follow_the_category(blueprint: Blueprint) -> None:
    assert area_options(blueprint, "政务服务类") == ("政务管理", "政务服务")
    assert area_options(blueprint, "gov") == ("政务管理", "政务服务")
    assert area_options(blueprint, "其他类") is None
    assert area_options(blueprint, "没有") == ()


def test_a_sentence_says_the_rule_and_what_was_found(blueprint: Blueprint) -> None:
    (fault,) = answer_faults(blueprint, GOOD | {"title": "六个字的名称"}, {"pictures": 2})
    assert fault.text() == "超过字数限制：名称：6 字，限 5 字"
    assert fault.text("en") == "longer than allowed: 名称: 6 characters, at most 5"


@pytest.mark.parametrize(
    ("change", "files", "said"),
    [
        ({"title": " "}, 2, "a required field is blank: 名称"),
        ({"money": "-1"}, 2, "the number is out of range: 投资: -1, at least 0"),
        ({"money": "1.234"}, 2, "the content does not fit the field: 投资: 1.234, at most 2 decimal places"),
        ({"money": "很多"}, 2, "the content does not fit the field: 投资: 很多, wanted is a number"),
        ({"progress": "未建"}, 2, "not one of the options: 进展: 未建"),
        ({"partners": ["甲", "乙", "丙"]}, 2, "more items than allowed: 合作单位: 3 items, at most 2"),
        (
            {"words": "四个字呀"},
            2,
            "longer than advised; it may be handed in: 详情: 4 characters, 3 are advised",
        ),
        ({}, 3, "not the number of files asked for: 图片: found 3, wanted 2"),
        (
            {"period": "去年"},
            2,
            "please check; it may be handed in if it is right: 起止: 去年, to be written as 2020-05 – 2021-06",
        ),
    ],
)
def test_english_sentences_say_the_numbers_too(
    blueprint: Blueprint, change: dict[str, Any], files: int, said: str
) -> None:
    (fault,) = answer_faults(blueprint, GOOD | change, {"pictures": files})
    assert fault.text("en") == said


def test_the_way_of_writing_that_english_names_is_read(blueprint: Blueprint) -> None:
    assert rules(blueprint, GOOD | {"period": "2020-05 – 2021-06"}) == []


def test_cells_of_the_entries_table(blueprint: Blueprint) -> None:
    known = fields(blueprint)
    assert cell(known["title"], "一") == "一"
    assert cell(known["partners"], ["甲", "", "乙"]) == "甲;乙"
    assert cell(known["list"], [{"name": "一", "kind": "甲"}, {"name": "二"}]) == "一|甲;二|"


def test_values_of_another_shape_or_with_odd_characters_do_not_fit(blueprint: Blueprint) -> None:
    known = fields(blueprint)
    assert fits(known["title"], "一")
    assert fits(known["partners"], ["甲"])
    assert fits(known["list"], [{"name": "一"}])
    assert not fits(known["title"], ["一"])
    assert not fits(known["title"], "一\0二")
    assert not fits(known["title"], "\ud800")
    assert not fits(known["partners"], "甲")
    assert not fits(known["partners"], [1])
    assert not fits(known["list"], [{"other": "一"}])
    assert not fits(known["list"], ["一"])
    assert not fits(known["pictures"], "一")


@pytest.mark.parametrize("value", ["", " \n", [], ["", " "], [{"a": " "}]])
def test_blank_is_blank_in_every_shape(value: Any) -> None:
    assert is_blank(value)


@pytest.mark.parametrize("value", ["无", ["", "x"], [{"a": "", "b": "x"}]])
def test_something_is_not_blank(value: Any) -> None:
    assert not is_blank(value)


@pytest.mark.parametrize("text", ["2020-05", "2020-5", "2020年5月", "2020.12", "2020/05", "无"])
def test_a_month_is_read_as_people_write_it(blueprint: Blueprint, text: str) -> None:
    assert rules(blueprint, GOOD | {"month": text}) == []


@pytest.mark.parametrize("text", ["2020", "2020-13", "2020-00", "五月", "2020-05-01", "2020-05 至 2021-06"])
def test_what_is_no_month_is_asked_about_and_keeps_nobody_out(blueprint: Blueprint, text: str) -> None:
    assert rules(blueprint, GOOD | {"month": text}) == [("month", "form.unusual", "warning")]


@pytest.mark.parametrize(
    "text", ["2020-05 至 2021-06", "2020年5月—2021年6月", "2020.5-2021.6", "2020-05至今", "2020-05~2021-06"]
)
def test_a_term_of_months_is_read_as_people_write_it(blueprint: Blueprint, text: str) -> None:
    assert rules(blueprint, GOOD | {"period": text}) == []


@pytest.mark.parametrize("text", ["2020-05", "2020-05 至", "一年", "2020-05 2021-06", "2020-05 至 2021-13"])
def test_what_is_no_term_of_months_is_asked_about_with_how_to_write_it(
    blueprint: Blueprint, text: str
) -> None:
    assert rules(blueprint, GOOD | {"period": text}) == [("period", "form.unusual", "warning")]
    (fault,) = answer_faults(blueprint, GOOD | {"period": text}, {"pictures": 2})
    assert fault.detail == f"起止：{text}，可写作 2020-05 至 2021-06"
