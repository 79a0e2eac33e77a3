"""Finds a vote's suspected ballots for those who look into them, and nothing of another campaign."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.queries import campaigns
from guiguan.apps.votes.models import Appeal, Poll, Suspicion
from guiguan.core.permissions.table import NOTHING, About


def in_campaign(person: Person | None, campaign: str) -> tuple[Any, About]:
    """The campaign, if it ever had a vote. Raises Http404."""
    if person is None:
        return None, NOTHING
    found = campaigns().filter(pk=campaign).exclude(state="draft").first()
    if found is None:
        raise Http404
    return found, About(campaign=campaign)


def one_case(person: Person | None, campaign: str, suspicion: int) -> tuple[Any, About]:
    """(campaign, vote, case). The entry that the case is about is not even read."""
    row, about = in_campaign(person, campaign)
    if row is None:
        return None, NOTHING
    case = Suspicion.objects.defer("subject").filter(pk=suspicion).first()
    poll = Poll.objects.filter(pk=case.poll, campaign=campaign).first() if case else None
    if case is None or poll is None:
        raise Http404
    return (row, poll, case), about


def one_appeal(person: Person | None, campaign: str, appeal: int) -> tuple[Any, About]:
    """(campaign, vote, appeal)."""
    row, about = in_campaign(person, campaign)
    if row is None:
        return None, NOTHING
    made = Appeal.objects.select_related("suspicion").defer("suspicion__subject").filter(pk=appeal).first()
    poll = Poll.objects.filter(pk=made.suspicion.poll, campaign=campaign).first() if made else None
    if made is None or poll is None:
        raise Http404
    return (row, poll, made), about
