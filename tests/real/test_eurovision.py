"""Four song contests: expert juries and the public in equal parts; the winner led with neither in 2016."""

from __future__ import annotations

import csv
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest

from guiguan.core.blueprint.counting import Ranking
from guiguan.core.entries.entry import Entry
from guiguan.core.ranking.composite import Ranked, rank

RANKING = Ranking.model_validate(
    {
        "id": "final",
        "of": "songs",
        "parts": [
            {"from": "jury", "weight": 50, "mapping": "none"},
            {"from": "public", "weight": 50, "mapping": "none"},
        ],
        "rounding": {"digits": 1, "mode": "half_up", "at": ["composite"]},
        # The contest's own rule: of equal totals the one with more points of the public is before the other.
        "ties": ["public"],
        "last": "shared",
    }
)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def contest(folder: Path, year: str) -> tuple[tuple[Ranked, ...], dict[str, tuple[int, int, int]]]:
    """The ranking of the finalists from the points that countries gave, and what was published of each."""
    values: dict[str, dict[str, Fraction]] = {"jury": defaultdict(Fraction), "public": defaultdict(Fraction)}
    for row in table(folder / "votes.csv"):
        if (row["year"], row["round"]) == (year, "final"):
            values["jury"][row["to_country"]] += int(row["jury_points"] or 0)
            values["public"][row["to_country"]] += int(row["televoting_points"] or 0)
    published = {
        c["country"]: (
            int(c["final_jury_points"]),
            int(c["final_televoting_points"]),
            int(c["final_total_points"]),
        )
        for c in table(folder / "contestants.csv")
        if c["year"] == year and c["final_total_points"] != "NA"
    }
    songs = [Entry(c, c, c, c) for c in sorted(published)]
    return rank(RANKING, songs, values, None), published


@pytest.mark.parametrize(
    ("year", "winner", "jury_first", "public_first", "songs"),
    [
        ("2016", ("UA", 534), "AU", "RU", 26),
        ("2017", ("PT", 758), "PT", "PT", 26),
        ("2018", ("IL", 529), "AT", "IL", 26),
        ("2019", ("NL", 498), "MK", "NO", 26),
    ],
)
def test_composites_and_winners(
    shared_data: Path, year: str, winner: tuple[str, int], jury_first: str, public_first: str, songs: int
) -> None:
    ranked, published = contest(shared_data / "eurovision", year)
    parts = {r.entry: tuple(int(p.raw) for p in r.parts) for r in ranked}
    assert len(ranked) == songs
    assert {r.entry: (*parts[r.entry], 2 * (r.composite or 0)) for r in ranked} == published
    assert (ranked[0].entry, published[ranked[0].entry][2], ranked[0].rank) == (*winner, 1)
    assert max(parts, key=lambda c: parts[c][0]) == jury_first
    assert max(parts, key=lambda c: parts[c][1]) == public_first
    totals = [published[r.entry][2] for r in ranked]
    assert totals == sorted(totals, reverse=True)
