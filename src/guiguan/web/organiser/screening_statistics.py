"""The statistics of screening, of the entries that the person may see."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.screening.order import screening_stages
from guiguan.apps.screening.queries import counts_by_state, entries_to_see
from guiguan.apps.screening.statistics import Figures, figures_of, waits
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.model import Blueprint
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.organiser.screening_words import in_campaign, lang, name_of, tabs


@door("screening.read", in_campaign)
def statistics(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Per screener, per reason, waiting times, what is overdue."""
    blueprint = blueprint_of(campaign)
    entries = entries_to_see(person_of(request), campaign)
    found, counts = figures_of(entries, now()), counts_by_state(entries)
    context = {
        "campaign": campaign,
        "tabs": tabs(campaign, blueprint, "statistics"),
        "figures": [
            {"label": _("待审查"), "value": counts.get("submitted", 0), "unit": _("件")},
            {"label": _("补正中"), "value": found.correcting, "unit": _("件")},
            {"label": _("补正逾期"), "value": found.overdue, "unit": _("件")},
            {"label": _("已通过"), "value": counts.get("accepted", 0), "unit": _("件")},
            {"label": _("未通过"), "value": counts.get("refused", 0), "unit": _("件")},
            {"label": _("办结用时（中位数）"), "value": _days(found.median_waited), "unit": _("天")},
            {"label": _("等待最久"), "value": _days(found.longest_waiting), "unit": _("天")},
        ],
        "people_columns": [
            {"label": _("审查人")},
            {"label": _("通过"), "number": True},
            {"label": _("退回补正"), "number": True},
            {"label": _("不予通过"), "number": True},
            {"label": _("复核"), "number": True},
        ],
        "people": _people(found),
        "reason_columns": [{"label": _("理由")}, {"label": _("件数"), "number": True}],
        "reasons": _reasons(found, blueprint),
        "wait_columns": [
            {"label": _("天数")},
            {"label": _("已办结"), "number": True},
            {"label": _("仍在等待"), "number": True},
        ],
        "waits": _waits(found),
    }
    return render(request, "organiser/screening/statistics.html", context)


def _days(days: int | None) -> str:
    return "—" if days is None else str(days)


def _people(found: Figures) -> list[dict[str, Any]]:
    people = {p.pk: p for p in Person.objects.filter(pk__in=[w.person for w in found.by_person])}
    return [
        {
            "cells": [
                name_of(people, w.person),
                str(w.accepted),
                str(w.returned),
                str(w.refused),
                str(w.seconded),
            ],
            "actions": [],
        }
        for w in found.by_person
    ]


def _reasons(found: Figures, blueprint: Blueprint) -> list[dict[str, Any]]:
    stages = {s.id: s for s in screening_stages(blueprint)}
    rows = []
    for stage, code, count in found.by_reason:
        known = stages[stage].reasons if stage in stages else {}
        rows.append(
            {
                "cells": [say(known[code], lang()) if code in known else _("（没有代码）"), str(count)],
                "actions": [],
            }
        )
    return rows


def _waits(found: Figures) -> list[dict[str, Any]]:
    rows = []
    for (low, high, done), (_low, _high, still) in zip(
        waits(found.waited), waits(found.waiting), strict=True
    ):
        label = (
            _("%(low)s 天及以上") % {"low": low}
            if high is None
            else _("%(low)s–%(high)s 天") % {"low": low, "high": high}
        )
        rows.append({"cells": [label, str(done), str(still)], "actions": []})
    return rows
