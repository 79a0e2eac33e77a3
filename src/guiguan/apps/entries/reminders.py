"""Reminds of what is due: drafts before declaring closes, paper copies before their day. Once for each entry and occasion."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.sealing import PHONE, sealer
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of, campaigns_open
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.papers import paper_stages, paper_until, state_of
from guiguan.apps.entries.queries import HANDED_IN
from guiguan.apps.entries.telling import clock_text, tell_applicant
from guiguan.apps.messages.occasions import OCCASIONS, Occasions
from guiguan.apps.messages.services import queue
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.standing import declaration_of, term_of

DAY = 86_400_000
BEFORE_CLOSING = (1, 3, 7)
BEFORE_PAPER = 3
UNFINISHED = ("draft", "preregistered", "withdrawn")


def remind_closing(at: int, occasions: Occasions = OCCASIONS) -> int:
    """7, 3 and 1 days before declaring closes, who has an entry not handed in is reminded; how many. An entry begun after such
    a moment waits for the next one."""
    return sum(_campaign_closing(at, campaign, occasions) for campaign in campaigns_open())


def remind_paper(at: int, occasions: Occasions = OCCASIONS) -> int:
    """Three days before paper copies are due, whoever has not noted them as sent is reminded; how many."""
    return sum(_campaign_paper(at, campaign, occasions) for campaign in campaigns_open())


def _campaign_closing(at: int, campaign: Campaign, occasions: Occasions) -> int:
    blueprint = blueprint_of(campaign)
    stage = declaration_of(blueprint)
    end = term_of(blueprint, stage).end if stage else None
    if end is None or at >= end:
        return 0
    days = next((d for d in BEFORE_CLOSING if at >= end - d * DAY), None)
    if days is None:
        return 0
    drafts = Entry.objects.filter(
        campaign=campaign, state__in=UNFINISHED, made_at__lt=end - days * DAY
    ).values_list("pk", flat=True)
    left = -((at - end) // DAY)  # days begun count: with 6 days and an hour to go one has 7
    return occasions.once(
        f"closes:{campaign.pk}:{end}:{days}",
        lambda: sum(
            _tell_draft(at, pk, f"{end}-{days}", left, clock_text(end, blueprint.zone)) for pk in drafts
        ),
    )


@transaction.atomic
def _tell_draft(at: int, entry_id: UUID, occasion: str, days: int, until: str) -> bool:
    entry = _locked(entry_id)
    if entry.state not in UNFINISHED:
        return False  # handed in meanwhile
    facts = {
        "campaign": entry.campaign.title,
        "title": entry.title or "（未填名称）",
        "days": str(days),
        "until": until,
    }
    for person in _people(entry):  # the template has no number to tell: a draft has none
        phone = sealer().unseal(bytes(person.phone), PHONE) if person.phone and person.phone_verified else ""
        queue(
            at,
            "entry-closes",
            once=f"entry-closes:{entry.pk}:{occasion}:{person.pk}",
            person=person.pk,
            channels=("sms", "site"),
            to={"sms": phone} if phone else {},
            campaign=entry.campaign_id,
            facts=facts,
            link=f"/entries/{entry.pk}/",
        )
    return True


def _campaign_paper(at: int, campaign: Campaign, occasions: Occasions) -> int:
    blueprint = blueprint_of(campaign)
    done = 0
    for stage in paper_stages(blueprint):
        until = paper_until(blueprint, stage)
        begins = until - BEFORE_PAPER * DAY
        if begins <= at < until:
            occasion = f"paper:{campaign.pk}:{stage.id}:{until}"
            done += occasions.once(occasion, _paper_round(at, campaign, blueprint, stage.id, begins, until))
    return done


def _paper_round(
    at: int, campaign: Campaign, blueprint: Blueprint, stage: str, begins: int, until: int
) -> Callable[[], int]:
    owing = Entry.objects.filter(campaign=campaign, state__in=HANDED_IN, submitted_at__lt=begins)
    text = clock_text(until, blueprint.zone)
    return lambda: sum(
        _tell_paper(at, pk, stage, f"{stage}-{until}", text) for pk in owing.values_list("pk", flat=True)
    )


@transaction.atomic
def _tell_paper(at: int, entry_id: UUID, stage: str, occasion: str, until: str) -> bool:
    entry = _locked(entry_id)
    if entry.state not in HANDED_IN or state_of(entry.papers.filter(stage=stage).first()) != "awaited":
        return False
    tell_applicant(at, entry, "paper-due", occasion, until=until)
    return True


def _locked(entry_id: UUID) -> Entry:
    Entry.objects.select_for_update().get(pk=entry_id)
    return Entry.objects.select_related("campaign", "organisation").get(pk=entry_id)


def _people(entry: Entry) -> QuerySet[Person]:
    """Who made the entry, while still in the unit, and the unit's keeper."""
    unit = Person.objects.filter(memberships__organisation=entry.organisation)
    return (unit.filter(pk=entry.made_by) | unit.filter(memberships__keeper=True)).distinct()
