"""A ballot that is recognised as plain is one that core's judgement leaves whole, whatever the rule; others are judged in full."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.blueprint.stages import Ballots
from guiguan.core.values.moment import Instant, Window
from guiguan.core.votes.judge import Ballot, judge_ballot
from guiguan.core.votes.plain import is_plain, plain_rule
from guiguan.core.votes.rule import BallotRule

NAMES = ["a", "b", "c", "d", "e", "x", "?"]
limit = st.fixed_dictionaries(
    {
        "per": st.sampled_from(
            [
                ["voter"],
                ["voter", "day"],
                ["voter", "entry"],
                ["voter", "entry", "day"],
                ["ip"],
                ["ip", "day"],
            ]
        ),
        "max": st.integers(1, 3),
        "over": st.just("refuse_ballot"),
    }
)
rules = st.fixed_dictionaries(
    {
        "choices": st.sampled_from(
            [
                {"exactly": 1},
                {"exactly": 3},
                {"at_most": 2},
                {"at_most": 4, "at_least": 0},
                {"at_most": 3, "at_least": 2},
            ]
        ),
        "repeated": st.sampled_from(["refuse_ballot", "drop_choice", "count_each"]),
        "unknown": st.sampled_from(["refuse_ballot", "drop_choice"]),
        "limits": st.lists(limit, max_size=3),
    }
)


def rule_of(stage: dict[str, Any]) -> BallotRule:
    made = Ballots.model_validate(
        {"id": "vote", "kind": "ballots", "voter": ["account"], "counts": "shown"} | stage
    )
    window = Window(Instant(100), Instant(200))
    return BallotRule(made, ZoneInfo("UTC"), window, frozenset("abcde"), frozenset("abcdex"))


@given(
    rules,
    st.sampled_from([99, 100, 150, 199, 200]),
    st.lists(st.sampled_from(NAMES), max_size=5),
    st.booleans(),
)
def test_a_plain_first_ballot_counts_whole(
    stage: dict[str, Any], time: int, choices: list[str], has_ip: bool
) -> None:
    rule = rule_of(stage)
    judged = judge_ballot(
        rule, Ballot(time, "d", "v", tuple(choices), ip="i" if has_ip else None, channel=""), {}
    )
    if is_plain(plain_rule(rule), time, choices, has_ip):
        assert (judged.counted, judged.refused) == (tuple(choices), ())
    else:
        whole = judged.counted == tuple(choices) and choices and not judged.refused
        assert not whole or len(set(choices)) < len(choices)  # a repetition that counts each time


def test_the_usual_ballot_is_plain_and_one_off_is_not() -> None:
    rule = plain_rule(
        rule_of({"choices": {"exactly": 3}, "repeated": "refuse_ballot", "unknown": "refuse_ballot"})
    )
    assert is_plain(rule, 100, ("a", "b", "c"), False)
    assert not is_plain(rule, 99, ("a", "b", "c"), False)
    assert not is_plain(rule, 200, ("a", "b", "c"), False)
    assert not is_plain(rule, 100, ("a", "b"), False)
    assert not is_plain(rule, 100, ("a", "b", "b"), False)
    assert not is_plain(rule, 100, ("a", "b", "x"), False)
