"""Words of the screening pages."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.queries import named
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import campaigns
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.papers import paper_stages
from guiguan.apps.entries.queries import about, find_entry
from guiguan.apps.screening.order import screening_stages
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.permissions.table import About

Words = dict[str, Callable[[], str]]

STATES: Words = {
    "submitted": lambda: _("待审查"),
    "returned": lambda: _("退回补正中"),
    "accepted": lambda: _("已通过"),
    "refused": lambda: _("未通过"),
    "withdrawn": lambda: _("已撤回"),
}
COLOURS = {"submitted": "info", "returned": "warning", "accepted": "success", "refused": "danger"}
OUTCOMES: Words = {
    "accept": lambda: _("通过"),
    "return": lambda: _("退回补正"),
    "refuse": lambda: _("不予通过"),
}
ANSWERS: Words = {
    "yes": lambda: _("符合"),
    "no": lambda: _("不符合"),
    "n/a": lambda: _("不适用"),
}


def lang() -> str:
    """The language of the blueprint's texts and of the rules' sentences."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def in_campaign(person: Person | None, campaign: str) -> tuple[Campaign, About]:
    """The campaign with its version in force. Raises Http404."""
    found = campaigns().filter(pk=campaign).exclude(state="draft").first()
    if found is None:
        raise Http404
    return found, About(campaign=campaign)


def entry_in(person: Person | None, campaign: str, entry: UUID, **rest: object) -> tuple[Entry, About]:
    """An entry of the campaign that was handed in at least once. Raises Http404."""
    found = find_entry(entry)
    if found is None or found.campaign_id != campaign or found.submitted_at is None:
        raise Http404
    return found, about(found)


def name_of(people: dict[UUID, Person], person: UUID | None) -> str:
    """A member of the staff, as the others know them."""
    found = people.get(person) if person else None
    return (named(found) or found.username) if found else "—"


def tabs(campaign: Campaign, blueprint: Blueprint, current: str) -> list[tuple[str, str, bool, None]]:
    """The queue, and the paper copies where the campaign wants any."""
    found = [(_("审查"), reverse("screening-queue", args=[campaign.pk]), current == "queue", None)]
    if paper_stages(blueprint):
        found.append(
            (_("纸质材料"), reverse("screening-papers", args=[campaign.pk]), current == "papers", None)
        )
    if screening_stages(blueprint):
        statistics = reverse("screening-statistics", args=[campaign.pk])
        found.append((_("统计"), statistics, current == "statistics", None))
    return found
