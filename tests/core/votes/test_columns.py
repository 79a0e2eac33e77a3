"""The two forms of the ballot rule, over columns and ballot by ballot, give one judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiguan.core.values.moment import day_of, parse_instant
from guiguan.core.votes import columns
from guiguan.core.votes.columns import BallotColumns, judge_columns
from guiguan.core.votes.judge import Ballot, judge_ballot
from guiguan.core.votes.rule import BallotRule
from guiguan.core.votes.tally import tally

HOUR = 3_600_000
ACTIONS = st.sampled_from(["refuse_ballot", "drop_choice"])


@st.composite
def limits(draw: Any) -> dict[str, Any]:
    names = draw(st.sets(st.sampled_from(["voter", "entry", "day", "ip", "channel"]), min_size=1))
    if not names & {"voter", "ip"}:
        names |= {draw(st.sampled_from(["voter", "ip"]))}
    over = draw(ACTIONS) if "entry" in names else "refuse_ballot"
    return {"per": sorted(names), "max": draw(st.integers(1, 3)), "over": over}


@st.composite
def rules(draw: Any) -> dict[str, Any]:
    exactly = draw(st.none() | st.integers(1, 3))
    most = draw(st.integers(1, 4))
    choices = {"exactly": exactly} if exactly else {"at_most": most, "at_least": draw(st.integers(0, most))}
    found = draw(st.lists(limits(), max_size=3))
    repeated = ["refuse_ballot", "drop_choice"]
    if not any("entry" in one["per"] for one in found):
        repeated.append("count_each")  # the blueprint's check forbids it beside a limit by entry
    return {
        "choices": choices,
        "repeated": draw(st.sampled_from(repeated)),
        "unknown": draw(ACTIONS),
        "limits": found,
    }


@st.composite
def ballot_lists(draw: Any) -> list[Ballot]:
    """A few voters, days, addresses and entries, so that limits are met all the time; the window is of three days."""
    choice = st.sampled_from(["a", "b", "c", "d", "x", "?", "??"])
    one = st.builds(
        Ballot,
        # From the day before the window to the day after, by half days: edges are hit exactly.
        time=st.integers(-2, 7).map(lambda n: 1_623_254_400_000 + n * 12 * HOUR),
        day=st.just(None),
        voter=st.none() | st.integers(0, 2),
        choices=st.lists(choice, max_size=4).map(tuple),
        ip=st.none() | st.integers(0, 1),
        channel=st.sampled_from([-1, 0, 1]),
    )
    return sorted(draw(st.lists(one, max_size=14)), key=lambda b: b.time)


def one_by_one(rule: BallotRule, ballots: list[Ballot], void: set[int], twice: set[int]) -> tuple[Any, Any]:
    """What counts of each ballot and every refusal, judged by the other form in the order given."""
    used: dict[tuple[Any, ...], int] = {}
    counted: dict[int, tuple[str, ...]] = {}
    refused: list[tuple[int, str, int | None]] = []
    for i, b in enumerate(ballots):
        if i in void | twice:
            refused.append((i, "votes.void" if i in void else "votes.duplicate-id", None))
            continue
        day = day_of(b.time, rule.zone)
        judged = judge_ballot(rule, Ballot(b.time, day, b.voter, b.choices, b.ip, b.channel), used)
        if judged.counted:
            counted[i] = judged.counted
        refused += [(i, name, at) for name, at in judged.refused]
    return counted, sorted(refused, key=lambda r: (r[0], -1 if r[2] is None else r[2], r[1]))


def in_columns(rule: BallotRule, given: BallotColumns) -> tuple[Any, Any]:
    judged = judge_columns(rule, given)
    counted = {i: given.names(i) for i in np.flatnonzero(judged.plain).tolist()} | judged.partly
    assert not set(np.flatnonzero(judged.plain).tolist()) & set(judged.partly)
    return counted, judged.refused


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    said=rules(), ballots=ballot_lists(), outs=st.sets(st.integers(0, 13), max_size=3), cut=st.integers(0, 3)
)
def test_columns_judge_as_one_by_one(
    make_rule: Callable[..., BallotRule],
    as_columns: Callable[..., BallotColumns],
    said: dict[str, Any],
    ballots: list[Ballot],
    outs: set[int],
    cut: int,
) -> None:
    rule = make_rule(**said)
    out = sorted(i for i in outs if i < len(ballots))
    void, twice = set(out[:cut]), set(out[cut:])
    made = as_columns(ballots, rule.zone, void=frozenset(void), twice=frozenset(twice))
    counted, refused = one_by_one(rule, ballots, void, twice)
    assert in_columns(rule, made) == (counted, refused)
    _tally_agrees(rule, made, ballots, counted, refused)


def _tally_agrees(
    rule: BallotRule,
    made: BallotColumns,
    ballots: list[Ballot],
    counted: dict[int, tuple[str, ...]],
    refused: list[tuple[int, str, int | None]],
) -> None:
    """The tally is the sum of what counts; every choice given is counted or refused, and none is both."""
    found = tally(rule, made)
    votes = Counter(c for choices in counted.values() for c in choices)
    assert found.votes == {e: votes[e] for e in sorted(rule.votable)}
    assert sum(found.by_day.values()) == sum(found.by_channel.values()) == sum(found.votes.values())
    assert (found.ballots, found.refused_ballots) == (len(counted), len(ballots) - len(counted))
    whole = {i for i, _, at in refused if at is None}
    assert not whole & set(counted)
    for i, ballot in enumerate(ballots):
        out = [at for n, _, at in refused if n == i and at is not None]
        assert len(out) == len(set(out))
        left = [c for at, c in enumerate(ballot.choices) if at not in out]
        assert list(counted.get(i, ())) == ([] if i in whole else left)


@settings(max_examples=300, deadline=None)
@given(said=rules(), ballots=ballot_lists())
def test_the_size_of_a_chunk_changes_nothing(
    make_rule: Callable[..., BallotRule],
    as_columns: Callable[..., BallotColumns],
    said: dict[str, Any],
    ballots: list[Ballot],
) -> None:
    rule = make_rule(**said)
    made = as_columns(ballots, rule.zone)
    whole = in_columns(rule, made), tally(rule, made).votes
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "CHUNK", 2)
        assert (in_columns(rule, made), tally(rule, made).votes) == whole


@settings(max_examples=400, deadline=None)
@given(
    ballots=ballot_lists(),
    more=st.sets(st.sampled_from("abcd"), min_size=1, max_size=2),
    hour=st.integers(0, 71),
)
def test_one_more_valid_ballot_never_lowers_a_count(
    make_rule: Callable[..., BallotRule],
    as_columns: Callable[..., BallotColumns],
    ballots: list[Ballot],
    more: set[str],
    hour: int,
) -> None:
    rule = make_rule(
        choices={"at_most": 4},
        unknown="drop_choice",
        repeated="drop_choice",
        limits=[
            {"per": ["voter", "entry", "day"], "max": 1, "over": "drop_choice"},
            {"per": ["voter", "day"], "max": 2, "over": "refuse_ballot"},
        ],
    )
    before = tally(rule, as_columns(ballots, rule.zone)).votes
    newcomer = Ballot(rule.window.start + hour * HOUR + 1, None, 9, tuple(sorted(more)), 0, 0)
    after = tally(rule, as_columns(sorted([*ballots, newcomer], key=lambda b: b.time), rule.zone)).votes
    assert after == {e: n + (e in more) for e, n in before.items()}


def test_no_ballots_at_all(
    make_rule: Callable[..., BallotRule], as_columns: Callable[..., BallotColumns]
) -> None:
    rule = make_rule(limits=[{"per": ["voter", "day"], "max": 1, "over": "refuse_ballot"}])
    found = tally(rule, as_columns([], rule.zone))
    assert found.votes == {"a": 0, "b": 0, "c": 0, "d": 0}
    assert (found.by_day, found.by_channel, found.ballots, found.refused_ballots) == ({}, {}, 0, 0)


def test_many_voters_and_addresses_share_no_code(
    make_rule: Callable[..., BallotRule], as_columns: Callable[..., BallotColumns]
) -> None:
    """Codes far apart take the path without counting tables; nobody's limit is another's."""
    rule = make_rule(limits=[{"per": ["voter", "ip", "day", "channel"], "max": 1, "over": "refuse_ballot"}])
    at = parse_instant("2021-06-10 12:00", rule.zone)
    voters = [0, 900_000, 900_000, 0, 2**31 - 2]
    ballots = [Ballot(at + k, None, v, ("a",), v, 0) for k, v in enumerate(voters)]
    counted, refused = in_columns(rule, as_columns(ballots, rule.zone))
    assert sorted(counted) == [0, 1, 4]
    assert refused == [(2, "votes.over-limit", None), (3, "votes.over-limit", None)]
