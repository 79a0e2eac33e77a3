"""Finds one vote of a campaign for those who conduct or watch it."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.queries import campaigns
from guiguan.apps.votes.queries import Vote, vote_now, votes_of
from guiguan.core.permissions.table import NOTHING, About
from guiguan.web.common.clock import now


def one_vote(person: Person | None, slug: str, vote: str, **rest: object) -> tuple[Any, About]:
    """The vote in whatever phase. Http404 where there is none; nothing for who is not signed in."""
    if person is None:
        return None, NOTHING
    campaign = campaigns().filter(pk=slug).first()
    found = [v for v in votes_of(campaign, now()) if v.stage.id == vote] if campaign else []
    if not found:
        raise Http404
    return found[0], About(campaign=slug)


def first_vote(person: Person | None, slug: str) -> tuple[Any, About]:
    """The campaign's vote under way, or the next, or the last."""
    if person is None:
        return None, NOTHING
    campaign = campaigns().filter(pk=slug).first()
    found: Vote | None = vote_now(campaign, now()) if campaign else None
    if found is None:
        raise Http404
    return found, About(campaign=slug)
