"""Which entries a campaign's entries are held beside: its own, and those of campaigns whose notice allows it too (O6)."""

from __future__ import annotations

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of, campaigns
from guiguan.core.entries.likeness.purpose import compared_together


def compared_campaigns(campaign: Campaign) -> list[str]:
    """The campaign itself first, then the others."""
    own = blueprint_of(campaign)
    others = campaigns().exclude(pk=campaign.pk).exclude(state="draft").order_by("pk")
    if own.duplicates == "this_campaign":  # no other need be asked
        return [campaign.pk]
    return [campaign.pk, *(c.pk for c in others if compared_together(own, blueprint_of(c)))]
