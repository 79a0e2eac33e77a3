"""Composites and ranks: every vector in tests/vectors/composite, and that a tie is broken or told."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.blueprint.counting import Ranking
from guiguan.core.entries.entry import Entry
from guiguan.core.ranking.composite import rank, shared_places
from guiguan.core.values.moment import Instant
from guiguan.core.values.rounding import fraction_text, parse_fraction_text

VECTORS = sorted((Path(__file__).parents[2] / "vectors" / "composite").glob("*.json"))


def entry(row: dict[str, Any]) -> Entry:
    submitted = row.get("submitted")
    return Entry(
        entry=row["entry"],
        title=row["entry"],
        applicant="甲",
        counts_as="甲",
        category=row.get("category", ""),
        endorsed=tuple((e["by"], e["kind"]) for e in row.get("endorsed", [])),
        submitted=None if submitted is None else Instant(submitted),
    )


@pytest.mark.parametrize("path", VECTORS, ids=lambda p: p.stem)
@pytest.mark.parametrize("backwards", [False, True], ids=["as written", "backwards"])
def test_vector(path: Path, backwards: bool) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    entries = [entry(row) for row in vector["entries"]]
    values = {s: {e: parse_fraction_text(v) for e, v in of.items()} for s, of in vector["values"].items()}
    ranking = Ranking.model_validate(vector["ranking"])
    found = rank(ranking, entries[::-1] if backwards else entries, values, vector["seed"])
    shown = [
        {
            "entry": r.entry,
            "rank": r.rank,
            "composite": None if r.composite is None else fraction_text(r.composite),
            "bonus": fraction_text(r.bonus),
            "tie": r.tie,
        }
        for r in found
    ]
    wanted = vector["expected"]
    assert sorted(shown, key=lambda r: str(r["entry"])) == sorted(wanted, key=lambda e: str(e["entry"]))
    assert {r.entry: r.rule for r in found} == {
        e["entry"]: "ranking.no-score" if e["rank"] is None else "" for e in wanted
    }


def test_there_are_vectors() -> None:
    assert len(VECTORS) >= 28


def test_entries_stand_by_rank_and_then_by_id_those_without_a_score_last() -> None:
    vector = json.loads(
        next(p for p in VECTORS if p.stem == "no-score-stands-last-in-its-group").read_text(encoding="utf-8")
    )
    values = {s: {e: parse_fraction_text(v) for e, v in of.items()} for s, of in vector["values"].items()}
    entries = [entry(row) for row in vector["entries"]]
    found = rank(Ranking.model_validate(vector["ranking"]), entries, values, None)
    assert [r.entry for r in found] == [e["entry"] for e in vector["expected"]]


def test_every_figure_is_the_sum_of_what_it_came_from() -> None:
    vector = json.loads(
        next(p for p in VECTORS if p.stem == "bonus-per-endorser").read_text(encoding="utf-8")
    )
    values = {s: {e: parse_fraction_text(v) for e, v in of.items()} for s, of in vector["values"].items()}
    for r in rank(
        Ranking.model_validate(vector["ranking"]), [entry(row) for row in vector["entries"]], values, None
    ):
        assert [p.source for p in r.parts] == ["vote", "experts"]
        for p, weight in zip(r.parts, (20, 80), strict=True):
            assert p.raw == values[p.source][r.entry]
            assert p.weighted == Fraction(weight, 100) * (p.score + p.bonus)
        assert r.exact == sum(p.weighted for p in r.parts)
        assert r.bonus == sum(p.bonus for p in r.parts)


@given(st.lists(st.integers(0, 4), max_size=9))
def test_shared_places_count_those_before(keys: list[int]) -> None:
    ordered = sorted(keys)
    assert shared_places(ordered) == [1 + sum(k < own for k in ordered) for own in ordered]


MARKS = st.lists(st.tuples(*[st.integers(0, 2)] * 4), min_size=1, max_size=8)


@given(
    marks=MARKS,
    ties=st.lists(st.sampled_from(["experts.use", "vote", "bonus"]), unique=True, max_size=3),
    last=st.sampled_from(["shared", "submitted", "lot"]),
    seed=st.none() | st.just("公开种子"),
)
def test_a_chain_is_total_or_tells_the_tie(
    marks: list[tuple[int, int, int, int]], ties: list[str], last: str, seed: str | None
) -> None:
    """Two entries share a rank exactly where both are marked `shared`; else the link named is where they differ."""
    ranking = Ranking.model_validate(
        {
            "id": "final",
            "of": "x",
            "parts": [{"from": "experts", "weight": 100, "mapping": "none"}],
            "bonus": {"to": "experts", "points": 1, "per": "entry", "cap": 1},
            "rounding": {"digits": 0, "mode": "half_up", "at": ["composite"]},
            "ties": ties,
            "last": last,
        }
    )
    entries = [
        Entry(f"e{i}", "t", "甲", "甲", endorsed=(("市局", "recommend"),) if b else (), submitted=Instant(s))
        for i, (_, _, b, s) in enumerate(marks)
    ]
    values = {
        "experts": {f"e{i}": Fraction(m[0]) for i, m in enumerate(marks)},
        "experts.use": {f"e{i}": Fraction(m[1]) for i, m in enumerate(marks)},
        "vote": {f"e{i}": Fraction(m[1] * m[3]) for i, m in enumerate(marks)},
    }
    found = rank(ranking, entries, values, seed)
    ranks = [r.rank for r in found]
    assert ranks == [1 + sum((o.rank or 0) < (r.rank or 0) for o in found) for r in found]
    for r in found:
        beside = [o for o in found if o is not r and o.rank == r.rank]
        rivals = [o for o in found if o is not r and o.composite == r.composite]
        assert (r.tie == "shared") == bool(beside)
        assert (r.tie == "") == (not rivals)
        assert r.tie in {"", "shared", *ties, last}
    if last == "lot" and seed is not None:
        assert ranks == list(range(1, len(found) + 1))
    composites = [r.composite for r in found if r.composite is not None]
    assert len(composites) == len(found)
    assert composites == sorted(composites, reverse=True)
