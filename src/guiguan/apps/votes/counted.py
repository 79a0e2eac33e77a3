"""The newest counts of a vote, as the sequencer keeps them: voids taken off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery, Sum

from guiguan.apps.votes.memo import Memo
from guiguan.apps.votes.models import Count, Log, Logged, Poll, Voided
from guiguan.box.rows import APPENDER

_SECONDS = 1.0
"""The sequencer counts once a second."""


@dataclass(frozen=True)
class Counts:
    """Votes by entry and by channel ("" is none), and ballots. `at` is the instant that they are of (ms)."""

    at: int
    votes: Mapping[str, int] = field(default_factory=dict)
    channels: Mapping[str, int] = field(default_factory=dict)
    ballots: int = 0

    @property
    def said(self) -> tuple[object, ...]:
        """The same for counts that say the same: under it may be kept what was made of them."""
        return self.ballots, tuple(sorted(self.votes.items())), tuple(sorted(self.channels.items()))


def counts_now(poll: Poll, at: int) -> Counts:
    """The newest counts, for those who may see them: everything that the sequencer has put in order."""
    votes, channels = Counter[str](), Counter[str]()
    cells = Count.objects.filter(campaign=poll.campaign, stage=poll.stage).exclude(votes=0)
    for entry, channel, n in cells.values_list("entry", "channel", "votes"):
        votes[entry] += n
        channels[channel] += n
    return Counts(at, dict(votes), dict(channels), ballots_counted(poll))


_kept: Memo[Counts] = Memo(16, _SECONDS)


def counts_lately(poll: Poll, at: int) -> Counts:
    """The same, read again when the log has grown or a second is over, not for everybody who looks: adding up what a great vote has
    takes long."""
    logs = Log.objects.filter(campaign=poll.campaign).order_by("-epoch")
    log = logs.values_list("pk", flat=True).first() or 0
    end = Logged.objects.filter(log=log).order_by("-first").values_list("first", flat=True).first()
    return _kept.get((poll.known_by, log, end), lambda: counts_now(poll, at))


def ballots_counted(poll: Poll) -> int:
    """How many ballots are in order and not void."""
    logged = Logged.objects.filter(poll=poll.pk).filter(writer__gt=APPENDER)
    return int(logged.aggregate(n=Sum("count"))["n"] or 0) - ballots_void(poll)


def ballots_void(poll: Poll) -> int:
    """How many ballots in order are void. In one question, however many there are: everybody who looks at the counts asks it."""
    logs = Log.objects.filter(campaign=poll.campaign).values_list("pk", flat=True)
    holds = Logged.objects.filter(log=OuterRef("log"), first__lte=OuterRef("number")).order_by("-first")
    found = Voided.objects.filter(log__in=list(logs)).annotate(of=Subquery(holds.values("poll")[:1]))
    return found.filter(of=poll.pk).count()
