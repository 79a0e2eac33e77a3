"""Each kind of fault in both languages; an unknown kind of pydantic's still says what was found."""

from __future__ import annotations

import re

import pytest

from guiguan.core.blueprint.wording import explain

KINDS = [
    ("greater_than_equal", {"ge": 1}, "0", "must be at least 1, found “0”"),
    ("less_than", {"lt": 5}, "7", "must be less than 5, found “7”"),
    ("literal_error", {"expected": "'a', 'b' or 'c'"}, "d", "found “d”, allowed: a, b, c"),
    ("list_type", {}, {"a": "b"}, "wanted a list, found keys and values"),
    ("int_parsing", {}, ["5"], "wanted a whole number, found a list"),
    ("missing", {}, {}, "the key name is missing"),
    ("too_short", {"min_length": 2}, [], "too few items, at least 2"),
]


@pytest.mark.parametrize(("kind", "ctx", "value", "en"), KINDS)
def test_english_has_no_chinese(kind, ctx, value, en):
    told = explain(kind, ctx, "name", value, "")[2]
    assert told == en
    assert not re.search(r"[一-鿿、，]", told)


def test_an_error_without_words_of_its_own_keeps_pydantics():
    assert explain("brand_new", {}, "x", "y" * 50, "Odd") == (
        "blueprint.invalid",
        f"这里写得不对，写了“{'y' * 40}…”（Odd）",
        f"Odd, found “{'y' * 40}…”",
    )


def test_a_pattern_without_words_is_shown():
    assert (
        explain("string_pattern_mismatch", {"pattern": "^z$"}, "x", "y", "")[1]
        == "“y”不合写法，应为符合 ^z$ 的文字"
    )
