"""Batches as the organiser makes them: what is ready, the batch in the making, what is published and its corrections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.releasing.decisions import COLUMNS, decision_rows
from guiguan.apps.releasing.models import Release
from guiguan.apps.releasing.queries import corrections_of, releases_of, rows_of
from guiguan.apps.releasing.ready import in_time, period_now, ready_entries, release_stage
from guiguan.apps.releasing.releasing import (
    MOST,
    drop_release,
    propose_release,
    publish_release,
    put_in_release,
    send_back_release,
    start_release,
    take_from_release,
)
from guiguan.core.permissions.table import About, may
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.csv_sent import csv_answer
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.common.scope import campaigns_for
from guiguan.web.organiser.recommendations_list import entry_id
from guiguan.web.organiser.releases_words import COLOURS, STATES, correction_event, period_text
from guiguan.web.organiser.screening_words import in_campaign, lang, name_of

Error = tuple[str, str]
PER_PAGE = 50


@door("account.places")
def home(request: HttpRequest) -> HttpResponse:
    """The campaigns that release in batches."""
    person = person_of(request)
    assert person is not None  # the door
    cards = [
        {"title": c.title, "url": reverse("releases", args=[c.pk])}
        for c in campaigns_for(person, "release.read")
        if c.state != "draft"
    ]
    context = {"cards": cards, "heading": _("分批发布"), "empty": _("没有您可以办理的活动。")}
    return render(request, "organiser/recommendations/home.html", context)


@door("release.read", in_campaign)
def listing(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Every batch, what is ready for the next, and the decisions to download."""
    blueprint = blueprint_of(campaign)
    stage = release_stage(blueprint)
    rows = [
        {
            "cells": [
                {
                    "text": period_text(r.period),
                    "url": reverse("release", args=[campaign.pk, r.pk]),
                    "note": _("第 %(n)s 批") % {"n": r.number} if r.number else "",
                },
                {"text": STATES[r.state](), "tag": COLOURS[r.state]},
                str(r.size),  # type: ignore[attr-defined]  # annotated by releases_of
                moment(r.published_at) if r.published_at else "—",
            ],
            "actions": [],
        }
        for r in releases_of(campaign)
    ]
    context = {
        "campaign": campaign,
        "releases_in_batches": stage is not None,
        "columns": [
            {"label": _("批次")},
            {"label": _("状态")},
            {"label": _("场景数"), "number": True},
            {"label": _("发布时间")},
        ],
        "rows": rows,
        "ready": ready_entries(campaign, blueprint).count() if stage else 0,
        "period": period_now(blueprint, stage, now()) if stage else "",
        "period_text": period_text(period_now(blueprint, stage, now())) if stage else "",
        "drafts": _drafts(request, campaign),
        "open": any(r["cells"][1]["text"] in (STATES["draft"](), STATES["proposed"]()) for r in rows),  # type: ignore[index]  # a cell with a tag
    }
    return render(request, "organiser/releases/list.html", context)


@door("release.draft", in_campaign, methods=("POST",))
def start(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Leads to the batch in the making."""
    person = person_of(request)
    assert person is not None  # the door
    try:
        found = start_release(person, now(), campaign.pk, request.POST.get("period", "")[:8])
    except InputError as error:
        for finding in error.findings:
            messages.warning(request, finding.text(lang()))
        return redirect("releases", campaign=campaign.pk)
    return redirect("release", campaign=campaign.pk, release=found.pk)


def release_in(person: Person | None, campaign: str, release: int, **rest: object) -> tuple[Release, About]:
    """A batch of the campaign. Raises Http404."""
    found = Release.objects.select_related("campaign__in_force").filter(pk=release, campaign=campaign).first()
    if found is None:
        raise Http404
    return found, About(campaign=campaign)


@door("release.read", release_in)
def one(request: HttpRequest, release: Release) -> HttpResponse:
    """The batch as it stands."""
    return page(request, release)


@door("release.draft", release_in, methods=("POST",))
def draft(request: HttpRequest, release: Release) -> HttpResponse:
    """One act on a batch in the making: `put`, `off`, `propose`, `drop`."""
    person, at = person_of(request), now()
    assert person is not None  # the door
    act = request.POST.get("act", "")
    try:
        if act == "put":
            chosen = [pk for text in request.POST.getlist("entries")[:200] if (pk := entry_id(text))]
            if chosen:
                put_in_release(person, at, release.pk, chosen, request.POST.get("reason", ""))
                messages.success(request, _("已列入本批。"))
            else:
                messages.warning(request, _("请先勾选要列入的场景。"))
        elif act == "off" and (pk := entry_id(request.POST.get("entry", ""))):
            take_from_release(person, at, release.pk, pk)
            messages.success(request, _("已移出本批。"))
        elif act == "propose":
            propose_release(person, at, release.pk, request.POST.get("document", ""))
            messages.success(request, _("已提交，须由另一人复核发布。"))
        elif act == "drop":
            drop_release(person, at, release.pk)
            messages.success(request, _("已取消本批。"))
            return redirect("releases", campaign=release.campaign_id)
        else:
            raise Http404
    except InputError as error:
        return page(request, release, _errors(error))
    return redirect("release", campaign=release.campaign_id, release=release.pk)


@door("release.publish", release_in, methods=("POST",))
def publish(request: HttpRequest, release: Release) -> HttpResponse:
    """The second person publishes, or sends back with a reason."""
    person, at = person_of(request), now()
    assert person is not None  # the door
    try:
        if request.POST.get("act") == "publish":
            publish_release(person, at, release.pk)
            messages.success(request, _("已发布。"))
        elif request.POST.get("act") == "send_back":
            send_back_release(person, at, release.pk, request.POST.get("reason", ""))
            messages.success(request, _("已退回修改。"))
        else:
            raise Http404
    except InputError as error:
        return page(request, release, _errors(error))
    return redirect("release", campaign=release.campaign_id, release=release.pk)


@door("release.read", in_campaign)
def decisions(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """All that people decided, in the columns of replay; or why it cannot be told at this moment."""
    try:
        return csv_answer(request, campaign.pk, f"decisions-{campaign.pk}", COLUMNS, decision_rows(campaign))
    except InputError as error:
        for finding in error.findings:
            messages.error(request, finding.text(lang()))
        return redirect("releases", campaign=campaign.pk)


def page(request: HttpRequest, release: Release, errors: tuple[Error, ...] = ()) -> HttpResponse:
    """The page, with what kept the last act from being done."""
    person = person_of(request)
    release.refresh_from_db()
    blueprint, about = blueprint_of(release.campaign), About(campaign=release.campaign_id)
    held = held_by(person)
    drafts = may(held, "release.draft", about)
    edits = release.state == "draft" and release.campaign.state == "open" and drafts
    ready = ready_entries(release.campaign, blueprint).filter(in_time(release, blueprint))
    shown = Paginator(ready, PER_PAGE).get_page(request.GET.get("page")) if edits else None
    corrections = list(corrections_of(release))
    wanted = {release.proposed_by, release.published_by, *(c.by for c in corrections)}
    wanted |= {c.second_by for c in corrections}
    people = {p.pk: p for p in Person.objects.filter(pk__in=[w for w in wanted if w])}
    wrong = {where: text for text, where in errors}
    context: dict[str, Any] = {
        "release": release,
        "campaign": release.campaign,
        "title": period_text(release.period),
        "number": _("第 %(n)s 批") % {"n": release.number} if release.number else "",
        "state": STATES[release.state](),
        "colour": COLOURS[release.state],
        "told": _told(release, people),
        "rows": [
            {"place": n, "row": r, "entry": r.entry, "url": _entry(release, r.entry_id)}
            for n, r in enumerate(rows_of(release), 1)
        ],
        "edits": edits,
        "page": shown,
        "free": [_ready(release, e) for e in shown or ()],
        "publishes": release.state == "proposed"
        and may(held, "release.publish", about)
        and person is not None
        and release.proposed_by != person.pk,
        "waits": release.state == "proposed" and person is not None and release.proposed_by == person.pk,
        "corrects": release.state == "published" and drafts,
        "proposals": [
            {
                "c": c,
                "event": correction_event(c, people),
                "agrees": may(held, "release.publish", about) and person is not None and c.by != person.pk,
                "mine": person is not None and c.by == person.pk,
                "why_id": f"why-{c.pk}",
                "why_error": wrong.get(f"why-{c.pk}", ""),
                "why_given": request.POST.get("why", "") if f"why-{c.pk}" in wrong else "",
            }
            for c in corrections
            if c.state == "proposed"
        ],
        "history": [correction_event(c, people) for c in corrections if c.state != "proposed"],
        "document": request.POST.get("document", release.document),
        "reason": request.POST.get("reason", ""),
        "most": MOST,
        "wrong": {k: wrong.get(k, "") for k in ("reason", "document")},
        "errors": errors,
    }
    return render(request, "organiser/releases/release.html", context, status=400 if errors else 200)


def _ready(release: Release, entry: Entry) -> dict[str, Any]:
    since: int = entry.ready_at  # type: ignore[attr-defined]  # annotated by ready_entries
    return {"entry": entry, "ready": moment(since), "url": _entry(release, entry.pk)}


def _told(release: Release, people: dict[UUID, Person]) -> list[str]:
    told = []
    if release.proposed_at and release.state in ("proposed", "published"):
        fact = {"when": moment(release.proposed_at), "by": name_of(people, release.proposed_by)}
        told.append(_("%(when)s，%(by)s提交") % fact)
    if release.published_at:
        fact = {"when": moment(release.published_at), "by": name_of(people, release.published_by)}
        told.append(_("%(when)s，%(by)s复核发布") % fact)
    return told


def _entry(release: Release, pk: UUID) -> str:
    return reverse("screening-entry", args=[release.campaign_id, pk])


def _drafts(request: HttpRequest, campaign: Campaign) -> bool:
    return campaign.state == "open" and may(
        held_by(person_of(request)), "release.draft", About(campaign=campaign.pk)
    )


def _errors(error: InputError) -> tuple[Error, ...]:
    return tuple(
        (
            f.text(lang()),
            f.rule.removeprefix("release.") if f.rule in ("release.reason", "release.document") else "",
        )
        for f in error.findings
    )
