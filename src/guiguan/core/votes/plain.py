"""The first ballot of a voter, recognised at once where no rule touches it. Every other ballot is judged in full.

It is to `judge_ballot` what `columns` is: what is fast only decides which ballots are plainly valid, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guiguan.core.values.moment import Window
from guiguan.core.votes.rule import BallotRule


@dataclass(frozen=True)
class PlainRule:
    """What of a rule a plain ballot needs, looked up once."""

    window: Window
    low: int
    high: int
    votable: frozenset[str]
    by_ip: bool


def plain_rule(rule: BallotRule) -> PlainRule:
    return PlainRule(rule.window, max(rule.low, 1), rule.high, rule.votable, rule.by_ip)


def is_plain(rule: PlainRule, time: int, choices: Sequence[str], has_ip: bool) -> bool:
    """Whether all of a voter's first ballot counts: in the window, as many choices as wanted, each votable and named once. No limit can
    stand against it, since each allows at least one. False says nothing: ask `judge_ballot`."""
    return (
        rule.window.start <= time < rule.window.end
        and rule.low <= len(choices) <= rule.high
        and rule.votable.issuperset(choices)
        and len(set(choices)) == len(choices)
        and (has_ip or not rule.by_ip)
    )
