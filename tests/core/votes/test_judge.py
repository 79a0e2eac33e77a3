"""One ballot judged after another: every vector in tests/vectors/votes, and what no ballot may do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from guiguan.core.blueprint.base import window
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.values.moment import day_of, parse_instant
from guiguan.core.votes.judge import Ballot, judge_ballot
from guiguan.core.votes.rule import BallotRule

VECTORS = sorted((Path(__file__).parents[2] / "vectors" / "votes").glob("*.json"))
BARE = {"id": "vote", "kind": "ballots", "voter": ["wechat"], "counts": "shown"}


def rule_of(vector: dict[str, Any]) -> BallotRule:
    stage = Ballots.model_validate(BARE | vector["stage"])
    assert stage.window is not None
    zone = ZoneInfo(vector["zone"])
    known = frozenset(vector["votable"] + vector["not_votable"])
    return BallotRule(stage, zone, window(stage.window, zone), frozenset(vector["votable"]), known)


@pytest.mark.parametrize("path", VECTORS, ids=lambda p: p.stem)
def test_vector(path: Path) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    rule = rule_of(vector)
    used: dict[tuple[Any, ...], int] = {}
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
    assert len(VECTORS) >= 19


def test_the_window_is_judged_before_anything_else(make_rule: Any) -> None:
    rule = make_rule()
    early = Ballot(rule.window.start - 1, "d", None, ("nobody", "nobody"))
    assert judge_ballot(rule, early, {}).refused == (("votes.early", None),)
    late = Ballot(rule.window.end, "d", None, ("nobody", "nobody"))
    assert judge_ballot(rule, late, {}).refused == (("votes.late", None),)


def test_no_right_is_used_up_by_a_refused_ballot(make_rule: Any) -> None:
    rule = make_rule(limits=[{"per": ["voter", "day"], "max": 1, "over": "refuse_ballot"}])
    used: dict[tuple[Any, ...], int] = {}
    judge_ballot(rule, Ballot(rule.window.start, "d", "v", ("nobody",)), used)
    assert used == {}
    judge_ballot(rule, Ballot(rule.window.start, "d", "v", ("a",)), used)
    assert used == {(0, "v", "d"): 1}
    judge_ballot(rule, Ballot(rule.window.start, "d", "v", ("b",)), used)
    assert used == {(0, "v", "d"): 1}
