"""Which option is ticked, in every way that people tick; where it cannot be told, it is told that it cannot."""

from __future__ import annotations

import pytest

from guiguan.documents.forms.reading.marks import Ticked, ticked
from guiguan.documents.forms.reading.strip import Strip

ABC = ("甲类", "乙类", "丙类")


def read(text: str, *, many: bool = False, bold: str = "", other: bool = False) -> Ticked:
    flags = [False] * len(text)
    for start in [i for i in range(len(text)) if bold and text.startswith(bold, i)]:
        flags[start : start + len(bold)] = [True] * len(bold)
    options = (*ABC, "其他") if other else ABC
    return ticked(
        Strip(text, flags),
        options,
        many=many,
        groups={},
        worded=frozenset({"其他"}),
        spelled={"已类": "乙类"},
    )


@pytest.mark.parametrize(
    "text",
    [
        "□甲类，☑乙类，□丙类",
        "□甲类 ■乙类 □丙类",
        "□甲类√乙类□丙类",
        "□ 甲类　√ 乙类　□ 丙类",
        "□甲类，□√乙类，□丙类",
        "□甲类，√□乙类，□丙类",
        "甲类□，乙类☑，丙类□",
        "甲类，乙类√，丙类",
        "甲类　√乙类　丙类",
        "( )甲类(√)乙类( )丙类",
        "（　）甲类（√）乙类（　）丙类",
        "[ ]甲类 [√]乙类 [ ]丙类",
        "□甲类\n☑乙\u200b类\n□丙类",
        "乙类",
        "☑已类",
        "□甲类　☑ 乙 类 □丙类",
    ],
)  # fmt: skip
def test_one_is_ticked(text: str) -> None:
    assert read(text) == Ticked(("乙类",))


def test_bold_counts_where_nothing_else_does() -> None:
    assert read("甲类，乙类，丙类", bold="乙类") == Ticked(("乙类",))
    assert read("□甲类，□乙类，□丙类", bold="乙类") == Ticked(("乙类",))
    assert read("甲类，乙类，丙类", bold="甲类，乙类，丙类") == Ticked()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("☑甲类☑乙类□丙类", "several-ticked"),
        ("甲类√乙类丙类", "marks-unclear"),
        ("甲类√□乙类", "marks-unclear"),
        ("甲类，乙类", "several-ticked"),
        ("丁类", "not-an-option"),
        ("乙类为主", "not-an-option"),
        ("√", "not-an-option"),
    ],
)
def test_what_cannot_be_told_is_not_guessed(text: str, why: str) -> None:
    assert read(text) == Ticked(why=why)


def test_a_tick_and_bold_that_disagree() -> None:
    assert read("☑甲类，□乙类，□丙类", bold="乙类") == Ticked(why="marks-unclear")


def test_nothing_ticked_is_empty() -> None:
    for text in ("□甲类，□乙类，□丙类", "甲类，乙类，丙类", "", "____", "□□"):
        assert read(text) == Ticked()


def test_words_beside_an_option() -> None:
    assert read("□甲类 ☑其他：园林 □乙类", many=True, other=True) == Ticked(("其他：园林",))
    assert read("☑甲类 ☑其他____", many=True, other=True) == Ticked(("甲类", "其他"))
    assert read("□甲类 □其他：园林", many=True, other=True) == Ticked(why="words-without-tick")
