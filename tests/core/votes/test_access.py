"""What a voter meets: the phase of the vote, and the cases that a limit has closed."""

from __future__ import annotations

from typing import Any

import pytest

from guiguan.core.votes.access import may_fill, phase_of, spent
from guiguan.core.votes.judge import Ballot

DAILY = [{"per": ["voter", "entry", "day"], "max": 1, "over": "refuse_ballot"}]


@pytest.mark.parametrize(
    ("state", "offset", "phase"),
    [
        ("draft", -1, "before"),
        ("draft", 0, "before"),
        ("open", -1, "before"),
        ("open", 0, "open"),
        ("paused", 0, "paused"),
        ("closed", 0, "ended"),
        ("closed", -1, "ended"),
    ],
)
def test_phase_at_the_beginning(make_rule: Any, state: str, offset: int, phase: str) -> None:
    window = make_rule().window
    assert phase_of(state, window, window.start + offset) == phase


@pytest.mark.parametrize("state", ["draft", "open", "paused", "closed"])
def test_every_vote_has_ended_at_the_first_moment_after_its_window(make_rule: Any, state: str) -> None:
    window = make_rule().window
    assert phase_of(state, window, window.end) == "ended"
    if state == "open":
        assert phase_of(state, window, window.end - 1) == "open"


def test_a_case_voted_for_today_is_closed_until_tomorrow(make_rule: Any) -> None:
    rule = make_rule(limits=DAILY, choices={"exactly": 2})
    at = rule.window.start
    before = [Ballot(at, "d1", "me", ("a", "b"))]
    assert spent(rule, before, Ballot(at, "d1", "me", ())) == {"a", "b"}
    assert spent(rule, before, Ballot(at, "d2", "me", ())) == frozenset()
    assert spent(rule, before, Ballot(at, "d1", "you", ())) == frozenset()


def test_a_ballot_that_did_not_count_closes_nothing(make_rule: Any) -> None:
    rule = make_rule(limits=DAILY, choices={"exactly": 2})
    at = rule.window.start
    before = [Ballot(at, "d1", "me", ("a",)), Ballot(rule.window.end, "d1", "me", ("a", "b"))]
    assert spent(rule, before, Ballot(at, "d1", "me", ())) == frozenset()


def test_one_vote_an_address_closes_everything_to_the_address(make_rule: Any) -> None:
    rule = make_rule(limits=[{"per": ["ip", "day"], "max": 1, "over": "refuse_ballot"}], voter=["ip"])
    at = rule.window.start
    before = [Ballot(at, "d1", "me", ("a",), "net")]
    closed = spent(rule, before, Ballot(at, "d1", "you", (), "net"))
    assert closed == rule.votable
    assert not may_fill(rule, closed)
    assert may_fill(rule, spent(rule, before, Ballot(at, "d1", "you", (), "other")))


def test_a_ballot_needs_as_many_open_cases_as_it_names(make_rule: Any) -> None:
    rule = make_rule(choices={"exactly": 3})
    assert may_fill(rule, frozenset("a"))
    assert not may_fill(rule, frozenset("ab"))
