"""Suspected ballots: what the detectors found, and how the cases stand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.votes.brushing.running import ask_run
from guiguan.apps.votes.models import Appeal, Poll, Run, Suspicion
from guiguan.core.permissions.table import About, may
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.common.scope import campaigns_for
from guiguan.web.organiser.brushing_find import in_campaign
from guiguan.web.organiser.brushing_words import APPEAL_STATES, COLOURS, DETECTORS, RUN_STATES, STATES
from guiguan.web.public.campaign_words import lang

_PER_PAGE = 50


@door("account.places")
def home(request: HttpRequest) -> HttpResponse:
    """The campaigns with a vote whose suspected ballots the person may see."""
    person = person_of(request)
    assert person is not None
    voted = set(Poll.objects.exclude(state="draft").values_list("campaign", flat=True))
    cards = [
        {"title": c.title, "url": reverse("brushing", args=[c.pk])}
        for c in campaigns_for(person, "brushing.read")
        if c.pk in voted
    ]
    return render(request, "organiser/brushing/home.html", {"cards": cards})


@door("brushing.read", in_campaign)
def listing(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Every case of the campaign's votes; which entry a case concerns is not read."""
    polls = {p.pk: p for p in Poll.objects.filter(campaign=campaign.pk).exclude(state="draft")}
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    cases = Suspicion.objects.filter(poll__in=polls).defer("subject", "evidence")
    cases = cases.annotate(pointed=F("evidence__detectors"))
    counts = {s: cases.filter(state=s).count() for s in STATES}
    page = Paginator(cases.filter(state=state).order_by("-day", "-ballots", "pk"), _PER_PAGE).get_page(
        request.GET.get("page")
    )
    waiting = Appeal.objects.filter(suspicion__poll__in=polls, state__in=("waiting", "proposed"))
    appeals = waiting.select_related("suspicion").defer("suspicion__subject", "suspicion__evidence")
    person = person_of(request)
    context = {
        "campaign": campaign,
        "runs": [_run(p, campaign) for p in polls.values()],
        "may_run": may(held_by(person), "brushing.run", About(campaign=campaign.pk)),
        "tabs": [(word(), f"?state={s}", s == state, counts[s]) for s, word in STATES.items()],
        "columns": [{"label": _("编号")}, {"label": _("日期")}, {"label": _("选票"), "number": True},
                    {"label": _("指向的检测器")}, {"label": _("状态")}],
        "rows": [_row(campaign, c) for c in page],
        "page": page,
        "appeals": [
            (_("第 %(n)s 组的申诉：%(state)s") % {"n": a.suspicion.number, "state": APPEAL_STATES[a.state]()},
             reverse("brushing-appeal", args=[campaign.pk, a.pk]))
            for a in appeals.order_by("pk")[:_PER_PAGE]
        ],
    }  # fmt: skip
    return render(request, "organiser/brushing/list.html", context)


@door("brushing.run", in_campaign, methods=("POST",))
def run(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """A run of every vote that has opened is asked for."""
    person = person_of(request)
    assert person is not None
    for poll in Poll.objects.filter(campaign=campaign.pk).exclude(state="draft"):
        try:
            ask_run(person, now(), poll.pk)
            messages.success(request, _("已开始检测，通常几分钟内完成。"))
        except InputError as error:
            for f in error.findings:
                messages.error(request, f.text(lang()))
    return redirect("brushing", campaign=campaign.pk)


def _run(poll: Poll, campaign: Campaign) -> dict[str, Any]:
    """How the last run of a vote ended, as rows of a summary list."""
    last = Run.objects.filter(poll=poll.pk).order_by("-pk").first()
    if last is None:
        return {"rows": [{"label": _("最近一次检测"), "value": _("还没有检测过")}], "figures": []}
    when = moment(last.ended_at or last.began_at or last.asked_at)
    ended = _("%(state)s，%(when)s") % {"state": RUN_STATES[last.state](), "when": when}
    facts = {_("最近一次检测"): ended}
    if last.state == "done":
        facts |= {_("检测的选票"): str(last.ballots), _("结果摘要"): last.digest[:16]}
        if last.left_out:
            facts[_("未检测的较早选票")] = str(last.left_out)
    rows = [{"label": label, "value": value} for label, value in facts.items()]
    figures = [
        {"label": DETECTORS[d](), "value": n["ballots"], "unit": ngettext("张", "张", n["ballots"])}
        for d, n in sorted(last.found.items())
    ]
    return {"rows": rows, "figures": figures}


def _row(campaign: Campaign, case: Suspicion) -> dict[str, Any]:
    url = reverse("brushing-case", args=[campaign.pk, case.pk])
    return {
        "cells": [
            {"text": _("第 %(n)s 组") % {"n": case.number}, "url": url},
            case.day,
            str(case.ballots),
            _detectors(case),
            {"text": STATES[case.state](), "tag": COLOURS[case.state]},
        ]
    }


def _detectors(case: Any) -> str:
    return _("、").join(DETECTORS[d]() for d, n in sorted(case.pointed.items()) if n)
