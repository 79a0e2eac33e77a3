"""One ballot judged after another: every vector in tests/vectors/votes, and what no ballot may do."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import pytest

from guiguan.core.values.moment import day_of, parse_instant
from guiguan.core.votes.judge import Ballot, judge_ballot
from guiguan.core.votes.rule import BallotRule

VECTORS = sorted((Path(__file__).parents[2] / "vectors" / "votes").glob("*.json"))


@pytest.mark.parametrize("path", VECTORS, ids=lambda p: p.stem)
def test_vector(path: Path, rule_of: Callable[[dict[str, Any]], BallotRule]) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    rule = rule_of(vector)
    used: dict[Hashable, int] = {}
    seen: set[str] = set()
    counted: list[list[str]] = []
    refused: list[list[Any]] = []
    for i, row in enumerate(vector["ballots"]):
        name = row.get("ballot", "")
        if name and (name in seen or name in vector["void"]):
            # Void ballots and repeated ids are put aside before a ballot is judged.
            refused.append([i, "votes.duplicate-id" if name in seen else "votes.void", None])
            seen.add(name)
            counted.append([])
            continue
        seen.add(name)
        time = parse_instant(row["time"], rule.zone)
        net = row.get("net", row.get("ip", "")) or None
        ballot = Ballot(
            time, day_of(time, rule.zone), row["voter"], tuple(row["choices"]), net, row.get("channel", "")
        )
        judged = judge_ballot(rule, ballot, used)
        counted.append(list(judged.counted))
        refused += [[i, name, at] for name, at in judged.refused]
    assert counted == vector["expected"]["counted"]
    assert refused == vector["expected"]["refused"]
    votes = {e: sum(c.count(e) for c in counted) for e in vector["votable"]}
    assert votes == vector["expected"]["votes"]


def test_there_are_vectors() -> None:
    assert len(VECTORS) >= 21


def test_the_window_is_judged_before_anything_else(make_rule: Any) -> None:
    rule = make_rule()
    early = Ballot(rule.window.start - 1, "d", None, ("nobody", "nobody"))
    assert judge_ballot(rule, early, {}).refused == (("votes.early", None),)
    late = Ballot(rule.window.end, "d", None, ("nobody", "nobody"))
    assert judge_ballot(rule, late, {}).refused == (("votes.late", None),)


def test_no_right_is_used_up_by_a_refused_ballot(make_rule: Any) -> None:
    rule = make_rule(limits=[{"per": ["voter", "day"], "max": 1, "over": "refuse_ballot"}])
    used: dict[Hashable, int] = {}
    judge_ballot(rule, Ballot(rule.window.start, "d", "v", ("nobody",)), used)
    assert used == {}
    judge_ballot(rule, Ballot(rule.window.start, "d", "v", ("a",)), used)
    assert used == {(0, "v", "d"): 1}
    judge_ballot(rule, Ballot(rule.window.start, "d", "v", ("b",)), used)
    assert used == {(0, "v", "d"): 1}


def test_a_ballot_says_why_the_whole_of_it_is_refused_and_nothing_else(make_rule: Any) -> None:
    rule = make_rule(limits=[{"per": ["ip"], "max": 1, "over": "refuse_ballot"}])
    at = rule.window.start
    nobody = Ballot(at, "d", "", ("nobody",), "net")
    assert judge_ballot(rule, nobody, {}).refused == (("votes.no-voter", None),)
    nowhere = Ballot(at, "d", "v", ("nobody",), "")
    assert judge_ballot(rule, nowhere, {}).refused == (("votes.no-ip", None),)
    assert judge_ballot(rule, Ballot(at, "d", "v", ("a",), None), {}).refused == (("votes.no-ip", None),)
    assert judge_ballot(rule, Ballot(at, "d", "v", ("a",), "net"), {}).counted == ("a",)
