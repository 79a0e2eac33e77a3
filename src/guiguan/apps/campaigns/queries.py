"""Reads campaigns. A blueprint is loaded once for each digest and then kept: versions never change."""

from __future__ import annotations

from functools import lru_cache

from django.db.models import Case, IntegerField, QuerySet, Value, When

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.drafts import checked
from guiguan.apps.campaigns.models import Announcement, Campaign, Download, Question, Version
from guiguan.apps.campaigns.texts import plain
from guiguan.core.blueprint.load import Loaded
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.permissions.table import TABLE

PUBLIC_STATES = ("open", "closed")


@lru_cache(maxsize=128)
def loaded_with(sha256: str) -> Loaded:
    """The checked blueprint whose text has this digest. Version.DoesNotExist where no version has."""
    text = Version.objects.filter(sha256=sha256).values_list("text", flat=True).first()
    if text is None:
        raise Version.DoesNotExist(sha256)
    return checked(text)


def blueprint_of(campaign: Campaign) -> Blueprint:
    """The blueprint in force; of a draft, its newest version. Select `in_force` with the campaign to ask nothing more."""
    return loaded_with(current_version(campaign).sha256).blueprint


def current_version(campaign: Campaign) -> Version:
    """The version in force; of a draft, its newest. Its text is not read."""
    if campaign.in_force is not None:
        return campaign.in_force
    return campaign.versions.defer("text").order_by("-number")[0]


def campaigns() -> QuerySet[Campaign]:
    """All of them, each with its version in force but not with the text."""
    return Campaign.objects.select_related("in_force").defer("in_force__text")


def campaigns_public(state: str = "", search: str = "") -> QuerySet[Campaign]:
    """What the portal shows: open ones first, then ended ones, each newest first."""
    found = campaigns().filter(state__in=[state] if state in PUBLIC_STATES else PUBLIC_STATES)
    if plain(search):
        found = found.filter(title__icontains=plain(search))
    first = Case(When(state="open", then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.order_by(first, "-opened_at", "slug")


def campaigns_open() -> QuerySet[Campaign]:
    """Those under way, newest first."""
    return campaigns_public("open")


def campaigns_of(person: Person) -> QuerySet[Campaign]:
    """The campaigns that the person may inspect, newest first."""
    roles = TABLE["campaign.inspect"]
    mine = {h.campaign for h in held_by(person) if h.role in roles}
    return campaigns().filter(pk__in=mine).order_by("-made_at", "slug")


def versions_of(campaign: Campaign) -> QuerySet[Version]:
    """Every version, newest first, without the texts."""
    return campaign.versions.defer("text").order_by("-number")


def versions_published(campaign: Campaign) -> QuerySet[Version]:
    """The versions that are or were in force, newest first: what the public may read."""
    return versions_of(campaign).exclude(in_force_at=None)


def announcements_of(campaign: Campaign) -> QuerySet[Announcement]:
    """Those shown, newest first."""
    return campaign.announcements.filter(withdrawn_at=None).order_by("-at", "-pk")


def questions_public(campaign: Campaign) -> QuerySet[Question]:
    """Answered questions that are public, the last answered first; who asked is not read."""
    return (
        campaign.questions.filter(public=True).exclude(answered_at=None).defer("by").order_by("-answered_at")
    )


def questions_asked_by(campaign: Campaign, person: Person) -> QuerySet[Question]:
    """What the person asked and the public does not read: without an answer yet, or answered to them alone."""
    return (
        campaign.questions.filter(by=person.pk)
        .exclude(public=True, answered_at__isnull=False)
        .order_by("-at")
    )


def questions_waiting_first(campaign: Campaign) -> QuerySet[Question]:
    """Every question for the organiser: unanswered ones first, the oldest at the top."""
    first = Case(When(answered_at=None, then=Value(0)), default=Value(1), output_field=IntegerField())
    return campaign.questions.order_by(first, "at")


def downloads_of(campaign: Campaign) -> dict[str, Download]:
    """The files behind the blueprint's documents, by the document's id."""
    return {d.document: d for d in campaign.downloads.all()}
