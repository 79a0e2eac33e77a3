"""The audit's recount and core's tally give the same votes, whatever is cast."""

from __future__ import annotations

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.blueprint.stages import Ballots
from guiguan.core.values.moment import Instant, Window
from guiguan.core.votes.logged import LoggedBallots
from guiguan.core.votes.packed import NONE, PackedBallots, can_pack, crowding, recount
from guiguan.core.votes.rule import BallotRule
from guiguan.core.votes.tally import cells

START, DAY = 1_623_254_400_000, 86_400_000
CASES = tuple(f"c{i}" for i in range(6))


def rule_of(limits: list[dict[str, Any]], choices: dict[str, int], **stage: Any) -> BallotRule:
    about = {"id": "vote", "kind": "ballots", "window": ["2021-06-10", "2021-06-11"], "voter": ["account"]}
    about |= {"choices": choices, "repeated": "refuse_ballot", "unknown": "refuse_ballot", "limits": limits}
    return BallotRule(
        Ballots.model_validate(about | {"counts": "shown"} | stage),
        ZoneInfo("Asia/Shanghai"),
        Window(Instant(START), Instant(START + 2 * DAY)),
        frozenset(CASES[:5]),
        frozenset(CASES),
    )


LIMITS = {
    "each case once a day": [{"per": ["voter", "entry", "day"], "max": 1, "over": "refuse_ballot"}],
    "each case once": [{"per": ["voter", "entry"], "max": 1, "over": "refuse_ballot"}],
    "each case twice": [{"per": ["voter", "entry"], "max": 2, "over": "refuse_ballot"}],
    "two ballots a day, a case once": [
        {"per": ["voter", "day"], "max": 2, "over": "refuse_ballot"},
        {"per": ["voter", "entry"], "max": 1, "over": "refuse_ballot"},
    ],
    "one ballot a channel": [{"per": ["voter", "channel"], "max": 1, "over": "refuse_ballot"}],
    "none": [],
}
BALLOT = st.tuples(
    st.integers(-1, 2 * DAY // 3_600_000),  # the hour
    st.integers(0, 4),
    st.lists(st.integers(0, 6), max_size=4),
    st.sampled_from(["", "hall"]),
)


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS.keys())
@given(cast=st.lists(BALLOT, max_size=40), rest=st.booleans(), meeting=st.sampled_from([1, 2]))
def test_the_votes_are_those_of_the_tally(
    limits: list[dict[str, Any]], cast: list[Any], rest: bool, meeting: int
) -> None:
    """Also where the first halves of two voters' names are the same (`meeting` 2)."""
    rule = rule_of(limits, {"at_most": 3})
    names = (*CASES, "stranger")
    logged, others = LoggedBallots(CASES), LoggedBallots(CASES)
    days = ("2021-06-09", "2021-06-10", "2021-06-11", "2021-06-12")
    about = []
    for i, (hour, voter, choices, channel) in enumerate(cast):
        time = START + hour * 3_600_000
        day = (time - START) // DAY + 1
        about.append((i, time, days[day], f"voter {voter}", [names[c] for c in choices], channel))
        logged.add(*about[-1][:5], channel=channel)
    packed = PackedBallots(
        time=np.array([a[1] for a in about], np.int64),
        day=np.array([days.index(a[2]) for a in about], np.uint16),
        voter=np.array([hash_of(c[1] // meeting) for c in cast], np.uint64),
        rest=np.array([hash_of(c[1]) for c in cast], np.uint64) if rest else None,
        choice=np.array([[*c[2], *[NONE] * (4 - len(c[2]))] for c in cast], np.uint16).reshape(-1, 4).T,
    )
    counted = recount(rule, packed, len(days), np.isin(CASES, sorted(rule.votable)))
    for row in counted.others.tolist():
        index, time, day, voter, choices, channel = about[row]
        others.add(index, time, day, voter, choices, channel=channel)
    total = {(days[d], CASES[e]): int(n) for (d, e), n in np.ndenumerate(counted.votes) if n}
    for (day, entry, _), n in cells(rule, others.columns()).items():
        total[day, entry] = total.get((day, entry), 0) + n
    expected: dict[tuple[str, str], int] = {}
    for (day, entry, _), n in cells(rule, logged.columns()).items():
        expected[day, entry] = expected.get((day, entry), 0) + n
    assert total == expected


def hash_of(voter: int) -> int:
    return (voter + 1) * 0x9E3779B97F4A7C15 % 2**64


def test_rules_that_count_single_choices_are_not_packed() -> None:
    once = {"per": ["voter", "entry"], "max": 1}
    assert can_pack(rule_of([once | {"over": "refuse_ballot"}], {"exactly": 2}))
    assert not can_pack(rule_of([once | {"over": "drop_choice"}], {"exactly": 2}))
    assert not can_pack(rule_of([{"per": ["ip", "day"], "max": 1, "over": "refuse_ballot"}], {"exactly": 2}))
    assert not can_pack(rule_of([], {"exactly": 2}, repeated="count_each"))
    assert not can_pack(rule_of([], {"exactly": 2}, unknown="drop_choice"))


def test_crowding_by_minute_and_network() -> None:
    time = np.array([START, START + 59_999, START + 60_000, START + 180_000, START + 180_001], np.int64)
    net = np.array([7, 7, 7, 9, 9], np.uint32)
    empty = np.zeros(5, np.uint64)
    ballots = PackedBallots(time, empty.astype(np.uint16), empty, np.zeros((1, 5), np.uint16), net)
    found = crowding(ballots, START, most=2)
    assert found.by_minute.tolist() == [2, 1, 0, 2]
    assert (found.networks.tolist(), found.by_net.tolist()) == ([7, 9], [3, 2])
    assert found.peaks == ((7, 0, 2), (9, 3, 2))


@given(cast=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), max_size=60), most=st.integers(1, 8))
def test_crowding_is_what_counting_one_by_one_gives(cast: list[tuple[int, int]], most: int) -> None:
    minutes, nets = [m for m, _ in cast], [n for _, n in cast]
    empty = np.zeros(len(cast), np.uint64)
    time = np.array([START + m * 60_000 + 7 for m in minutes], np.int64)
    choice = np.zeros((1, len(cast)), np.uint16)
    found = crowding(
        PackedBallots(time, empty.astype(np.uint16), empty, choice, np.array(nets, np.uint32)), START, most
    )
    assert found.by_minute.tolist() == [minutes.count(m) for m in range(max(minutes, default=-1) + 1)]
    assert dict(zip(found.networks.tolist(), found.by_net.tolist(), strict=True)) == Counter(nets)
    cells = Counter((net, minute) for minute, net in cast)
    fullest = sorted(cells.items(), key=lambda cell: (-cell[1], cell[0]))[:most]
    assert found.peaks == tuple((net, minute, n) for (net, minute), n in fullest)
