"""The stream: the same numbers everywhere and for ever, each as likely."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.replay.rehearse.stream import Stream, Weighted


def test_the_first_number_is_what_the_file_says_it_is() -> None:
    parts = hashlib.sha256(b"seed").digest() + hashlib.sha256(b"name").digest()
    head = hashlib.sha256(b"gg/rehearse/v1\0" + parts).digest()
    block = hashlib.sha256(head + (0).to_bytes(8, "big")).digest()
    assert Stream("seed", "name").below(1 << 64) == int.from_bytes(block[:8], "big")


def test_numbers_never_change() -> None:
    s = Stream("guangxi-2021", "entries")
    assert [s.below(1000) for _ in range(6)] == [548, 399, 996, 426, 234, 579]
    assert s.shuffled("甲乙丙丁戊") == list("丁乙甲戊丙")


@given(st.integers(1, 1 << 64), st.text(max_size=5))
def test_below_stays_below(n: int, seed: str) -> None:
    assert 0 <= Stream(seed).below(n) < n


@pytest.mark.parametrize("n", [0, -1, (1 << 64) + 1])
def test_there_is_no_number_below_nothing_nor_beyond_a_word(n: int) -> None:
    with pytest.raises(ValueError, match="no number below"):
        Stream("a").below(n)


def test_each_number_is_as_likely() -> None:
    s = Stream("even")
    counts = Counter(s.below(3) for _ in range(30_000))
    assert sorted(counts) == [0, 1, 2]
    assert all(9_700 < n < 10_300 for n in counts.values())


def test_a_named_stream_does_not_depend_on_what_was_drawn_before() -> None:
    one, other = Stream("a"), Stream("a")
    other.below(10)
    assert one.called("x").below(1 << 60) == other.called("x").below(1 << 60)


def test_names_are_told_apart_part_by_part() -> None:
    first = [Stream("s", *name).below(1 << 60) for name in (("ab", "c"), ("a", "bc"), ("abc",), ())]
    assert len(set(first)) == 4


@given(st.lists(st.integers(), max_size=30), st.text(max_size=3))
def test_shuffling_keeps_everything(things: list[int], seed: str) -> None:
    assert sorted(Stream(seed).shuffled(things)) == sorted(things)


def test_some_are_different_and_no_more_than_there_are() -> None:
    assert sorted(Stream("a").some("甲乙丙", 5)) == sorted("甲乙丙")
    assert len(set(Stream("a").some(range(100), 20))) == 20


def test_the_bell_has_its_middle_and_its_spread() -> None:
    s = Stream("bell")
    drawn = [s.bell(700, 50) for _ in range(4000)]
    mean = sum(drawn) // 4000
    variance = sum((x - mean) ** 2 for x in drawn) // 4000
    assert 697 <= mean <= 703
    assert 48**2 <= variance <= 52**2
    assert all(400 <= x <= 1000 for x in drawn)


def test_weights_are_kept_and_nothing_of_weight_0_comes() -> None:
    s = Stream("w")
    counts = Counter(Weighted("abc", [3, 0, 1]).draw(s) for _ in range(8000))
    assert set(counts) == {"a", "c"}
    assert 5_800 < counts["a"] < 6_200


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12).filter(any), st.integers(0, 14))
def test_different_ones_are_different_and_have_weight(weights: list[int], count: int) -> None:
    drawn = Weighted(range(len(weights)), weights).draw_different(Stream("d"), count)
    possible = [i for i, w in enumerate(weights) if w]
    assert len(drawn) == len(set(drawn)) == min(count, len(possible))
    assert set(drawn) <= set(possible)


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [1]])
def test_weights_that_mean_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Weighted("ab", weights)
