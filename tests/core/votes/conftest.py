"""What the tests of votes share: a rule from a stage's keys, and ballots as columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from guiguan.core.blueprint.base import window
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.values.moment import day_of
from guiguan.core.votes.columns import BallotColumns, judge_columns
from guiguan.core.votes.judge import Ballot
from guiguan.core.votes.rule import BallotRule

BARE = {"id": "vote", "kind": "ballots", "voter": ["wechat"], "counts": "shown"}
VOTABLE = ("a", "b", "c", "d")
KNOWN = (*VOTABLE, "x")
Counted = dict[int, tuple[str, ...]]
Refused = list[tuple[int, str, int | None]]


@pytest.fixture(scope="session")
def make_rule() -> Callable[..., BallotRule]:
    """A rule from the keys of a stage; a, b, c, d are up for voting, x is an entry that is not."""

    def make(**keys: Any) -> BallotRule:
        said = {
            "id": "vote",
            "kind": "ballots",
            "window": ["2021-06-10", "2021-06-12"],
            "voter": ["wechat"],
            "choices": {"exactly": 1},
            "repeated": "refuse_ballot",
            "unknown": "refuse_ballot",
            "counts": "shown",
        }
        zone = ZoneInfo(keys.pop("zone", "Asia/Shanghai"))
        stage = Ballots.model_validate(said | keys)
        assert stage.window is not None
        return BallotRule(stage, zone, window(stage.window, zone), frozenset(VOTABLE), frozenset(KNOWN))

    return make


@pytest.fixture(scope="session")
def rule_of() -> Callable[[dict[str, Any]], BallotRule]:
    """The rule of a vector in tests/vectors/votes."""

    def make(vector: dict[str, Any]) -> BallotRule:
        stage = Ballots.model_validate(BARE | vector["stage"])
        assert stage.window is not None
        zone = ZoneInfo(vector["zone"])
        known = frozenset(vector["votable"] + vector["not_votable"])
        return BallotRule(stage, zone, window(stage.window, zone), frozenset(vector["votable"]), known)

    return make


@pytest.fixture(scope="session")
def as_columns() -> Callable[..., BallotColumns]:
    """Ballots, in canonical order already, as columns; voters, addresses and channels are codes (None: none)."""

    def make(ballots: list[Ballot], zone: ZoneInfo, **keys: Any) -> BallotColumns:
        strangers = sorted({c for b in ballots for c in b.choices} - set(KNOWN))
        code = {e: i for i, e in enumerate(KNOWN)} | {s: -1 - k for k, s in enumerate(strangers)}
        days = sorted({day_of(b.time, zone).isoformat() for b in ballots})
        lengths = [len(b.choices) for b in ballots]

        def codes(values: list[Any]) -> np.ndarray:
            return np.array([-1 if v is None else v for v in values], dtype=np.int32)

        return BallotColumns(
            time=np.array([b.time for b in ballots], dtype=np.int64),
            day=np.array([days.index(day_of(b.time, zone).isoformat()) for b in ballots], dtype=np.int32),
            voter=codes([b.voter for b in ballots]),
            choice=np.array([code[c] for b in ballots for c in b.choices], dtype=np.int16),
            start=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
            days=tuple(days),
            entries=KNOWN,
            strangers=tuple(strangers),
            ip=codes([b.ip for b in ballots]),
            channel=codes([b.channel for b in ballots]),
            channels=("web", "app"),
            **keys,
        )

    return make


@pytest.fixture(scope="session")
def in_columns() -> Callable[[BallotRule, BallotColumns], tuple[Counted, Refused]]:
    """What counts of each ballot and every refusal, judged in columns."""

    def judge(rule: BallotRule, given: BallotColumns) -> tuple[Counted, Refused]:
        judged = judge_columns(rule, given)
        plain = np.flatnonzero(judged.plain).tolist()
        assert not set(plain) & set(judged.partly)
        return {i: given.names(i) for i in plain} | judged.partly, judged.refused

    return judge
