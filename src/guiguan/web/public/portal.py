"""The portal: what is under way, and every campaign to search through."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of, campaigns_open, campaigns_public
from guiguan.apps.campaigns.windows import next_deadline
from guiguan.core.blueprint.base import say
from guiguan.web.common.clock import now
from guiguan.web.common.door import door
from guiguan.web.public.campaign_page import deadline_words
from guiguan.web.public.campaign_words import STATE_TAGS, STATES, lang, listed

PER_PAGE = 12
ON_THE_FIRST_PAGE = 6


def card(campaign: Campaign, at: int) -> dict[str, Any]:
    """A campaign as a card: who holds it, in what state, what comes next."""
    b = blueprint_of(campaign)
    deadline = deadline_words(b, next_deadline(b, at)) if campaign.state == "open" else ""
    hosts = _("主办：%(hosts)s") % {"hosts": _few(list(b.organisers.host), 2)}
    kinds = _("类别：%(names)s") % {"names": _few([say(c.title, lang()) for c in b.categories], 4)}
    return {
        "title": say(b.title, lang()),
        "url": reverse("campaign-notice", args=[campaign.pk]),
        "text": deadline,
        "tag": STATES[campaign.state](),
        "state": STATE_TAGS[campaign.state],
        "meta": [hosts, kinds],
    }


def _few(names: list[str], most: int) -> str:
    """The first names, and how many there are where they are more."""
    if len(names) <= most:
        return listed(names)
    return _("%(names)s等 %(count)s 个") % {"names": listed(names[:most]), "count": len(names)}


@door("portal.read")
def home(request: HttpRequest) -> HttpResponse:
    at = now()
    found = list(campaigns_open()[: ON_THE_FIRST_PAGE + 1])
    cards = [card(c, at) for c in found[:ON_THE_FIRST_PAGE]]
    return render(request, "public/home.html", {"cards": cards, "more": len(found) > ON_THE_FIRST_PAGE})


@door("portal.read")
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Every public campaign, by state and words of its title."""
    state, search = request.GET.get("state", ""), request.GET.get("search", "")[:100]
    page = Paginator(campaigns_public(state, search), PER_PAGE).get_page(request.GET.get("page"))
    at = now()
    context = {
        "page": page,
        "cards": [card(c, at) for c in page],
        "search": search,
        "state": state,
        "states": [("open", STATES["open"]()), ("closed", STATES["closed"]())],
    }
    return render(request, "public/campaigns.html", context)
