"""How a measure becomes a score of 100: every vector in tests/vectors/mapping."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.ranking.mapping import MAPPINGS
from guiguan.core.values.rounding import fraction_text, parse_fraction_text, shares

VECTORS = sorted((Path(__file__).parents[2] / "vectors" / "mapping").glob("*.json"))


@pytest.mark.parametrize("path", VECTORS, ids=lambda p: p.stem)
def test_vector(path: Path) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    values = [parse_fraction_text(v) for v in vector["values"]]
    score = MAPPINGS[vector["mapping"]](values)
    assert [score(v) for v in values] == [parse_fraction_text(e) for e in vector["expected"]]
    assert all(isinstance(score(v), Fraction) for v in values)


def test_every_mapping_has_vectors() -> None:
    assert {json.loads(p.read_text(encoding="utf-8"))["mapping"] for p in VECTORS} == set(MAPPINGS)


VALUES = st.lists(st.fractions(min_value=0, max_value=10**6, max_denominator=50), min_size=1, max_size=12)


@given(values=VALUES, name=st.sampled_from(sorted(MAPPINGS)))
def test_order_is_kept_and_100_never_passed(values: list[Fraction], name: str) -> None:
    score = MAPPINGS[name](values)
    mapped = [score(v) for v in sorted(values)]
    assert mapped == sorted(mapped)
    if name != "none":
        assert all(0 <= m <= 100 for m in mapped)


@given(values=VALUES)
def test_the_square_root_is_the_nearest_millionth(values: list[Fraction]) -> None:
    score = MAPPINGS["square_root"](values)
    top = max(values)
    half = Fraction(1, 2 * 10**6)
    for v in values if top > 0 else []:
        exact_square = 10_000 * v / top
        assert (score(v) - half) ** 2 <= exact_square or score(v) < half
        assert exact_square < (score(v) + half) ** 2


@given(values=VALUES)
def test_mid_ranks_have_a_mean_of_50(values: list[Fraction]) -> None:
    score = MAPPINGS["mid_rank"](values)
    assert sum(map(score, values)) == 50 * len(values)


@given(weights=st.lists(st.fractions(min_value=0, max_value=10**9), min_size=1, max_size=9).filter(any))
def test_shares_sum_to_one(weights: list[Fraction]) -> None:
    assert sum(shares(weights)) == 1
    assert fraction_text(sum(shares(weights), Fraction(0))) == "1/1"
