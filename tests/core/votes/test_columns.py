"""The two forms of the ballot rule, over columns and ballot by ballot, give one judgement."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiguan.core.values.moment import day_of
from guiguan.core.votes import columns
from guiguan.core.votes.columns import BallotColumns
from guiguan.core.votes.judge import Ballot, judge_ballot
from guiguan.core.votes.rule import BallotRule
from guiguan.core.votes.tally import tally

HOUR = 3_600_000
InColumns = Callable[[BallotRule, BallotColumns], tuple[Any, Any]]
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
    used: dict[Hashable, int] = {}
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


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    said=rules(), ballots=ballot_lists(), outs=st.sets(st.integers(0, 13), max_size=3), cut=st.integers(0, 3)
)
def test_columns_judge_as_one_by_one(
    make_rule: Callable[..., BallotRule],
    as_columns: Callable[..., BallotColumns],
    in_columns: InColumns,
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


REFUSE, DROP = "refuse_ballot", "drop_choice"
CROWD: dict[str, dict[str, Any]] = {
    "every limit": {
        "choices": {"at_most": 3},
        "repeated": DROP,
        "unknown": DROP,
        "limits": [
            {"per": ["voter", "entry", "day"], "max": 1, "over": DROP},
            {"per": ["ip", "entry"], "max": 12, "over": DROP},
            {"per": ["channel", "voter"], "max": 10, "over": REFUSE},
            {"per": ["day", "ip"], "max": 15, "over": REFUSE},
        ],
    },
    "limits by entry": {
        "choices": {"at_most": 4, "at_least": 0},
        "repeated": REFUSE,
        "unknown": REFUSE,
        "limits": [
            {"per": ["entry", "voter"], "max": 6, "over": DROP},
            {"per": ["voter", "entry", "day", "channel"], "max": 1, "over": REFUSE},
        ],
    },
    "one limit": {
        "choices": {"at_most": 4, "at_least": 2},
        "repeated": "count_each",
        "unknown": DROP,
        "limits": [{"per": ["voter", "day"], "max": 4, "over": REFUSE}],
    },
    "none": {"choices": {"exactly": 2}, "repeated": REFUSE, "unknown": REFUSE, "limits": []},
}


def crowd(rule: BallotRule) -> list[Ballot]:
    """400 ballots, always the same, of every kind: each limit is met by some and by others not."""
    chance = random.Random(20210610)
    texts = [*"abcd", *"abcd", *"abcd", *"abcd", "x", "?", "??"]
    times = sorted(chance.randrange(-6, 78) * HOUR for _ in range(400))
    return [
        Ballot(
            rule.window.start + at,
            None,
            chance.choice([None, *range(8), *range(8), *range(8)]),
            tuple(chance.sample(texts, chance.choice([0, 1, 2, 2, 2, 2, 3, 4]))),
            chance.choice([None, *range(6), *range(6), *range(6)]),
            chance.choice([-1, 0, 1]),
        )
        for at in times
    ]


@pytest.mark.parametrize("all_votable", [False, True])
@pytest.mark.parametrize("said", CROWD.values(), ids=CROWD.keys())
def test_a_crowd_is_judged_as_one_by_one(
    make_rule: Callable[..., BallotRule],
    as_columns: Callable[..., BallotColumns],
    in_columns: InColumns,
    said: dict[str, Any],
    all_votable: bool,
) -> None:
    rule = make_rule(**said)
    rule = replace(rule, votable=rule.known) if all_votable else rule
    ballots = crowd(rule)
    void, twice = {3, 50, 399}, {4, 50, 120}
    made = as_columns(ballots, rule.zone, void=frozenset(void), twice=frozenset(twice))
    counted, refused = one_by_one(rule, ballots, void - twice, twice)
    assert in_columns(rule, made) == (counted, refused)
    _tally_agrees(rule, made, ballots, counted, refused)
    told = {name for _, name, _ in refused}
    assert len(counted) >= 70
    assert {"votes.early", "votes.late", "votes.void", "votes.duplicate-id", "votes.unknown-choice"} < told
    assert ("votes.over-limit" in told) == bool(said["limits"])


@settings(max_examples=300, deadline=None)
@given(said=rules(), ballots=ballot_lists())
def test_the_size_of_a_chunk_changes_nothing(
    make_rule: Callable[..., BallotRule],
    as_columns: Callable[..., BallotColumns],
    in_columns: InColumns,
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
