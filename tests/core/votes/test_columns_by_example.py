"""The form over columns by example: every vector in tests/vectors/votes, odd columns, and what is judged in bulk."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations, product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from guiguan.core.values.moment import parse_instant
from guiguan.core.votes import columns
from guiguan.core.votes.columns import BallotColumns, judge_columns
from guiguan.core.votes.judge import Ballot
from guiguan.core.votes.rule import BallotRule
from guiguan.core.votes.tally import tally

VECTORS = sorted((Path(__file__).parents[2] / "vectors" / "votes").glob("*.json"))
HOUR = 3_600_000
InColumns = Callable[[BallotRule, BallotColumns], tuple[Any, Any]]


def columns_of(
    vector: dict[str, Any], rule: BallotRule, as_columns: Callable[..., BallotColumns]
) -> BallotColumns:
    """The ballots of a vector as columns; void ones and repeated ids are put aside as a reader of files does it."""

    def codes(key: str) -> dict[str, int]:
        return {
            name: i for i, name in enumerate(sorted({b.get(key) or "" for b in vector["ballots"]} - {""}))
        }

    voters, nets = codes("voter"), codes("net") or codes("ip")
    channels = {"web": 0, "app": 1}
    void: set[int] = set()
    twice: set[int] = set()
    seen: set[str] = set()
    ballots: list[Ballot] = []
    for i, b in enumerate(vector["ballots"]):
        name = b.get("ballot", "")
        if name in seen:
            twice.add(i)
        elif name in vector["void"]:
            void.add(i)
        seen |= {name} - {""}
        at = parse_instant(b["time"], rule.zone)
        net = nets.get(b.get("net") or b.get("ip") or "")
        ballots.append(
            Ballot(
                at,
                None,
                voters.get(b["voter"]),
                tuple(b["choices"]),
                net,
                channels.get(b.get("channel", ""), -1),
            )
        )
    return as_columns(ballots, rule.zone, void=frozenset(void), twice=frozenset(twice))


@pytest.mark.parametrize("path", VECTORS, ids=lambda p: p.stem)
def test_vector(
    path: Path,
    rule_of: Callable[..., BallotRule],
    as_columns: Callable[..., BallotColumns],
    in_columns: InColumns,
) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    rule = rule_of(vector)
    made = columns_of(vector, rule, as_columns)
    counted, refused = in_columns(rule, made)
    assert [list(counted.get(i, ())) for i in range(len(made))] == vector["expected"]["counted"]
    assert refused == [tuple(one) for one in vector["expected"]["refused"]]
    found = tally(rule, made)
    assert found.votes == vector["expected"]["votes"]
    whole = sum(not choices for choices in vector["expected"]["counted"])
    assert (found.ballots, found.refused_ballots) == (len(made) - whole, whole)


def test_a_ballot_in_columns_is_the_ballot_that_was_given(as_columns: Callable[..., BallotColumns]) -> None:
    rule_zone = ZoneInfo("Asia/Shanghai")
    at = parse_instant("2021-06-11 09:00", rule_zone)
    given = [
        Ballot(at, 0, 3, ("d", "?", "x", "??"), 5, 1),
        Ballot(at + 24 * HOUR, 1, None, (), None, -1),
    ]
    made = as_columns(given, rule_zone)
    assert [made.ballot(i) for i in range(2)] == given
    bare = replace(made, ip=None, channel=None)
    assert bare.ballot(0) == replace(given[0], ip=None, channel=-1)


def test_where_an_address_is_needed_and_none_was_taken_down_nothing_counts(
    make_rule: Callable[..., BallotRule], as_columns: Callable[..., BallotColumns], in_columns: InColumns
) -> None:
    rule = make_rule(limits=[{"per": ["ip"], "max": 9, "over": "refuse_ballot"}])
    at = rule.window.start
    made = as_columns([Ballot(at, None, 0, ("a",), 0, 0), Ballot(at, None, 1, ("b",), 1, 0)], rule.zone)
    assert in_columns(rule, made) == ({0: ("a",), 1: ("b",)}, [])
    bare = replace(made, ip=None)
    assert in_columns(rule, bare) == ({}, [(0, "votes.no-ip", None), (1, "votes.no-ip", None)])


def note_singly(patch: pytest.MonkeyPatch) -> list[int]:
    """The ballots that are judged one by one from now on."""
    singly: list[int] = []
    judge = columns._judge_slowly

    def noted(rule: BallotRule, b: BallotColumns, rows: Any, odd: Any, judged: columns.Judged) -> None:
        singly.extend(rows.tolist())
        judge(rule, b, rows, odd, judged)

    patch.setattr(columns, "_judge_slowly", noted)
    return singly


@pytest.mark.parametrize("voters", [(0, 1, 2), (0, 900_000, 2**31 - 2)], ids=["near", "far"])
@pytest.mark.parametrize("by_entry", [False, True])
def test_no_two_combinations_of_a_limit_share_a_code(
    make_rule: Callable[..., BallotRule],
    as_columns: Callable[..., BallotColumns],
    in_columns: InColumns,
    monkeypatch: pytest.MonkeyPatch,
    voters: tuple[int, ...],
    by_entry: bool,
) -> None:
    """Every combination once stands, in bulk and one by one; every combination a second time falls, whole."""
    singly = note_singly(monkeypatch)
    own = tuple("abcdx") if by_entry else ("a",)
    for per in permutations(("voter", "day", "ip", "channel")):
        limit = {"per": [*per, *["entry"][: int(by_entry)]], "max": 1, "over": "refuse_ballot"}
        rule = make_rule(choices={"at_most": 6}, unknown="drop_choice", limits=[limit])
        rule = replace(rule, votable=rule.known)
        once = [
            Ballot(rule.window.start + 24 * HOUR * day, None, voter, own, ip, channel)
            for day, voter, ip, channel in product(range(3), voters, (0, 1), (-1, 0, 1))
        ]
        n = len(once)
        assert in_columns(rule, as_columns(once, rule.zone)) == (dict.fromkeys(range(n), own), [])
        assert singly == []
        odd = [replace(b, choices=(*own, "?")) for b in once]
        counted, refused = in_columns(rule, as_columns([*odd, *once], rule.zone))
        assert counted == dict.fromkeys(range(n), own)
        assert refused == [
            *((i, "votes.unknown-choice", len(own)) for i in range(n)),
            *((n + i, "votes.over-limit", None) for i in range(n)),
        ]
        singly.clear()


@pytest.mark.parametrize("chunk", [2, columns.CHUNK])
def test_only_ballots_with_a_fault_or_in_a_crowded_limit_are_judged_singly(
    make_rule: Callable[..., BallotRule],
    as_columns: Callable[..., BallotColumns],
    monkeypatch: pytest.MonkeyPatch,
    chunk: int,
) -> None:
    """A vote of a whole country is counted in seconds because nearly every ballot is judged in bulk."""
    rule = make_rule(
        choices={"at_most": 3},
        limits=[
            {"per": ["ip", "day"], "max": 2, "over": "refuse_ballot"},
            {"per": ["voter", "entry"], "max": 1, "over": "drop_choice"},
        ],
    )
    first, last = rule.window.start, rule.window.end - 1
    ballots = [
        Ballot(first, None, 0, ("a",), 0, 0),
        Ballot(first + 1, None, 0, ("d", "c", "b"), 0, 0),
        Ballot(first + 2, None, 1, ("a",), 1, 0),  # a stands twice for voter 1
        Ballot(first + 3, None, 1, ("b", "a"), 1, 0),  # the same
        Ballot(first + 4, None, 2, ("x",), 2, 0),  # not up for voting
        Ballot(first + 5, None, 3, ("a",), 3, 0),  # three from one address
        Ballot(first + 6, None, 4, ("a",), 3, 0),  # the same
        Ballot(first + 7, None, 5, ("b", "c"), 3, 0),  # the same
        Ballot(first + 8, None, 6, ("a", "a"), 2, 0),  # a choice repeated
        Ballot(first + 9, None, 7, ("a",), 8, 0),  # void: judged by nobody
        Ballot(last, None, 10, ("d", "a"), 3, 0),
        Ballot(last, None, 8, ("a", "b", "c"), 3, 0),
        Ballot(last, None, 9, ("a", "b", "c", "d"), 4, 0),  # too many
        Ballot(last + 1, None, 9, ("a",), 5, 0),  # late
    ]
    monkeypatch.setattr(columns, "CHUNK", chunk)
    singly = note_singly(monkeypatch)
    found = judge_columns(rule, as_columns(ballots, rule.zone, void=frozenset({9})))
    assert singly == [2, 3, 4, 5, 6, 7, 8, 12, 13]
    assert np.flatnonzero(found.plain).tolist() == [0, 1, 2, 5, 6, 10, 11]


def test_no_ballots_at_all(
    make_rule: Callable[..., BallotRule], as_columns: Callable[..., BallotColumns]
) -> None:
    rule = make_rule(limits=[{"per": ["voter", "day"], "max": 1, "over": "refuse_ballot"}])
    found = tally(rule, as_columns([], rule.zone))
    assert found.votes == {"a": 0, "b": 0, "c": 0, "d": 0}
    assert (found.by_day, found.by_channel, found.ballots, found.refused_ballots) == ({}, {}, 0, 0)


def test_many_voters_and_addresses_share_no_code(
    make_rule: Callable[..., BallotRule], as_columns: Callable[..., BallotColumns], in_columns: InColumns
) -> None:
    """Codes far apart take the path without counting tables; nobody's limit is another's or a void ballot's."""
    rule = make_rule(limits=[{"per": ["voter", "ip", "day", "channel"], "max": 1, "over": "refuse_ballot"}])
    at = parse_instant("2021-06-10 12:00", rule.zone)
    voters = [0, 900_000, 900_000, 0, 2**31 - 2]
    ballots = [Ballot(at + k, None, v, ("a",), v, 0) for k, v in enumerate(voters)]
    counted, refused = in_columns(rule, as_columns(ballots, rule.zone, void=frozenset({1})))
    assert sorted(counted) == [0, 2, 4]
    assert refused == [(1, "votes.void", None), (3, "votes.over-limit", None)]
