"""Reminds applicants who still lack the opinion that their campaign needs."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.models import Endorsement
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.telling import tell_applicant
from guiguan.apps.messages.occasions import OCCASIONS, Occasions
from guiguan.core.blueprint.stages import Endorsement as Stage

HOUR, WEEK = 3_600_000, 7 * 86_400_000


def remind_endorsements(at: int, occasions: Occasions = OCCASIONS) -> int:
    """Whoever handed in an entry that names or needs an endorser and has no opinion is reminded once, a week after it; how many.
    Looked for once an hour."""
    found = Campaign.objects.filter(state="open").select_related("in_force")
    return sum(
        occasions.once(f"endorsements:{c.pk}:{at // HOUR}", partial(_remind, at, c, occasions)) for c in found
    )


def _remind(at: int, campaign: Campaign, occasions: Occasions) -> int:
    blueprint = blueprint_of(campaign)
    if blueprint.endorsers is None:
        return 0
    waiting = Entry.objects.filter(campaign=campaign, state="submitted", submitted_at__lte=at - WEEK)
    asked = Endorsement.objects.filter(entry__campaign=campaign)
    waiting = waiting.exclude(pk__in=asked.filter(state="given").values("entry"))
    if not any(isinstance(s, Stage) and s.needed for s in blueprint.stages):
        waiting = waiting.filter(pk__in=asked.filter(state="asked").values("entry"))
    return sum(
        occasions.once(f"endorsement-due:{entry.pk}", partial(_tell, at, entry))
        for entry in waiting.select_related("campaign", "organisation")
    )


@transaction.atomic
def _tell(at: int, entry: Entry) -> int:
    tell_applicant(at, entry, "endorsement-due", "due")
    return 1
