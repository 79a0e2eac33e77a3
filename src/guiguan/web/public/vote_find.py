"""Finds a campaign's vote for everybody; a campaign without one has no such pages."""

from __future__ import annotations

from django.http import Http404

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
