"""Protocols of 17 skating events: weighted criteria, trimmed means, a zero that is no mark, and where to round.

A skating factor is no percentage: factors of one programme do not sum to 100 and may be above 1. The blueprint's check
rightly refuses both, so the panel is made from the model, and its weights are put in past the model's range.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from guiguan.core.blueprint.stages import Panel
from guiguan.core.reviews.aggregate import aggregate
from guiguan.core.reviews.mark import Mark, MarkRow, read_marks

CRITERIA = {
    "Skating Skills": "skills",
    "Transitions": "transitions",
    "Performance": "performance",
    "Composition": "composition",
    "Interpretation of the Music": "music",
}


def criterion(text: str) -> str:
    """`Interpretation of the Music / Timing` of ice dance is the same fifth criterion."""
    return CRITERIA[text.partition("/")[0].strip()]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def protocols(folder: Path) -> tuple[dict[str, list[MarkRow]], dict[tuple[str, str], str], dict[str, str]]:
    """Mark rows by factor, published panel scores by (performance, criterion), published totals by performance."""
    aspects = {
        a["aspect_id"]: a for a in table(folder / "judged-aspects.csv") if a["section"] == "components"
    }
    rows: dict[str, list[MarkRow]] = defaultdict(list)
    for mark in table(folder / "judge-scores.csv"):
        a = aspects.get(mark["aspect_id"])
        if a is not None:
            name = criterion(a["aspect_desc"])
            rows[a["factor"]].append(MarkRow(a["performance_id"], mark["judge"], name, mark["score"]))
    published = {
        (a["performance_id"], criterion(a["aspect_desc"])): a["scores_of_panel"] for a in aspects.values()
    }
    totals = {p["performance_id"]: p["total_component_score"] for p in table(folder / "performances.csv")}
    return rows, published, totals


def panel(factor: str, missing: tuple[str, ...], at: tuple[str, ...]) -> Panel:
    said: dict[str, Any] = {
        "id": "judges",
        "kind": "panel",
        "who": "expert",
        "scale": {"low": "0", "high": "10", "digits": 2, "missing": missing},
        "criteria": [{"id": c, "title": t, "weight": "20"} for t, c in CRITERIA.items()],
        "aggregate": {
            "by": "criterion",
            "method": "trimmed_mean",
            "trim": {"high": 1, "low": 1, "needs": 3, "otherwise": "mean"},
            "incomplete": "use_marks",
        },
        "rounding": {"digits": 2, "mode": "half_up", "at": at},
    }
    made = Panel.model_validate(said)
    weighted = tuple(c.model_copy(update={"weight": Decimal(factor) * 100}) for c in made.criteria)
    return made.model_copy(update={"criteria": weighted})


@cache
def marks_of(folder: Path, missing: tuple[str, ...]) -> dict[str, tuple[Mark, ...]]:
    """The marks that stand, by factor; none is refused."""
    found: dict[str, tuple[Mark, ...]] = {}
    for factor, rows in protocols(folder)[0].items():
        known = frozenset(r.entry for r in rows)
        judges = panel(factor, missing, ("criterion",))
        marks, out = read_marks((judges,), rows, known, {"judges": known}, frozenset())
        assert (len(marks), out) == (len(rows), ())
        found[factor] = marks
    return found


def judged(
    folder: Path, missing: tuple[str, ...], at: tuple[str, ...]
) -> dict[str, tuple[Fraction | None, dict[str, Fraction]]]:
    """Score and criteria of every performance."""
    found: dict[str, tuple[Fraction | None, dict[str, Fraction]]] = {}
    for factor, marks in marks_of(folder, missing).items():
        scores, left = aggregate(panel(factor, missing, at), marks, sorted({m.entry for m in marks}))
        assert left == ()
        found |= {e: (s.score, dict(s.criteria)) for e, s in scores.items()}
    return found


@pytest.mark.parametrize(("missing", "broken"), [(("0",), 0), ((), 40)])
def test_a_zero_here_is_no_mark(shared_data: Path, missing: tuple[str, ...], broken: int) -> None:
    """8,630 panel means agree where `missing` names 0; taken as a score it breaks exactly the 40 aspects that have one."""
    folder = shared_data / "figure-skating"
    found = judged(folder, missing, ("criterion", "weighted"))
    published = protocols(folder)[1]
    differ = [key for key, text in published.items() if found[key[0]][1][key[1]] != Fraction(text)]
    assert (len(published), len(differ)) == (8_630, broken)
    with_zero = {
        (r.entry, r.criterion) for rows in protocols(folder)[0].values() for r in rows if r.score == "0.0"
    }
    assert set(differ) == (set() if missing else with_zero)


@pytest.mark.parametrize(
    ("at", "agree"), [(("criterion", "weighted"), 1_726), (("criterion", "total"), 1_203)]
)
def test_each_weighted_component_is_rounded_before_adding(
    shared_data: Path, at: tuple[str, ...], agree: int
) -> None:
    """All 1,726 totals agree; where only the sum is rounded 523 differ."""
    folder = shared_data / "figure-skating"
    found = judged(folder, ("0",), at)
    totals = protocols(folder)[2]
    assert len(found) == len(totals) == 1_726
    assert sum(found[p][0] == Fraction(text) for p, text in totals.items()) == agree
