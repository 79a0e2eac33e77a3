"""The index names what is alike; what it names is counted exactly."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from guiguan.core.entries.likeness.index import BANDS, hashed, keys_of, similar_pairs
from guiguan.core.entries.likeness.shingles import SAME, Likeness, likeness, shingles

LETTERS = [chr(0x4E00 + i) for i in range(800)]


def edited(text: str, changes: int, chance: random.Random) -> str:
    out = list(text)
    for _ in range(changes):
        out[chance.randrange(len(out))] = chance.choice(LETTERS)
    return "".join(out)


def test_five_characters_at_a_time_never_across_a_break() -> None:
    assert shingles("数据要素流\n通平台") == {"数据要素流"}
    assert shingles("数据要素流通") == {"数据要素流", "据要素流通"}
    assert shingles("数据要素") == frozenset()


def test_likeness_is_counted_exactly() -> None:
    found = likeness(shingles("数据要素流通"), shingles("数据要素流动"))
    assert found == Likeness(common=1, either=3)
    assert found.jaccard == Fraction(1, 3)
    assert Likeness(0, 0).jaccard == 0


def test_a_short_text_is_never_alike() -> None:
    title = shingles("智慧水务平台建设")
    assert likeness(title, title).jaccard == 1
    assert not likeness(title, title).is_near


@given(st.lists(st.text(alphabet="智慧水务数据\n😀", max_size=30), max_size=12))
def test_hashes_come_text_by_text_and_are_those_of_its_shingles(texts: list[str]) -> None:
    tokens, starts = hashed(texts)
    for text, first, last in itertools.zip_longest(texts, starts.tolist(), starts.tolist()[1:]):
        if text is not None:
            alone = hashed([text])[0]
            assert tokens[first:last].tolist() == alone.tolist()
            assert len(set(alone.tolist())) == len(shingles(text))


def test_every_pair_that_is_much_the_same_is_found_and_no_other() -> None:
    chance = random.Random(7)
    texts = ["".join(chance.choices(LETTERS, k=400)) for _ in range(150)]
    texts += [
        edited(texts[i], changes, chance)
        for i, changes in zip(range(60), itertools.cycle([2, 5, 9, 30]), strict=False)
    ]
    sets = [shingles(t) for t in texts]
    wanted = [
        (a, b, counted)
        for a, b in itertools.combinations(range(len(texts)), 2)
        if (counted := likeness(sets[a], sets[b])).jaccard >= SAME
    ]
    assert len(wanted) > 20
    assert similar_pairs(texts, SAME) == wanted


def test_texts_without_a_shingle_are_like_nothing() -> None:
    assert similar_pairs(["", "", "短", "短"], Fraction(1, 2)) == []
    assert keys_of("短") == ()
    assert similar_pairs([], SAME) == []


def test_a_text_has_a_key_for_each_band_and_always_the_same() -> None:
    keys = keys_of("灵渠水务数据平台把全市水务数据归集共享")
    assert len(set(keys)) == BANDS
    assert keys == keys_of("灵渠水务数据平台把全市水务数据归集共享")
    assert keys[:2] == KEPT
    assert all(-(2**63) <= k < 2**63 for k in keys)


KEPT = (2547552779070590908, 1486553773230381235)
"""Stored keys are looked up by new ones: were this to change, nothing stored would be found again."""


@settings(max_examples=20)
@given(st.integers(2, 90))
def test_many_copies_of_one_text_are_each_named(copies: int) -> None:
    text = "".join(random.Random(1).choices(LETTERS, k=60))
    found = similar_pairs([text] * copies, SAME)
    assert {b for _, b, _ in found} == set(range(1, copies))
