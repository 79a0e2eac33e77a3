"""Finds a campaign's vote for everybody; a campaign without one has no such pages."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from guiguan.apps.accounts.models import Person
from guiguan.apps.votes.queries import Vote, vote_now
from guiguan.core.permissions.table import About
from guiguan.web.common.clock import now
from guiguan.web.public.campaign_find import public_campaign


def public_vote(person: Person | None, slug: str, **rest: object) -> tuple[Vote, About]:
    """The vote that the campaign's visitors are led to. Http404 where there is none."""
    campaign, about = public_campaign(person, slug)
    found = vote_now(campaign, now())
    if found is None:
        raise Http404
    return found, about


def by_channel(address: str, channel: str) -> str:
    """The address, by the channel by which the voter came; "" for none. Only channels that the blueprint names are given."""
    return f"{address}?{urlencode({'ch': channel})}" if channel else address


def way_to_vote(vote: Vote, channel: str) -> str:
    """The vote's page, by the channel by which the voter came."""
    return by_channel(reverse("vote", args=[vote.campaign.pk]), channel)
