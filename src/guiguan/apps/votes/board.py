"""How a vote goes, for those who watch it: ballots, voters, rate, channels. Votes by case are not here: who may see those, core says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Length

from guiguan.apps.votes.counted import ballots_counted, counts_now
from guiguan.apps.votes.models import Log, Logged, Poll, Refusal, Right, Suspicion
from guiguan.box.rows import APPENDER
from guiguan.core.votes.showing import MINUTE

HOUR = 60 * MINUTE
VOTER = 16  # bytes of a voter's holder; an address's has 17


@dataclass(frozen=True)
class Board:
    """As of `at`: `minutes` are the last sixty (start in ms, ballots), `hours` every hour with a ballot, `refusals` by rule, `suspicions` groups of
    ballots that the detectors point at and nobody has decided on."""

    at: int
    ballots: int
    voters: int
    minutes: tuple[tuple[int, int], ...]
    hours: tuple[tuple[int, int], ...]
    channels: Mapping[str, int]
    refusals: tuple[tuple[str, int], ...]
    suspicions: int

    @property
    def rate(self) -> int:
        """Ballots in the last whole minute."""
        return self.minutes[-2][1] if len(self.minutes) > 1 else 0


def board_of(poll: Poll, at: int) -> Board:
    """The figures of one vote."""
    return Board(
        at=at,
        ballots=ballots_counted(poll),
        voters=Right.objects.filter(poll=poll.pk).annotate(n=Length("holder")).filter(n=VOTER).count(),
        minutes=_minutes(poll, at),
        hours=tuple(_by(_logged(poll), HOUR).items()),
        channels=counts_now(poll, at).channels,
        refusals=refusals_of(poll),
        suspicions=Suspicion.objects.filter(poll=poll.pk, state="open").count(),
    )


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
