"""Votes by day and channel, and what was refused."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import ballot_stages, title_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.ranking.campaign import Outcome
from guiguan.core.values.exclusion import reason
from guiguan.core.votes.tally import Tally

MOST_DAYS = 62
"""A window of up to two months shows its empty days too."""
NO_CHANNEL = "未注明渠道"


@dataclass(frozen=True)
class EntryVotes:
    """One entry's votes in one vote."""

    title: str
    votes: int
    days: tuple[tuple[str, int], ...]
    channels: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class VoteView:
    """One vote: ballots read, counted and refused; votes by day and channel; refusals by reason."""

    title: str
    rule: tuple[str, ...]
    ballots: int
    counted: int
    refused: int
    votes: int
    days: tuple[tuple[str, int], ...]
    channels: tuple[tuple[str, int], ...]
    refusals: tuple[tuple[str, str, int], ...]


def votes(b: Blueprint, o: Outcome) -> list[VoteView]:
    """Every vote that was counted."""
    return [_view(b, s, o.tallies[s.id]) for s in ballot_stages(b) if s.id in o.tallies]


def _view(b: Blueprint, stage: Ballots, t: Tally) -> VoteView:
    days, channels = Counter[str](), Counter[str]()
    for (_, day), n in t.by_day.items():
        days[day] += n
    for (_, channel), n in t.by_channel.items():
        channels[channel_name(stage, channel)] += n
    refusals = Counter((rule, "整张" if at is None else "单个选择") for _, rule, at in t.judged.refused)
    return VoteView(
        title_of(b, stage.id),
        rule_told(stage),
        t.ballots + t.refused_ballots,
        t.ballots,
        t.refused_ballots,
        sum(t.votes.values()),
        tuple((d, days[d]) for d in _days(stage, days)),
        tuple(sorted(channels.items(), key=lambda c: (-c[1], c[0]))),
        tuple(
            (reason(rule), what, n)
            for (rule, what), n in sorted(refusals.items(), key=lambda c: (-c[1], c[0]))
        ),
    )


def channel_name(stage: Ballots, channel: str) -> str:
    """The channel as people call it; one that nobody declared keeps its code."""
    if not channel:
        return NO_CHANNEL
    return say(stage.channels[channel]) if channel in stage.channels else channel


def _days(stage: Ballots, found: Counter[str]) -> list[str]:
    """The days to show: every one of a short window, else those with votes."""
    if stage.window is None:
        return sorted(found)
    first, last = (dt.date.fromisoformat(text[:10]) for text in stage.window)
    length = (last - first).days + 1
    every = [(first + dt.timedelta(days=i)).isoformat() for i in range(length)] if length <= MOST_DAYS else []
    return sorted({*found, *every})


_PER = {"voter": "每人", "entry": "每个案例", "day": "每天", "ip": "每个 IP", "channel": "每个渠道"}


def rule_told(stage: Ballots) -> tuple[str, ...]:
    """The vote's rule in short sentences."""
    c = stage.choices
    told = [f"每张选票恰好选 {c.exactly} 个" if c.exactly else f"每张选票选 {c.at_least} 至 {c.at_most} 个"]
    for limit in stage.limits:
        over = "超出的整张不计" if limit.over == "refuse_ballot" else "超出的选择不计"
        told.append(f"{''.join(_PER[p] for p in limit.per)}至多 {limit.max} 次，{over}")
    if stage.window:
        told.append(f"投票时间 {stage.window[0]} 至 {stage.window[1]}")
    return tuple(told)


def votes_of(b: Blueprint, o: Outcome) -> dict[str, tuple[EntryVotes, ...]]:
    """Each entry's votes, by vote."""
    found: dict[str, list[EntryVotes]] = defaultdict(list)
    for stage in ballot_stages(b):
        if stage.id not in o.tallies:
            continue
        t = o.tallies[stage.id]
        days: dict[str, list[tuple[str, int]]] = defaultdict(list)
        channels: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for (entry, day), n in t.by_day.items():
            days[entry].append((day, n))
        for (entry, channel), n in t.by_channel.items():
            channels[entry].append((channel_name(stage, channel), n))
        title = title_of(b, stage.id)
        for entry, n in t.votes.items():
            found[entry].append(EntryVotes(title, n, tuple(days[entry]), tuple(channels[entry])))
    return {e: tuple(v) for e, v in found.items()}
