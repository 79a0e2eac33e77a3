"""The normal form, and what of an entry is compared at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.entries.likeness.text import (
    boilerplate,
    compared,
    normal,
    normal_with_places,
    without,
    written_in,
)

BLUEPRINTS = Path(__file__).parents[4] / "blueprints"


def blueprint(name: str):
    return load_blueprint((BLUEPRINTS / f"{name}.yaml").read_bytes(), name).blueprint


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("智慧 水务，１２３ＡＢＣ！", "智慧水务123abc"),
        ("“桂通码”（二期）", "桂通码二期"),
        ("　\t\n，。", ""),
        ("①推进票证数字化", "1推进票证数字化"),
        ("㎡ ㊣", "m2正"),
        ("镕堃喆䶮", "镕堃喆䶮"),
    ],
)
def test_what_does_not_tell_texts_apart_is_gone(written: str, wanted: str) -> None:
    assert normal(written) == wanted


@given(st.text(alphabet="智慧水务ａＢ１①，。、（）㎡ \n\t“”é", max_size=60))
def test_the_normal_form_is_the_same_taken_character_by_character(text: str) -> None:
    plain, places = normal_with_places(text)
    assert plain == normal(text)
    assert len(places) == len(plain)
    assert places == sorted(places)


@given(st.text(max_size=80))
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    assert normal(normal(text)) == normal(text)


def test_the_forms_own_sentences_are_known_and_short_labels_are_not() -> None:
    pieces = boilerplate(blueprint("guangxi-scenarios-government"))
    assert normal("阐明具体需求子项（重点）") in set(pieces) or any(normal("阐明重要性") in p for p in pieces)
    assert "建设背景" not in pieces
    assert list(pieces) == sorted(pieces, key=lambda p: (-len(p), p))


def test_a_pasted_explanation_is_left_out_and_parts_what_stood_around_it() -> None:
    piece = normal("重点说明案例是什么、能干什么、什么效果")
    assert without(normal("前文。重点说明案例是什么、能干什么、什么效果。后文"), [piece]) == "前文\n后文"


def test_choices_names_and_numbers_are_not_compared() -> None:
    rules = blueprint("guangxi-2021")
    answers = {f.id: "灵渠水务数据平台" for f in rules.form if f.kind == "text"}
    others = {f.id: "13800000000" for f in rules.form if f.kind in ("phone", "person", "number", "date")}
    assert set(written_in(rules, answers | others)) == set(answers)
    assert "13800000000" not in compared(rules, answers | others)


def test_rows_are_compared_without_their_choices() -> None:
    rules = blueprint("guangxi-scenarios-government")
    field = next(f for f in rules.form if f.kind == "rows")
    choice = next(c for c in field.columns if c.kind != "text")
    text = next(c for c in field.columns if c.kind == "text")
    row = {choice.id: "①增量开发选项文字", text.id: "引领、撬动传统批发物流中心"}
    assert compared(rules, {field.id: [row]}) == "引领撬动传统批发物流中心"
