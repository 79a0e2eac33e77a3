"""Money to the fen: every vector in tests/vectors/funding, and that no fen is made or lost."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.blueprint.funding import Funding
from guiguan.core.funding.grant import Facts, base_in_fen, grant, total
from guiguan.core.values.money import Fen
from guiguan.core.values.rounding import fraction_text

VECTORS = sorted((Path(__file__).parents[2] / "vectors" / "funding").glob("*.json"))


@pytest.mark.parametrize("path", VECTORS, ids=lambda p: p.stem)
def test_vector(path: Path) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    g = grant(Funding.model_validate(vector["funding"]), "E1", Fen(vector["base"]), Facts(**vector["facts"]))
    assert {
        "percent": fraction_text(g.percent),
        "ceiling": g.ceiling,
        "granted": g.granted,
        "due": [list(d) for d in g.due],
        "paid": list(g.paid),
        "recovered": g.recovered,
        "because": g.because,
        "over": g.over,
    } == vector["expected"]


def test_there_are_vectors() -> None:
    assert len(VECTORS) >= 27


def route(name: str) -> Funding:
    path = next(p for p in VECTORS if p.stem == name)
    return Funding.model_validate(json.loads(path.read_text(encoding="utf-8"))["funding"])


MAYBE = st.none() | st.booleans()


@given(
    base=st.integers(0, 10**12),
    name=st.sampled_from(["tier-500-exactly", "social-granted", "three-instalments"]),
    granted=st.none() | st.integers(0, 10**9),
    facts=st.tuples(MAYBE, MAYBE, MAYBE, st.booleans()),
)
def test_no_fen_is_made_or_lost(
    base: int, name: str, granted: int | None, facts: tuple[Any, Any, Any, bool]
) -> None:
    funding = route(name)
    g = grant(funding, "E1", Fen(base), Facts(None if granted is None else Fen(granted), *facts))
    assert sum(amount for _, amount in g.due) == g.granted
    assert all(amount >= 0 for _, amount in g.due)
    assert 0 <= g.granted <= g.ceiling <= base * g.percent / 100
    assert funding.cap is None or g.ceiling <= funding.cap
    assert 0 <= g.recovered <= g.paid_sum <= g.granted
    assert (g.recovered > 0) <= (g.because != "")


def test_a_higher_investment_in_one_tier_never_gets_less() -> None:
    """Across an edge the whole sum takes the higher share, so the ceiling jumps up, never down."""
    funding = route("tier-500-exactly")
    edges = [
        0,
        1,
        19,
        20,
        499_999_999,
        500_000_000,
        500_000_001,
        999_999_999,
        10**9,
        10**9 + 1,
        15 * 10**8,
        10**12,
    ]
    ceilings = [grant(funding, "E1", Fen(b), Facts()).ceiling for b in edges]
    assert ceilings == sorted(ceilings)


@pytest.mark.parametrize(
    ("value", "unit", "fen"),
    [
        ("500", "万元", 500_000_000),
        ("500.000001", "万元", 500_000_001),
        ("0.01", "元", 1),
        ("0.001", "元", None),
        ("1", "亿元", 10**10),
        ("-1", "元", None),
        ("7", "分", 7),
        ("0", "万元", 0),
    ],
)
def test_investment_in_fen(value: str, unit: str, fen: int | None) -> None:
    assert base_in_fen(Fraction(value), unit) == fen


def test_a_grant_says_whose_it_is_and_what_it_was_reckoned_from() -> None:
    funding = route("tier-500-exactly")
    g = grant(funding, "E7", Fen(500_000_000), Facts())
    assert (g.funding, g.entry, g.base) == ("reward", "E7", 500_000_000)


def test_the_total_is_the_sum_of_what_was_granted() -> None:
    """Not of the ceilings: 50万元 granted as asked for, and a grant of less."""
    funding = route("tier-500-exactly")
    whole = grant(funding, "E1", Fen(500_000_000), Facts())
    part = grant(funding, "E2", Fen(500_000_000), Facts(granted=Fen(1_234_567)))
    assert total([whole, part]) == 50_000_000 + 1_234_567
    assert total([]) == 0
