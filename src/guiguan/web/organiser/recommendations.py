"""Where the lists of a selection stand: every region with its declared entries, its places and what is used up."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.recommending.queries import Group, groups_to_see
from guiguan.apps.recommending.quota import selections
from guiguan.core.blueprint.stages import Selection
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.common.scope import campaigns_for
from guiguan.web.organiser.recommendations_words import (
    ALL,
    COLOURS,
    STATES,
    place_title,
    rule_text,
    stage_title,
    sum_text,
)
from guiguan.web.organiser.screening_words import in_campaign


@door("account.places")
def home(request: HttpRequest) -> HttpResponse:
    """The campaigns in which the person sees lists."""
    person = person_of(request)
    assert person is not None  # the door
    cards = [
        {"title": c.title, "url": reverse("recommendations", args=[c.pk])}
        for c in campaigns_for(person, "recommendation.list")
        if c.state != "draft"
    ]
    context = {"cards": cards, "heading": _("推荐名单"), "empty": _("没有需要您办理名单的活动。")}
    return render(request, "organiser/recommendations/home.html", context)


@door("recommendation.list", in_campaign)
def overview(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Each selection with its groups, as far as the person may read them."""
    blueprint = blueprint_of(campaign)
    parts = []
    for stage in selections(blueprint):
        groups = groups_to_see(person_of(request), campaign, blueprint, stage)
        parts.append(
            {
                "title": stage_title(stage),
                "rule": rule_text(stage),
                "rows": [_row(campaign, stage, g) for g in groups],
                "figures": _figures(groups),
            }
        )
    columns = [
        {"label": _("区域")},
        {"label": _("承办单位")},
        {"label": _("正式申报"), "number": True},
        {"label": _("名额"), "number": True},
        {"label": _("已列入"), "number": True},
        {"label": _("剩余"), "number": True},
        {"label": _("状态")},
    ]
    context = {"campaign": campaign, "parts": parts, "columns": columns}
    return render(request, "organiser/recommendations/overview.html", context)


def _figures(groups: list[Group]) -> list[dict[str, Any]]:
    handed = sum(g.list is not None and g.list.state == "handed_up" for g in groups)
    return [
        {"label": _("正式申报"), "value": sum(g.quota.declared for g in groups), "unit": _("项")},
        {"label": _("名额"), "value": sum(g.quota.seats or 0 for g in groups), "unit": _("项")},
        {"label": _("已列入"), "value": sum(g.quota.listed for g in groups), "unit": _("项")},
        {"label": _("已报送名单"), "value": f"{handed} / {len(groups)}", "unit": _("份")},
    ]


def _row(campaign: Campaign, stage: Selection, group: Group) -> dict[str, Any]:
    now, found = group.quota, group.list
    state: Any = "—"
    if found is not None:
        waiting = _("有变更待复核") if found.waiting else ""  # type: ignore[attr-defined]  # annotated by groups_to_see
        note = waiting or (moment(found.handed_at) if found.handed_at and found.state == "handed_up" else "")
        state = {"text": STATES[found.state](), "tag": COLOURS[found.state], "note": note}
    url = reverse("recommendation", args=[campaign.pk, stage.id, group.province or ALL])
    return {
        "cells": [
            {"text": place_title(group.province), "url": url},
            _("、").join(group.bodies),
            str(now.declared),
            {"text": "—" if now.seats is None else str(now.seats), "note": sum_text(now, stage)},
            str(now.listed),
            "—" if now.left is None else str(now.left),
            state,
        ],
        "actions": [],
    }
