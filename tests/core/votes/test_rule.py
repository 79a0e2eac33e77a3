"""The rule of a vote as a blueprint declares it."""

from __future__ import annotations

from typing import Any

import pytest

from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.values.moment import Window, parse_instant
from guiguan.core.votes.rule import BallotRule, ballot_rule

VOTE: dict[str, Any] = {
    "id": "vote",
    "kind": "ballots",
    "window": ["2021-06-10", "2021-06-12"],
    "voter": ["wechat"],
    "choices": {"exactly": 3},
    "repeated": "refuse_ballot",
    "unknown": "refuse_ballot",
    "counts": "shown",
}


def rule(zone: str = "Asia/Shanghai", **keys: Any) -> BallotRule:
    blueprint = Blueprint.model_validate(
        {
            "blueprint": 1,
            "campaign": "small",
            "title": "小活动",
            "zone": zone,
            "organisers": {"host": ["某委员会"]},
            "categories": [{"id": "gov", "title": "政务类"}],
            "stages": [VOTE | keys],
        }
    )
    (stage,) = blueprint.stages
    assert isinstance(stage, Ballots)
    return ballot_rule(blueprint, stage, frozenset("ab"), frozenset("abx"))


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Warsaw"])
def test_the_window_is_that_of_the_campaigns_zone(zone: str) -> None:
    found = rule(zone)
    assert found.zone.key == zone
    assert found.window == Window(
        parse_instant("2021-06-10", found.zone), parse_instant("2021-06-13", found.zone)
    )


def test_a_rule_keeps_its_stage_and_its_entries() -> None:
    found = rule()
    assert (found.stage.id, found.votable, found.known) == ("vote", frozenset("ab"), frozenset("abx"))
    assert found.limits == ()


@pytest.mark.parametrize(
    ("choices", "low", "high"),
    [
        ({"exactly": 3}, 3, 3),
        ({"at_most": 5}, 1, 5),
        ({"at_most": 5, "at_least": 2}, 2, 5),
        ({"at_most": 5, "at_least": 0}, 0, 5),
    ],
)
def test_how_many_choices(choices: dict[str, int], low: int, high: int) -> None:
    found = rule(choices=choices)
    assert (found.low, found.high) == (low, high)


def test_an_address_is_needed_only_where_a_limit_counts_by_it() -> None:
    by_voter = {"per": ["voter"], "max": 1, "over": "refuse_ballot"}
    by_ip = {"per": ["day", "ip"], "max": 1, "over": "refuse_ballot"}
    assert [rule(limits=x).by_ip for x in ([], [by_voter], [by_voter, by_ip])] == [False, False, True]
