"""Figures as they are published, and which parts a table shows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from guiguan.core.blueprint.counting import Ranking
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.ranking.published import components, published


def ranking(name: str, parts: list[str], digits: int = 2, mode: str = "half_up") -> dict[str, Any]:
    return {
        "id": name,
        "of": "declare",
        "parts": [{"from": p, "weight": "50", "mapping": "none"} for p in parts],
        "rounding": {"digits": digits, "mode": mode, "at": ["composite"]},
        "last": "shared",
    }


@pytest.mark.parametrize(
    ("value", "digits", "mode", "wanted"),
    [
        (Fraction("80.25"), 1, "half_up", "80.3"),
        (Fraction("80.25"), 1, "half_even", "80.2"),
        (Fraction("80.29"), 1, "floor", "80.2"),
        (Fraction(80), 3, "half_up", "80.000"),
        (Fraction(161, 2), 0, "half_up", "81"),
    ],
)
def test_rounded_as_the_ranking_declares(value: Fraction, digits: int, mode: str, wanted: str) -> None:
    declared = Ranking.model_validate(ranking("final", ["experts"], digits, mode))
    assert published(value, declared) == wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (Fraction(1, 3), "0.33"),
        (Fraction("0.005"), "0.01"),
        (Fraction(7), "7.00"),
        (Fraction(-1, 8), "-0.13"),
    ],
)
def test_two_digits_half_up_where_nothing_is_ranked(value: Fraction, wanted: str) -> None:
    assert published(value, None) == wanted


def blueprint(rankings: list[dict[str, Any]]) -> Blueprint:
    panel: dict[str, Any] = {
        "kind": "panel",
        "who": "expert",
        "scale": {"low": 0, "high": 100},
        "criteria": [{"id": "use", "title": "实用", "weight": 100}],
        "aggregate": {"by": "sheet", "method": "mean", "incomplete": "drop_sheet"},
    }
    return Blueprint.model_validate(
        {
            "blueprint": 1,
            "campaign": "small",
            "title": "小活动",
            "organisers": {"host": ["某委员会"]},
            "categories": [{"id": "gov", "title": "政务类"}],
            "stages": [
                {"id": "declare", "kind": "declaration"},
                {"id": "experts", **panel},
                {
                    "id": "vote",
                    "kind": "ballots",
                    "window": ["2021-06-10", "2021-06-12"],
                    "voter": ["wechat"],
                    "choices": {"exactly": 1},
                    "repeated": "refuse_ballot",
                    "unknown": "refuse_ballot",
                    "counts": "shown",
                },
                {"id": "media", **panel},
            ],
            "rankings": rankings,
        }
    )


def test_the_parts_of_all_rankings_each_once() -> None:
    found = [ranking("final", ["media", "vote"]), ranking("other", ["vote", "experts"])]
    assert components(blueprint(found)) == ("media", "vote", "experts")


def test_every_vote_and_panel_where_nothing_is_ranked() -> None:
    assert components(blueprint([])) == ("vote", "experts", "media")
