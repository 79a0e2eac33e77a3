from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.values.chinese import count_all, count_characters, count_words, half_width, same_text


@pytest.mark.parametrize(
    ("text", "characters", "words"),
    [
        ("", 0, 0),
        ("数字广西", 4, 4),
        ("数字广西，数据要素。", 10, 10),
        ("“数字广西”——2021年", 13, 10),
        ("接入 5G 基站 3.14 万个", 12, 8),
        ("Guiguan runs award campaigns", 25, 4),
        ("e-mail地址", 8, 3),
        ("一行\r\n二行\n\t三行", 6, 6),
        ("　全角空格　", 4, 4),
        ("２０２１", 4, 4),
        ("……", 2, 2),
        ("a\u200bb", 2, 1),
        ("a b", 2, 2),
        ("e\u0301", 1, 1),
        ("𠮷野家", 3, 3),
    ],
)
def test_both_ways_to_count(text: str, characters: int, words: int) -> None:
    assert count_all(text) == characters
    assert count_words(text) == words


def test_forms_count_every_character_unless_they_say_otherwise() -> None:
    assert count_characters("5G 基站") == 4
    assert count_characters("5G 基站", "characters") == 4
    assert count_characters("5G 基站", "words") == 3


@given(st.text(), st.text())
def test_an_answer_never_gets_shorter_by_adding_a_line(first: str, second: str) -> None:
    # A line break between the two keeps them from combining.
    assert count_all(first + "\n" + second) == count_all(first) + count_all(second)
    assert count_words(first + "\n" + second) == count_words(first) + count_words(second)


@given(st.text())
def test_words_are_never_more_than_characters(text: str) -> None:
    assert count_words(text) <= count_all(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("广西云（集团）有限公司", "广西云(集团) 有限公司"),
        ("桂网办字〔2021〕7号", "桂网办字［2021］ ７号"),
        ("桂网办字〔2021〕7号", "桂网办字[2021]7号"),
        ("ＡＢＣ科技", "abc 科技"),
        (" 南宁　市\n", "南宁市"),
        ("南\u200b宁市", "南宁市"),
        ("\ufeff南宁市", "南宁市"),
        ("STRASSE", "straße"),
    ],
)
def test_names_that_differ_in_type_only_are_the_same(one: str, other: str) -> None:
    assert same_text(one) == same_text(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("南宁市", "南宁"), ("广西云", "广西雲"), ("甲-1", "甲1"), ("甲、乙", "甲乙"), ("一期", "二期")],
)
def test_names_that_differ_in_a_letter_or_mark_are_not(one: str, other: str) -> None:
    assert same_text(one) != same_text(other)


@given(st.text())
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    assert same_text(same_text(text)) == same_text(text)


def test_half_width_changes_full_width_ascii_and_nothing_else() -> None:
    assert half_width("ＡＺａｚ０９！～　，．：（）") == "AZaz09!~ ,.:()"
    assert half_width("5²①½，、。《》ｱ￥") == "5²①½,、。《》ｱ￥"
