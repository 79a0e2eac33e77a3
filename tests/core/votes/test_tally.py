"""Votes by entry, by day and by channel, exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from guiguan.core.values.moment import parse_instant
from guiguan.core.votes import columns
from guiguan.core.votes.columns import BallotColumns
from guiguan.core.votes.judge import Ballot
from guiguan.core.votes.rule import BallotRule
from guiguan.core.votes.tally import tally

NO_CHANNEL, WEB, APP = -1, 0, 1


@pytest.fixture(scope="module")
def rule(make_rule: Callable[..., BallotRule]) -> BallotRule:
    return make_rule(
        choices={"at_most": 3},
        unknown="drop_choice",
        limits=[{"per": ["voter", "day"], "max": 1, "over": "refuse_ballot"}],
    )


@pytest.fixture(scope="module")
def ballots(rule: BallotRule, as_columns: Callable[..., BallotColumns]) -> BallotColumns:
    """Whole, partly and not counted ballots, over two days and two channels."""

    def at(text: str) -> int:
        return parse_instant(text, rule.zone)

    return as_columns(
        [
            Ballot(at("2021-06-09 23:00"), None, 0, ("a",), 0, WEB),  # early
            Ballot(at("2021-06-10 08:00"), None, 0, ("d", "b"), 0, WEB),
            Ballot(at("2021-06-10 09:00"), None, 1, ("b", "x", "nobody"), 0, APP),  # only b counts
            Ballot(at("2021-06-10 10:00"), None, 1, ("a",), 0, APP),  # over the limit
            Ballot(at("2021-06-10 11:00"), None, 2, ("b",), 0, NO_CHANNEL),
            Ballot(at("2021-06-12 08:00"), None, 1, ("x", "c", "b"), 0, APP),  # without x
            Ballot(at("2021-06-12 09:00"), None, 2, ("a", "b", "c"), 0, WEB),
        ],
        rule.zone,
    )


@pytest.mark.parametrize("chunk", [2, columns.CHUNK])
def test_every_vote_stands_once_under_its_day_and_its_channel(
    rule: BallotRule, ballots: BallotColumns, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    """However the ballots are cut into chunks, one of which has nothing that counts whole."""
    monkeypatch.setattr(columns, "CHUNK", chunk)
    found = tally(rule, ballots)
    assert found.stage == "vote"
    assert list(found.votes.items()) == [("a", 1), ("b", 5), ("c", 2), ("d", 1)]
    assert list(found.by_day.items()) == [
        (("a", "2021-06-12"), 1),
        (("b", "2021-06-10"), 3),
        (("b", "2021-06-12"), 2),
        (("c", "2021-06-12"), 2),
        (("d", "2021-06-10"), 1),
    ]
    assert list(found.by_channel.items()) == [
        (("a", "web"), 1),
        (("b", ""), 1),
        (("b", "app"), 2),
        (("b", "web"), 2),
        (("c", "app"), 1),
        (("c", "web"), 1),
        (("d", "web"), 1),
    ]
    assert (found.ballots, found.refused_ballots) == (5, 2)
    assert found.judged.partly == {2: ("b",), 5: ("c", "b")}
    assert found.judged.plain.tolist() == [False, True, False, False, True, False, True]


def test_without_channels_every_vote_stands_under_none(rule: BallotRule, ballots: BallotColumns) -> None:
    """Neither a missing column nor a column of a vote that declares no channels parts the votes."""
    one = {("a", ""): 1, ("b", ""): 5, ("c", ""): 2, ("d", ""): 1}
    bare = replace(ballots, channel=None)
    assert tally(rule, bare).by_channel == one
    assert tally(rule, replace(bare, channels=())).by_channel == one
    assert tally(rule, replace(ballots, channels=())).by_channel == one


def test_an_entry_that_no_ballot_could_name_has_no_votes_but_is_there(
    rule: BallotRule, ballots: BallotColumns
) -> None:
    found = tally(replace(rule, votable=rule.votable | {"0"}), ballots)
    assert list(found.votes.items()) == [("0", 0), ("a", 1), ("b", 5), ("c", 2), ("d", 1)]
