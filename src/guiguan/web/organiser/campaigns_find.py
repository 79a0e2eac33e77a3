"""Finds a campaign or a version for its organisers, and the frame that all their pages have."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.campaigns.queries import blueprint_of, campaigns
from guiguan.core.blueprint.lookup import ballot_stages
from guiguan.core.permissions.table import NOTHING, About, may
from guiguan.web.public.campaign_words import STATE_TAGS, STATES


def one_campaign(person: Person | None, slug: str, **rest: object) -> tuple[Any, About]:
    """The campaign in whatever state. Http404 where there is none; nothing for who is not signed in."""
    found = campaigns().filter(pk=slug).first()
    if person is None:
        return None, NOTHING
    if found is None:
        raise Http404
    return found, About(campaign=slug)


def one_version(person: Person | None, slug: str, number: int) -> tuple[Any, About]:
    """The version with its campaign and the version in force."""
    if person is None:
        return None, NOTHING
    found = (
        Version.objects.select_related("campaign", "campaign__in_force")
        .defer("campaign__in_force__text")
        .filter(campaign=slug, number=number)
        .first()
    )
    if found is None:
        raise Http404
    return found, About(campaign=slug)


def frame(campaign: Campaign, person: Person | None, here: str) -> dict[str, Any]:
    """What every page inside a campaign shows: its name, its state, the way to its other pages, what the person may do."""
    pages = [
        ("campaign-manage", _("概况")),
        ("campaign-versions", _("规则版本")),
        ("campaign-announcements", _("公告")),
        ("campaign-questions", _("问答")),
        ("campaign-downloads", _("下载材料")),
        ("campaign-forms", _("申报表样")),
    ]
    if ballot_stages(blueprint_of(campaign)):
        pages.append(("poll-first", _("网络投票")))
    held, about = held_by(person), About(campaign=campaign.pk)
    return {
        "campaign": campaign,
        "home": reverse("campaign-manage", args=[campaign.pk]),
        "subnav": [(label, reverse(name, args=[campaign.pk]), name == here) for name, label in pages],
        "tag": STATES[campaign.state](),
        "tag_state": STATE_TAGS[campaign.state],
        "may_draft": may(held, "campaign.draft", about),
        "may_open": may(held, "campaign.open", about),
        "may_second": may(held, "campaign.second", about),
        "may_announce": may(held, "campaign.announce", about),
    }
