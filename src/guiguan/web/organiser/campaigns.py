"""The organiser's campaigns: the list, a new one, its overview, its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import (
    blueprint_of,
    campaigns_of,
    current_version,
    questions_waiting_first,
)
from guiguan.apps.campaigns.services import close_campaign, create_campaign
from guiguan.apps.campaigns.windows import next_deadline
from guiguan.core.permissions.table import NOTHING, About, may
from guiguan.core.values.finding import Finding, InputError
from guiguan.shipped import shipped_blueprint, shipped_names
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.organiser.blueprints import count_of, lines_of, text_of
from guiguan.web.organiser.campaigns_find import frame, one_campaign
from guiguan.web.public.campaign_page import deadline_words, timeline
from guiguan.web.public.campaign_words import STATE_TAGS, STATES, lang

PER_PAGE = 20


def _oneself(person: Person | None) -> tuple[None, About]:
    """The list is each person's own: it shows the campaigns that the person may inspect."""
    return None, About(person=str(person.pk)) if person else NOTHING


@door("account.own", _oneself)
def listing(request: HttpRequest, _nothing: None) -> HttpResponse:
    """The campaigns in which the person has a part."""
    person = person_of(request)
    assert person is not None
    page = Paginator(campaigns_of(person), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "cells": [
                {"text": c.title, "url": reverse("campaign-manage", args=[c.pk])},
                c.pk,
                {"text": STATES[c.state](), "tag": STATE_TAGS[c.state]},
                moment(c.opened_at) if c.opened_at else "—",
            ]
        }
        for c in page
    ]
    columns = [{"label": w} for w in (_("名称"), _("代号"), _("状态"), _("发布时间"))]
    context = {
        "rows": rows,
        "columns": columns,
        "page": page,
        "may_create": may(held_by(person), "campaign.create"),
    }
    return render(request, "organiser/campaigns/list.html", context)


@door("campaign.create", methods=("GET", "HEAD", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """A campaign from an uploaded, pasted or copied blueprint; every fault is shown at its line."""
    if request.method != "POST":
        copy = shipped_blueprint(request.GET.get("copy", ""))
        return _new(request, copy.decode("utf-8") if copy else "", ())
    text, person = "", person_of(request)
    assert person is not None
    try:
        text = text_of(request)
        campaign = create_campaign(person, now(), text)
    except InputError as error:
        return _new(request, text, error.findings)
    messages.success(request, _("活动已建立，尚未发布"))
    return redirect("campaign-version", slug=campaign.pk, number=1)


def _new(request: HttpRequest, text: str, findings: tuple[Finding, ...]) -> HttpResponse:
    context = faults(text, findings) | {"shipped": shipped_names()}
    return render(request, "organiser/campaigns/new.html", context, status=422 if findings else 200)


def faults(text: str, findings: tuple[Finding, ...]) -> dict[str, Any]:
    """What a page shows of a text with faults: a summary that leads to the lines, and the lines."""
    lines = lines_of(text, findings) if findings else []
    shown = {line.number for line in lines}
    return {
        "text": text,
        "lines": lines,
        "errors": [
            (_said(f), f"line-{f.place.line}" if f.place.line in shown else "text")
            for f in findings
            if f.severity == "error"
        ],
        "warning_count": count_of(findings, "warning"),
        "language": lang(),
    }


def _said(finding: Finding) -> str:
    if not finding.place.line:
        return finding.text(lang())
    where = _("第 %(line)s 行第 %(column)s 列：") % {
        "line": finding.place.line,
        "column": finding.place.column,
    }
    return where + finding.text(lang())


@door("campaign.inspect", one_campaign)
def manage(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Where the campaign stands, and what to do next."""
    b, at = blueprint_of(campaign), now()
    newest = campaign.versions.defer("text").order_by("-number")[0]
    waiting = questions_waiting_first(campaign).filter(answered_at=None).count()
    figures = [
        {
            "label": _("现行规则"),
            "value": current_version(campaign).number if campaign.in_force else "—",
            "unit": _("版") if campaign.in_force else "",
            "url": reverse("campaign-versions", args=[campaign.pk]),
        },
        {
            "label": _("待答复的问题"),
            "value": waiting,
            "url": reverse("campaign-questions", args=[campaign.pk]),
        },
    ]
    context = frame(campaign, person_of(request), "campaign-manage") | {
        "figures": figures,
        "newest": newest,
        "deadline": deadline_words(b, next_deadline(b, at)),
        "timeline": timeline(b, at),
        "waiting": newest.proposed_by is not None and newest.in_force_at is None,
    }
    return render(request, "organiser/campaigns/manage.html", context)


@door("campaign.open", one_campaign, methods=("GET", "HEAD", "POST"))
def close(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The campaign is ended after a page that asks."""
    person = person_of(request)
    assert person is not None
    context = frame(campaign, person, "")
    if request.method == "POST":
        try:
            close_campaign(person, now(), campaign.pk)
        except InputError as error:
            context["refused"] = [f.text(lang()) for f in error.findings]
            return render(request, "organiser/campaigns/close.html", context, status=422)
        messages.success(request, _("活动已结束"))
        return redirect("campaign-manage", slug=campaign.pk)
    return render(request, "organiser/campaigns/close.html", context)
