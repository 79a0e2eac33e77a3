"""A panel's marks to one score: every vector in tests/vectors/reviews, and independence of order and names."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.blueprint.stages import Panel
from guiguan.core.reviews.aggregate import PanelScore, aggregate
from guiguan.core.reviews.mark import MarkRow, read_marks
from guiguan.core.values.exclusion import Exclusion
from guiguan.core.values.rounding import fraction_text

VECTORS = sorted((Path(__file__).parents[2] / "vectors" / "reviews").glob("*.json"))
KNOWN = frozenset({"E1"})


def judged(panel: Panel, rows: list[MarkRow]) -> tuple[PanelScore, list[Exclusion]]:
    marks, out = read_marks((panel,), rows, KNOWN, {panel.id: KNOWN}, frozenset())
    scores, more = aggregate(panel, marks, ["E1"])
    return scores["E1"], [*out, *more]


@pytest.mark.parametrize("path", VECTORS, ids=lambda p: p.stem)
@pytest.mark.parametrize("backwards", [False, True], ids=["as written", "backwards"])
def test_vector(path: Path, backwards: bool) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    rows = [MarkRow(entry="E1", line=i, **row) for i, row in enumerate(vector["rows"], start=2)]
    score, out = judged(Panel.model_validate(vector["panel"]), rows[::-1] if backwards else rows)
    wanted = vector["expected"]
    assert score.entry == "E1"
    assert (None if score.score is None else fraction_text(score.score)) == wanted["score"]
    assert {c: fraction_text(v) for c, v in score.criteria.items()} == wanted["criteria"]
    assert (score.sheets, score.used, score.rule) == (wanted["sheets"], wanted["used"], wanted["rule"])
    assert sorted([x.id.removeprefix("E1/"), x.rule] for x in out) == sorted(wanted["rejected"])


def test_there_are_vectors() -> None:
    assert len(VECTORS) >= 57


def test_an_entry_without_any_row_has_no_score() -> None:
    panel = Panel.model_validate(json.loads(VECTORS[0].read_text(encoding="utf-8"))["panel"])
    assert aggregate(panel, [], ["E1"])[0]["E1"] == PanelScore("E1", None, {}, 0, 0, rule="ranking.no-score")


def by_vector(name: str) -> tuple[PanelScore, list[Exclusion]]:
    vector = json.loads(next(p for p in VECTORS if p.stem == name).read_text(encoding="utf-8"))
    rows = [MarkRow(entry="E1", line=i, **row) for i, row in enumerate(vector["rows"], start=2)]
    return judged(Panel.model_validate(vector["panel"]), rows)


def test_a_sheet_left_out_is_told_with_its_first_line() -> None:
    _, out = by_vector("incomplete-sheet-dropped")
    assert out == [Exclusion("score", "E1/R2", "scores.incomplete-sheet", line=4)]


def test_the_totals_of_each_reviewer() -> None:
    """60 % of 0 and 40 % of 80 for R1; every total is told, whatever unit it was counted in."""
    assert by_vector("zero-by-rounded-sheet")[0].totals == (("R1", Fraction(32)), ("R2", Fraction(0)))
    assert by_vector("decimals-of-several-denominators")[0].totals == (
        ("R1", Fraction("80.5")),
        ("R2", Fraction("80.2")),
        ("R3", Fraction("0.01")),
    )
    assert by_vector("trimmed-at-needs-median")[0].totals[0] == ("R1", Fraction(10))


METHODS: list[dict[str, Any]] = [
    {"method": "mean"},
    {"method": "median"},
    {"method": "sum"},
    {"method": "weighted_mean"},
    {"method": "trimmed_mean", "trim": {"high": 1, "low": 1, "needs": 3, "otherwise": "median"}},
    {"method": "trimmed_mean", "trim": {"high": 1, "low": 0, "needs": 2, "otherwise": "mean"}},
]
SHEETS = st.lists(
    st.tuples(
        st.sampled_from(["60", "70", "80", ""]),
        st.sampled_from(["60", "75.5", "80", ""]),
        st.sampled_from(["", "2"]),
    ),
    max_size=6,
)


@given(
    sheets=SHEETS,
    how=st.sampled_from(METHODS),
    by=st.sampled_from(["sheet", "criterion"]),
    order=st.permutations(range(12)),
    names=st.permutations([f"R{i}" for i in range(6)]),
    at=st.sets(st.sampled_from(["weighted", "total"])),
)
def test_neither_the_order_of_rows_nor_anybodys_name_decides(
    sheets: list[tuple[str, str, str]],
    how: dict[str, Any],
    by: str,
    order: list[int],
    names: list[str],
    at: set[str],
) -> None:
    incomplete = "drop_sheet" if by == "sheet" else "use_marks"
    panel = Panel.model_validate(
        {
            "id": "experts",
            "kind": "panel",
            "who": "expert",
            "scale": {"low": 0, "high": 100, "digits": 1},
            "criteria": [
                {"id": "a", "title": "甲", "weight": "33.3"},
                {"id": "b", "title": "乙", "weight": "66.7"},
            ],
            "aggregate": {"by": by, "incomplete": incomplete, **how},
            **({"rounding": {"digits": 1, "mode": "half_up", "at": sorted(at)}} if at else {}),
        }
    )

    def rows(who: list[str]) -> list[MarkRow]:
        return [
            MarkRow("E1", r, c, text, weight)
            for r, (a, b, weight) in zip(who, sheets, strict=False)
            for c, text in (("a", a), ("b", b))
        ]

    straight, _ = judged(panel, rows([f"R{i}" for i in range(6)]))
    again = rows(names)
    mixed, _ = judged(panel, [again[i] for i in order if i < len(again)])
    assert (mixed.score, mixed.criteria, mixed.sheets, mixed.used) == (
        straight.score,
        straight.criteria,
        straight.sheets,
        straight.used,
    )
    assert sorted(t for _, t in mixed.totals) == sorted(t for _, t in straight.totals)


@given(
    sheets=st.lists(st.tuples(*[st.integers(0, 100)] * 2), min_size=1, max_size=7),
    how=st.sampled_from(METHODS),
)
def test_a_score_lies_between_the_lowest_and_the_highest_sheet(
    sheets: list[tuple[int, int]], how: dict[str, Any]
) -> None:
    panel = Panel.model_validate(
        {
            "id": "experts",
            "kind": "panel",
            "who": "expert",
            "scale": {"low": 0, "high": 100},
            "criteria": [{"id": "a", "title": "甲", "weight": 30}, {"id": "b", "title": "乙", "weight": 70}],
            "aggregate": {"by": "sheet", "incomplete": "drop_sheet", **how},
        }
    )
    rows = [
        MarkRow("E1", f"R{i}", c, str(m))
        for i, sheet in enumerate(sheets)
        for c, m in zip("ab", sheet, strict=True)
    ]
    totals = [Fraction(3 * a + 7 * b, 10) for a, b in sheets]
    score = judged(panel, rows)[0].score
    assert score is not None
    if how["method"] == "sum":
        assert score == sum(totals)
    else:
        assert min(totals) <= score <= max(totals)
