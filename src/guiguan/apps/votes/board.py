"""How a vote goes, for those who watch it: ballots, voters, rate, channels. Votes by case are not here: who may see those, core says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Length

from guiguan.apps.votes.counted import ballots_counted, ballots_void, counts_now
from guiguan.apps.votes.models import Log, Logged, Poll, Refusal, Right, Suspicion
from guiguan.apps.votes.queries import read_document
from guiguan.box.rows import APPENDER
from guiguan.core.votes.showing import MINUTE
from guiguan.core.votes.slots import HOUR, STEPS, in_steps

VOTER = 16  # bytes of a voter's holder; an address's has 17


@dataclass(frozen=True)
class Board:
    """As of `at`: `ballots` are those that count, `void` those received that do not; `voters`, `minutes` and `hours` are of all received.
    `minutes` are the last sixty (start in ms, ballots), `hours` run from the first ballot on in steps of so many hours (`step`), `refusals`
    are by rule, `suspicions` groups of ballots that the detectors point at and nobody has decided on."""

    at: int
    ballots: int
    void: int
    voters: int
    minutes: tuple[tuple[int, int], ...]
    step: int
    hours: tuple[tuple[int, int], ...]
    closed: bool
    channels: Mapping[str, int]
    refusals: tuple[tuple[str, int], ...]
    suspicions: int

    @property
    def received(self) -> int:
        """Ballots in order, also those that are void."""
        return self.ballots + self.void

    @property
    def rate(self) -> int:
        """Ballots in the last whole minute."""
        return self.minutes[-2][1] if len(self.minutes) > 1 else 0


def board_of(poll: Poll, at: int) -> Board:
    """The figures of one vote."""
    step, hours = _hours(poll, at)
    return Board(
        at=at,
        ballots=ballots_counted(poll),
        void=ballots_void(poll),
        voters=Right.objects.filter(poll=poll.pk).annotate(n=Length("holder")).filter(n=VOTER).count(),
        minutes=_minutes(poll, at),
        step=step,
        hours=hours,
        closed=poll.state == "closed",
        channels=counts_now(poll, at).channels,
        refusals=refusals_of(poll),
        suspicions=Suspicion.objects.filter(poll=poll.pk, state="open").count(),
    )


def _hours(poll: Poll, at: int) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Up to now while the vote takes ballots, and never past its window without one."""
    if not poll.document:
        return STEPS[0], ()
    rule = read_document(poll.document).rule
    offset = datetime.fromtimestamp(rule.window.start / 1000, rule.zone).utcoffset() or timedelta()
    end = 0 if poll.state == "closed" else min(at, rule.window.end - 1)
    return in_steps(_by(_logged(poll), HOUR), end, int(offset.total_seconds()) * 1000)


def _minutes(poll: Poll, at: int) -> tuple[tuple[int, int], ...]:
    first = at - at % MINUTE - 59 * MINUTE
    found = _by(_logged(poll).filter(time__gte=first), MINUTE)
    return tuple((start, found.get(start, 0)) for start in range(first, first + 60 * MINUTE, MINUTE))


def _logged(poll: Poll) -> QuerySet[Logged]:
    logs = list(Log.objects.filter(campaign=poll.campaign).values_list("pk", flat=True))
    return Logged.objects.filter(log__in=logs, poll=poll.pk).filter(writer__gt=APPENDER)


def _by(rows: QuerySet[Logged], span: int) -> dict[int, int]:
    """Ballots by the start of their minute or hour."""
    grouped = rows.annotate(start=F("time") - F("time") % span).values("start").annotate(n=Sum("count"))
    return {int(r["start"]): int(r["n"]) for r in grouped.order_by("start")}


def refusals_of(poll: Poll) -> tuple[tuple[str, int], ...]:
    """How many ballots were refused, by rule, most first."""
    rows = Refusal.objects.filter(poll=poll.pk).values("rule").annotate(n=Sum("count"))
    return tuple((str(r["rule"]), int(r["n"])) for r in rows.order_by("-n", "rule"))
