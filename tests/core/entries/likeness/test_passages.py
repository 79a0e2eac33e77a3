"""Passages side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.entries.likeness.passages import Piece, side_by_side
from guiguan.core.entries.likeness.text import normal

A = "本平台归集全市水务数据，实现一网统管。运维由本单位负责。"
B = "运维由本单位负责。另外，本平台归集全市水务数据、实现一网统管！"


def test_a_passage_is_marked_as_it_stands_in_each_text() -> None:
    found = side_by_side("甲乙丙。" + A[:19], "丁。本平台归集全市水务数据、实现一网统管！")
    assert found.left == (Piece("甲乙丙。"), Piece("本平台归集全市水务数据，实现一网统管", 1), Piece("。"))
    assert found.right == (Piece("丁。"), Piece("本平台归集全市水务数据、实现一网统管", 1), Piece("！"))
    assert found.passages == 1
    assert found.characters == 17


def test_moved_passages_are_found_and_keep_their_numbers() -> None:
    found = side_by_side("新建大数据中心机房一处；" + A, B + "新建大数据中心机房一处")
    assert [p.passage for p in found.left if p.passage] == [1, 2]
    assert [p.passage for p in found.right if p.passage] == [2, 1]


def test_a_passage_behind_very_many_that_begin_like_it_is_found() -> None:
    passage = "甲乙丙丁戊己庚辛壬癸子丑"
    hidden = "".join(f"甲乙丙丁戊{chr(0x5000 + n)}" for n in range(300)) + passage
    found = side_by_side(passage, hidden)
    assert (found.passages, found.characters) == (1, len(passage))


def test_short_turns_of_phrase_are_no_passages() -> None:
    assert side_by_side("实现一网统管和高效处置", "实现一网统管，没有别的").passages == 0


def test_the_forms_own_words_are_no_passage() -> None:
    text = "重点说明案例是什么能干什么什么效果"
    assert side_by_side(text, text, (normal(text),)).passages == 0
    assert side_by_side(text, text).passages == 1


texts = st.text(alphabet="数据平台水务，。\n（①Ａ", max_size=80)


@given(texts, texts)
def test_the_pieces_are_the_texts_again_and_passages_agree(left: str, right: str) -> None:
    found = side_by_side(left, right)
    assert "".join(p.text for p in found.left) == left
    assert "".join(p.text for p in found.right) == right
    ours = {p.passage: normal(p.text) for p in found.left if p.passage}
    theirs = {p.passage: normal(p.text) for p in found.right if p.passage}
    assert set(ours) == set(theirs) == set(range(1, found.passages + 1))
    for number, text in ours.items():
        assert theirs[number] == text


@given(texts)
def test_a_text_beside_itself_is_all_passages_or_too_short(text: str) -> None:
    found = side_by_side(text, text)
    plain = [len(normal(p.text)) for p in found.left if not p.passage]
    assert all(n < 10 for n in plain)
