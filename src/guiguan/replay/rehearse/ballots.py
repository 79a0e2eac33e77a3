"""A public vote: few cases that many like, many that few know; repeat voters, and what is not allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.values.moment import SECOND
from guiguan.replay.rehearse.clock import Times, span_of, wall_text
from guiguan.replay.rehearse.entries import NOBODY
from guiguan.replay.rehearse.stream import Stream, Weighted

FAULTS_PER_THOUSAND = 15


@dataclass
class Cast:
    """One ballot before it gets its number. `at` in ms; `text` where the time is written unreadably."""

    at: int
    voter: str
    choices: list[str]
    channel: str
    ip: str
    text: str = ""


def cast_ballots(
    b: Blueprint, stage: Ballots, votable: Sequence[str], others: Sequence[str], voters: int, seed: str
) -> list[dict[str, str]]:
    """Ballot rows in order of time, numbered. `others` are entries that may not be voted for."""
    made = _Vote(b, stage, votable, others, Stream(seed, "ballots", stage.id)).cast(voters)
    zone = ZoneInfo(b.zone)
    made.sort(key=lambda c: (c.at, c.voter, c.choices))
    rows = [
        {
            "ballot": f"{stage.id}-{i + 1:07}",
            "time": c.text or wall_text(c.at, zone),
            "voter": c.voter,
            "choices": ";".join(c.choices),
            "channel": c.channel,
            "ip": c.ip,
            "stage": stage.id,
        }
        for i, c in enumerate(made)
    ]
    if len(rows) > 200:  # one number given out twice
        rows[-1]["ballot"] = rows[-2]["ballot"]
    return rows


def needs_address(stage: Ballots) -> bool:
    """Whether its rule asks for the voter's IP address."""
    return "ip" in stage.voter or any("ip" in n.per for n in stage.limits)


class _Vote:
    def __init__(
        self, b: Blueprint, stage: Ballots, votable: Sequence[str], others: Sequence[str], s: Stream
    ) -> None:
        self.b, self.stage, self.s = b, stage, s
        self.votable, self.others = votable, list(others)
        liked = s.called("liked").shuffled(votable)
        # Zipf's law, a little flattened at the top.
        weights = [1_000_000 // (i + 3) for i in range(len(liked))]
        self.liked = Weighted(liked, weights) if liked else None
        self.times = Times(span_of(b, stage), ZoneInfo(b.zone), "evening", 6)
        channels = tuple(stage.channels)
        self.channels = (
            Weighted(channels, [60 // (i + 1) for i in range(len(channels))]) if channels else None
        )
        self.by_ip = needs_address(stage)
        self.only_ip = set(stage.voter) == {"ip"}
        self.daily = any("day" in n.per for n in stage.limits)

    def cast(self, voters: int) -> list[Cast]:
        if self.liked is None:
            return []
        made: list[Cast] = []
        for i in range(voters):
            made += self.voter(i)
        faults = list(_FAULTS)
        wrong = min(len(made) // 10, max(len(faults), len(made) * FAULTS_PER_THOUSAND // 1000))
        for i, c in enumerate(self.s.some(made, wrong)):
            faults[i % len(faults)](self, c)
        return made

    def voter(self, i: int) -> list[Cast]:
        """All ballots of one voter: most come once, some every day, a few more often than they may."""
        s = self.s
        ip = self.address(i) if self.by_ip else ""
        name = ip if self.only_ip else f"{self.stage.voter[0]}-{i + 1:06}"
        channel = self.channels.draw(s) if self.channels else ""
        days = len(self.times.days)
        often = s.below(100)
        count = 1 if not self.daily or often < 62 else 2 if often < 82 else s.between(1, days)
        when = s.some(range(days), count)
        if s.chance(3):
            when.append(when[0])
        return [Cast(self.times.on(s, d), name, self.choices(), channel, ip) for d in when]

    def choices(self) -> list[str]:
        assert self.liked is not None
        c = self.stage.choices
        count = c.exactly or self.s.between(max(1, c.at_least), c.at_most or 1)
        return self.liked.draw_different(self.s, count)

    def address(self, i: int) -> str:
        """An address that nobody on the Internet has; a few stand for a whole office or dormitory."""
        s = self.s
        if s.chance(4) and not self.only_ip:
            i = s.below(20)
            return f"{s.one(('192.0.2', '198.51.100', '203.0.113'))}.{i + 1}"
        if i % 5 == 4:
            return f"2001:db8:{i >> 8:x}:{i & 255:x}::{s.between(1, 65535):x}"
        return f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}"

    def late(self, c: Cast) -> None:
        c.at = self.times.span.end + self.s.below(3600) * SECOND

    def early(self, c: Cast) -> None:
        c.at = self.times.span.start - self.s.between(1, 3600) * SECOND

    def one_less(self, c: Cast) -> None:
        c.choices = c.choices[:-1]

    def one_more(self, c: Cast) -> None:
        rest = [e for e in self.votable if e not in c.choices]
        c.choices = [*c.choices, self.s.one(rest)] if rest else [*c.choices, c.choices[0]]

    def repeated(self, c: Cast) -> None:
        c.choices = [*c.choices[:-1], c.choices[0]] if len(c.choices) > 1 else c.choices * 2

    def unknown(self, c: Cast) -> None:
        c.choices = [*c.choices[:-1], NOBODY]

    def not_admitted(self, c: Cast) -> None:
        c.choices = [*c.choices[:-1], self.s.one(self.others) if self.others else NOBODY]

    def nobody(self, c: Cast) -> None:
        c.voter = ""

    def unreadable(self, c: Cast) -> None:
        """The time is written so that no program reads it."""
        c.text = "不详"


_FAULTS = (
    _Vote.late,
    _Vote.early,
    _Vote.one_less,
    _Vote.one_more,
    _Vote.repeated,
    _Vote.unknown,
    _Vote.not_admitted,
    _Vote.late,
    _Vote.one_less,
    _Vote.nobody,
    _Vote.repeated,
    _Vote.unreadable,
)
