"""The newest counts of a vote, as the sequencer keeps them: voids taken off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Sum

from guiguan.apps.votes.models import Count, Log, Logged, Poll, Voided
from guiguan.box.rows import APPENDER


@dataclass(frozen=True)
class Counts:
    """Votes by entry and by channel ("" is none), and ballots. `at` is the instant that they are of (ms)."""

    at: int
    votes: Mapping[str, int] = field(default_factory=dict)
    channels: Mapping[str, int] = field(default_factory=dict)
    ballots: int = 0


def counts_now(poll: Poll, at: int) -> Counts:
    """The newest counts, for those who may see them: everything that the sequencer has put in order."""
    votes, channels = Counter[str](), Counter[str]()
    cells = Count.objects.filter(campaign=poll.campaign, stage=poll.stage).exclude(votes=0)
    for entry, channel, n in cells.values_list("entry", "channel", "votes"):
        votes[entry] += n
        channels[channel] += n
    return Counts(at, dict(votes), dict(channels), ballots_counted(poll))


def ballots_counted(poll: Poll) -> int:
    """How many ballots are in order and not void."""
    logged = Logged.objects.filter(poll=poll.pk).exclude(writer=APPENDER)
    return int(logged.aggregate(n=Sum("count"))["n"] or 0) - _void(poll)


def _void(poll: Poll) -> int:
    logs = Log.objects.filter(campaign=poll.campaign).values_list("pk", flat=True)
    numbers = Voided.objects.filter(log__in=logs).values_list("log", "number")
    return sum(_is_of(poll, log, number) for log, number in numbers)


def _is_of(poll: Poll, log: int, number: int) -> bool:
    row = Logged.objects.filter(log=log, first__lte=number).order_by("-first").values_list("poll").first()
    return row is not None and row[0] == poll.pk
