"""Finds a campaign that the public may see; a draft is not there."""

from __future__ import annotations

from django.http import Http404

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import PUBLIC_STATES, campaigns
from guiguan.core.permissions.table import About


def public_campaign(person: Person | None, slug: str) -> tuple[Campaign, About]:
    """The open or ended campaign. Http404 where there is none."""
    found = campaigns().filter(pk=slug, state__in=PUBLIC_STATES).first()
    if found is None:
        raise Http404
    return found, About(campaign=slug)
