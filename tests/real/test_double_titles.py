"""Titles of 17,926 funded projects: those that stand twice are found, and what is named is what is there."""

from __future__ import annotations

import csv
from collections import Counter
from fractions import Fraction
from pathlib import Path

from guiguan.core.entries.likeness.index import similar_pairs
from guiguan.core.entries.likeness.shingles import likeness, shingles
from guiguan.core.entries.likeness.text import normal


def test_every_double_title_is_found(shared_data: Path) -> None:
    with (shared_data / "cn-funded-projects" / "nsfc_management_1992_2018.csv").open(
        encoding="utf-8-sig"
    ) as file:
        titles = [normal(row["项目名称"]) for row in csv.DictReader(file)]
    found = similar_pairs(titles, Fraction(1, 2))
    named = {titles[a] for a, b, counted in found if titles[a] == titles[b]}
    doubles = {t for t, n in Counter(titles).items() if n > 1 and len(t) >= 5}
    assert len(doubles) > 10
    assert named == doubles
    for a, b, counted in found:
        assert counted == likeness(shingles(titles[a]), shingles(titles[b]))
        assert counted.jaccard >= Fraction(1, 2)
