"""All that people decided in a campaign, as the rows of replay's decisions table: the campaign counted from files comes out the same."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.recommending.queries import listed_decisions
from guiguan.apps.releasing.queries import released_decisions
from guiguan.apps.releasing.ready import chosen_at
from guiguan.apps.screening.export import DECISION_COLUMNS as COLUMNS
from guiguan.apps.screening.export import decision_rows as screening_rows
from guiguan.apps.votes.brushing.exported import void_decisions
from guiguan.apps.votes.departed import departure_rows, departures
from guiguan.core.values.moment import Instant, instant_text

ENDORSEMENT_COLUMNS = ("entry", "endorser", "kind")


def decision_rows(campaign: Campaign) -> Iterator[list[str]]:
    """Screenings that stand, entries that left a vote, lists that were handed up, batches that were published, ballots that are void; people
    by their ids, or by pseudonyms where their decision is public."""
    yield from screening_rows(campaign, departures(campaign.pk))
    yield from departure_rows(campaign)
    blueprint = blueprint_of(campaign)
    zone, selection = ZoneInfo(blueprint.zone), chosen_at(blueprint)
    rows = [*listed_decisions(campaign)]
    rows += released_decisions(campaign, selection.id) if selection else ()
    for *texts, at in rows:
        yield [*map(str, texts), instant_text(Instant(int(str(at))), zone)]
    yield from ([row[name] for name in COLUMNS] for row in void_decisions(campaign.pk))


__all__ = ["COLUMNS", "ENDORSEMENT_COLUMNS", "decision_rows"]
