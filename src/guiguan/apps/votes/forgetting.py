"""What is known of the senders of ballots is deleted when the time that the blueprint says is over; the ballots stay as they are."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import QuerySet

from guiguan.apps.campaigns.queries import blueprint_of, campaigns
from guiguan.apps.messages.occasions import OCCASIONS, Occasions
from guiguan.apps.votes.models import Ballot, Poll, Signal
from guiguan.core.blueprint.publishing import Retention

HOUR, DAY = 3_600_000, 86_400_000
_AT_ONCE = 500  # rows in one transaction: nobody waits long for the only writer of SQLite


def forget_signals(at: int, occasions: Occasions = OCCASIONS) -> int:
    """Addresses, devices and the like of senders are gone `voter_signals_days` after their ballot; how many batches of them. Looked
    for once an hour, though the worker asks every second."""
    return occasions.once(
        f"signals:{at // HOUR}",
        lambda: sum(_forgotten(at - days * DAY, polls) for days, polls in _kept_for().items()),
    )


def _kept_for() -> dict[int, list[int]]:
    """Votes by how many days their signals are kept; one whose campaign the site does not know goes by the language's own number."""
    found: dict[int, list[int]] = defaultdict(list)
    opened = dict(Poll.objects.exclude(state="draft").values_list("pk", "campaign"))
    known = {c.pk: c for c in campaigns().select_related("in_force").filter(pk__in=set(opened.values()))}
    for poll, slug in opened.items():
        kept = blueprint_of(known[slug]).retention if slug in known else Retention()
        found[kept.voter_signals_days].append(poll)
    return found


def _forgotten(until: int, polls: list[int]) -> int:
    """Each batch of signals is of one commit, and so of one vote. Each late one is looked at once, however many are to stay."""
    late = Signal.objects.filter(at__lte=until)
    return sum(
        _forgotten_of(writer, late, polls)
        for writer in list(late.order_by("writer").values_list("writer", flat=True).distinct())
    )


def _forgotten_of(writer: int, late: QuerySet[Signal], polls: list[int]) -> int:
    own, done, after = late.filter(writer=writer).order_by("batch").values_list("batch", flat=True), 0, -1
    while batches := list(own.filter(batch__gt=after)[:_AT_ONCE]):
        after = batches[-1]
        between = Ballot.objects.filter(writer=writer, batch__gte=batches[0], batch__lte=after)
        theirs = set(between.filter(poll__in=polls).values_list("batch", flat=True).distinct())
        gone = theirs.intersection(batches)
        if gone:
            Signal.objects.filter(writer=writer, batch__in=gone).delete()
        done += len(gone)
    return done
