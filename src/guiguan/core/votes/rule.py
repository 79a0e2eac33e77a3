"""What a ballot rule needs to know, apart from the blueprint's other words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.base import window
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Ballots, Limit
from guiguan.core.values.moment import Window


@dataclass(frozen=True)
class BallotRule:
    """One public vote's rule. `votable` holds the entries that may be voted for, `known` every entry of the campaign, `removed` those
    that left the vote while it went on: no new ballot names one, and those cast before stay as they are."""

    stage: Ballots
    zone: ZoneInfo
    window: Window
    votable: frozenset[str]
    known: frozenset[str]
    removed: frozenset[str] = frozenset()

    @property
    def of_stored(self) -> BallotRule:
        """By what a ballot that was taken is judged again: an entry that left the vote since was votable, as no later ballot names it."""
        if not self.removed:
            return self
        return replace(self, votable=self.votable | self.removed, removed=frozenset())

    def without(self, entry: str) -> BallotRule:
        """The rule after the entry has left the vote."""
        return replace(self, votable=self.votable - {entry}, removed=self.removed | {entry})

    @property
    def limits(self) -> tuple[Limit, ...]:
        return self.stage.limits

    @property
    def low(self) -> int:
        return self.stage.choices.exactly or self.stage.choices.at_least

    @property
    def high(self) -> int:
        return self.stage.choices.exactly or self.stage.choices.at_most or 0

    @property
    def counts_whole(self) -> bool:
        """Whether a ballot that was accepted counts with every choice that it names: nothing drops a single choice."""
        dropped = [self.stage.repeated, self.stage.unknown, *(limit.over for limit in self.limits)]
        return "drop_choice" not in dropped

    @property
    def by_ip(self) -> bool:
        """Whether a ballot must have an IP address to be counted."""
        return any("ip" in limit.per for limit in self.limits)


def ballot_rule(
    blueprint: Blueprint, stage: Ballots, votable: frozenset[str], known: frozenset[str]
) -> BallotRule:
    """The rule of one vote; the blueprint's check has made sure that it has a window."""
    assert stage.window is not None
    zone = ZoneInfo(blueprint.zone)
    return BallotRule(stage, zone, window(stage.window, zone), votable, known)
