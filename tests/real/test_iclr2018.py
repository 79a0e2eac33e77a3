"""Reviews of 996 papers: the published mean is weighted by confidence; a plain mean gives other figures and other ranks.

The publisher rounded 6.625 to 6.62 and 6.125 to 6.12: half to even, and with half up exactly these two would differ.
"""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from guiguan.core.blueprint.stages import Panel
from guiguan.core.reviews.aggregate import aggregate
from guiguan.core.reviews.mark import MarkRow, read_marks


def papers(folder: Path) -> list[dict[str, str]]:
    with (folder / "ratings-iclr2018" / "iclr2018.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def scored(found: list[dict[str, str]], method: str, mode: str = "half_even") -> dict[str, Fraction | None]:
    panel = Panel.model_validate(
        {
            "id": "reviewers",
            "kind": "panel",
            "who": "expert",
            "scale": {"low": 1, "high": 10},
            "criteria": [{"id": "rating", "title": "rating"}],
            "aggregate": {"by": "sheet", "method": method, "incomplete": "drop_sheet"},
            "rounding": {"digits": 2, "mode": mode, "at": ["total"]},
        }
    )
    rows = [
        MarkRow(p["forum_id"], f"R{n}", "rating", mark, weight)
        for p in found
        for n, (mark, weight) in enumerate(
            zip(p["ratings"].split(";"), p["confidences"].split(";"), strict=True)
        )
        if mark
    ]
    known = frozenset(p["forum_id"] for p in found)
    marks, out = read_marks((panel,), rows, known, {"reviewers": known}, frozenset())
    assert out == ()
    scores, left = aggregate(panel, marks, sorted(known))
    assert left == ()
    return {e: s.score for e, s in scores.items()}


@pytest.mark.parametrize(
    ("method", "mode", "differ"),
    [("weighted_mean", "half_even", 0), ("weighted_mean", "half_up", 2), ("mean", "half_even", 637)],
)
def test_published_means(shared_data: Path, method: str, mode: str, differ: int) -> None:
    found = papers(shared_data)
    scores = scored(found, method, mode)
    published = {p["forum_id"]: Fraction(p["rating_mean"]) for p in found if p["ratings"]}
    assert (len(found), len(published)) == (996, 978)
    assert sum(scores[e] != mean for e, mean in published.items()) == differ
    assert [e for e, s in scores.items() if s is None] == sorted(
        p["forum_id"] for p in found if not p["ratings"]
    )


def test_ranks_follow_the_weighted_mean_only(shared_data: Path) -> None:
    """In order of the published rank the weighted means never rise; the plain ones do."""
    found = sorted((p for p in papers(shared_data) if p["ratings"]), key=lambda p: int(p["rank"]))
    for method, monotone in (("weighted_mean", True), ("mean", False)):
        scores = scored(found, method)
        means = [scores[p["forum_id"]] or Fraction(0) for p in found]
        assert (means == sorted(means, reverse=True)) == monotone
