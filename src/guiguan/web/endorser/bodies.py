"""An endorser's own pages: the bodies one sits for, and what is before each."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.models import Body
from guiguan.apps.endorsing.queries import (
    bodies_of,
    collections_of,
    endorsement_stage,
    entries_before,
    lists_waiting,
)
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.stages import STAGE_TITLES
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.common.units_shown import region_name
from guiguan.web.endorser.words import LIST_COLOURS, LISTS, OPINION_COLOURS, OPINIONS, body_in
from guiguan.web.organiser.screening_words import lang

PER_PAGE = 50
STATES = ("asked", "given", "declined")


@door("account.places")
def home(request: HttpRequest) -> HttpResponse:
    """The bodies for which the person sits."""
    person = person_of(request)
    assert person is not None  # the door
    here = {h.campaign for h in held_by(person) if h.role == "endorser"}
    cards = [
        {
            "title": b.name,
            "url": reverse("endorsing-body", args=[b.campaign_id, b.pk]),
            "meta": [b.campaign.title],
        }
        for b in bodies_of(person)
        if b.campaign_id in here and b.campaign.state != "draft"
    ]
    context = {
        "cards": cards,
        "heading": _("推荐与汇总"),
        "empty": _("您还没有代表任何推荐单位，请联系主办单位登记。"),
    }
    return render(request, "organiser/recommendations/home.html", context)


@door("endorsement.read", body_in)
def body(request: HttpRequest, body: Body) -> HttpResponse:
    """The entries before the body by state, and its lists."""
    blueprint = blueprint_of(body.campaign)
    state = request.GET.get("state", "asked")
    state = state if state in STATES else "asked"
    everything = entries_before(body, blueprint)
    counts = everything.aggregate(
        asked=Count("pk", filter=Q(said=None) | Q(said="asked")),
        given=Count("pk", filter=Q(said="given")),
        declined=Count("pk", filter=Q(said="declined")),
    )
    waiting = Q(said=None) | Q(said="asked")
    shown = everything.filter(waiting if state == "asked" else Q(said=state))
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    stage = endorsement_stage(blueprint)
    mine = [
        {
            "cells": [
                {
                    "text": _("第 %(n)s 份清单") % {"n": c.number},
                    "url": reverse("endorsing-list", args=[body.campaign_id, body.pk, c.pk]),
                },
                {"text": LISTS[c.state](), "tag": LIST_COLOURS[c.state]},
                str(c.size),
                moment(c.handed_at) if c.handed_at and c.state != "draft" else "—",
            ],
            "actions": [],
        }
        for c in collections_of(body).annotate(size=Count("rows"))
    ]
    context: dict[str, Any] = {
        "body": body,
        "campaign": body.campaign,
        "stage_title": (say(stage.title, lang()) if stage.title else STAGE_TITLES[stage.kind][lang() == "en"])
        if stage
        else "",
        "states": [(OPINIONS[s](), f"?state={s}", s == state, counts[s]) for s in STATES],
        "columns": [{"label": t} for t in (_("申报件"), _("单位"), _("地区"), _("提交时间"), _("意见"))],
        "rows": [
            {
                "cells": [
                    {
                        "text": e.title or _("（未填名称）"),
                        "url": reverse("endorsing-entry", args=[body.campaign_id, body.pk, e.pk]),
                        "note": e.number,
                    },
                    e.organisation.name,
                    region_name(e.region) or "—",
                    moment(e.submitted_at or 0),
                    {
                        "text": OPINIONS[e.said or ""](),  # type: ignore[attr-defined]  # annotated by entries_before
                        "tag": OPINION_COLOURS.get(e.said or "", "info"),  # type: ignore[attr-defined]  # as above
                    },
                ],
                "actions": [],
            }
            for e in page
        ],
        "page": page,
        "collects": stage is not None,
        "lists": mine,
        "list_columns": [
            {"label": _("清单")},
            {"label": _("状态")},
            {"label": _("场景数"), "number": True},
            {"label": _("报送时间")},
        ],
        "below": [
            {
                "cells": [
                    {
                        "text": _("%(body)s第 %(n)s 份清单") % {"body": c.body.name, "n": c.number},
                        "url": reverse("endorsing-list", args=[body.campaign_id, body.pk, c.pk]),
                    },
                    str(c.size),
                    moment(c.handed_at or 0),
                ],
                "actions": [],
            }
            for c in lists_waiting(body).annotate(size=Count("rows"))
        ],
        "below_columns": [
            {"label": _("清单")},
            {"label": _("场景数"), "number": True},
            {"label": _("报送时间")},
        ],
    }
    return render(request, "endorser/body.html", context)
