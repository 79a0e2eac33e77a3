"""GGC1 by vectors, and the properties that digests rest on."""

from __future__ import annotations

import json
import unicodedata
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.evidence.canonical import MAX_LINE, NotCanonical, decode, encode, encode_line

VECTORS = sorted((Path(__file__).resolve().parents[2] / "vectors" / "canonical").glob("*.json"))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(
    lambda t: unicodedata.normalize("NFC", t)
)
KEYS = st.text("abcz019_", min_size=1, max_size=32)
VALUES: Any = st.recursive(
    st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("path", VECTORS, ids=lambda p: p.stem)
def test_vector(path: Path) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    content = bytes.fromhex(vector["hex"]) if "hex" in vector else vector["text"].encode()
    if "refused" in vector:
        with pytest.raises(NotCanonical, match=vector["refused"]):
            decode(content)
    else:
        assert encode(vector["value"]) == content
        assert decode(content) == vector["value"]


def test_there_are_vectors() -> None:
    assert len(VECTORS) >= 40


@given(VALUES)
def test_what_is_encoded_is_decoded_to_the_same(value: Any) -> None:
    assert decode(encode(value)) == value


@given(st.dictionaries(KEYS, st.integers(0, 9), min_size=2, max_size=5))
def test_equal_values_have_equal_bytes(value: dict[str, int]) -> None:
    assert encode(dict(reversed(value.items()))) == encode(value)


@given(st.binary(max_size=30) | VALUES.map(lambda v: json.dumps(v).encode()))
def test_bytes_are_accepted_only_if_they_encode_to_themselves(content: bytes) -> None:
    try:
        value = decode(content)
    except NotCanonical:
        return
    assert encode(value) == content


@pytest.mark.parametrize(
    "value", [1.0, None, Fraction(1, 2), (1,), b"a", {1: 2}, "\ud800", "e\u0301", {"A": 1}]
)
def test_never_encoded(value: Any) -> None:
    for held in (value, [value], {"a": value}):
        with pytest.raises(NotCanonical):
            encode(held)


@pytest.mark.parametrize("content", [b"9" * 60_000, b"[" * 60_000, b"-" * 9, b'{"a":' * 60_000])
def test_numbers_and_brackets_without_end_are_refused(content: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode(content)


def test_a_line_has_an_end_and_at_most_64_kib() -> None:
    assert encode_line({"b": 1}) == b'{"b":1}\n'
    assert len(encode_line("x" * (MAX_LINE - 3))) == MAX_LINE
    with pytest.raises(NotCanonical, match="longer than 65536"):
        encode_line("x" * (MAX_LINE - 2))
