"""What is known of the senders of ballots is deleted when the time that the blueprint says is over; the ballots stay as they are."""

from __future__ import annotations

from collections import defaultdict

from guiguan.apps.campaigns.queries import blueprint_of, campaigns
from guiguan.apps.messages.occasions import OCCASIONS, Occasions
from guiguan.apps.votes.log import ballots_asked
from guiguan.apps.votes.models import Poll, Signal
from guiguan.core.blueprint.publishing import Retention

HOUR, DAY = 3_600_000, 86_400_000
_LATE = (
    "SELECT DISTINCT s.writer, s.batch FROM votes_signal AS s JOIN votes_ballot AS b"
    " ON b.writer = s.writer AND b.batch = s.batch WHERE s.at <= %s AND b.poll = %s LIMIT %s"
)
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
    """Each batch of signals is of one commit, and so of one vote."""
    done = 0
    with ballots_asked() as ask:
        for poll in polls:
            while found := ask(_LATE, [until, poll, _AT_ONCE]):
                Signal.objects.filter(pk__in=found).delete()
                done += len(found)
    return done
