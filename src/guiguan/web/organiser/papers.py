"""Paper copies of a campaign's entries: what was sent, what arrived, what is missing, what is overdue."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.papers import (
    STATES,
    PaperBox,
    note_arrived,
    note_not_arrived,
    paper_box,
    paper_stages,
    paper_until,
    papers_of,
)
from guiguan.apps.screening.deadline import until_text
from guiguan.apps.screening.queries import entries_to_see
from guiguan.core.blueprint.stages import Paper
from guiguan.core.permissions.table import About, may
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.common.sheets import CHUNK, of_table, send_sheet, sheet_wanted
from guiguan.web.organiser.screening_words import entry_in, in_campaign, lang, tabs
from guiguan.web.public.progress_words import PAPER_COLOURS, PAPER_STATES

_PER_PAGE = 50


@door("screening.read", in_campaign)
def listing(request: HttpRequest, campaign: Campaign) -> HttpResponseBase:
    """The entries that owe paper copies, of one paper stage, and how each stands."""
    blueprint, at = blueprint_of(campaign), now()
    stages = paper_stages(blueprint)
    stage = next((s for s in stages if s.id == request.GET.get("stage")), stages[0] if stages else None)
    if stage is None:
        raise Http404
    until = paper_until(blueprint, stage)
    state = request.GET.get("state", "")
    state = state if state in (*STATES, "overdue") else ""
    mine = entries_to_see(person_of(request), campaign).values("pk")
    found = papers_of(campaign, stage, until, at, state).filter(pk__in=mine)
    columns = [{"label": t} for t in (_("申报件"), _("单位"), _("状态"), _("寄出"), _("收到"))]
    if sheet_wanted(request):
        every = found.prefetch_related("papers").iterator(CHUNK)
        rows = (_row(e, _box(e, stage, campaign), at, campaign, stage, tracks=False) for e in every)
        return send_sheet(
            request, "papers", *of_table(columns, rows), campaign=campaign.pk, title=_("纸质材料")
        )
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    prefetch_related_objects(list(page), "papers")
    tracks = may(held_by(person_of(request)), "paper.track", About(campaign=campaign.pk))
    boxes = [(e, _box(e, stage, campaign)) for e in page]
    context = {
        "campaign": campaign,
        "tabs": tabs(campaign, blueprint, "papers"),
        "stage": stage,
        "stages": [(s.id, paper_box(blueprint, s, None).title) for s in stages],
        "until": until_text(until, blueprint.zone),
        "states": [
            (_("全部"), f"?stage={stage.id}", state == "", None),
            *[(PAPER_STATES[s](), f"?stage={stage.id}&state={s}", state == s, None) for s in STATES],
            (_("逾期"), f"?stage={stage.id}&state=overdue", state == "overdue", None),
        ],
        "columns": columns,
        "rows": [_row(e, box, at, campaign, stage, tracks) for e, box in boxes],
        "page": page,
    }
    return render(request, "organiser/papers/list.html", context)


@door(
    "paper.track",
    lambda person, campaign, entry, **rest: entry_in(person, campaign, entry),
    methods=("GET", "HEAD", "POST"),
    keep=("stage",),
)
def arrived(request: HttpRequest, entry: Entry, stage: str) -> HttpResponse:
    """Notes what arrived of one entry, or takes that back."""
    person, blueprint = person_of(request), blueprint_of(entry.campaign)
    found = next((s for s in paper_stages(blueprint) if s.id == stage), None)
    if found is None or person is None:
        raise Http404
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            if "undo" in request.POST:
                note_not_arrived(person, now(), entry.pk, stage)
                messages.success(request, _("已取消登记。"))
            else:
                text = request.POST.get("copies", "").strip()
                copies = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
                note_arrived(person, now(), entry.pk, stage, copies, request.POST.get("missing", ""))
                messages.success(request, _("已登记：%(number)s") % {"number": entry.number})
            return redirect(f"{reverse('screening-papers', args=[entry.campaign_id])}?stage={stage}")
        except InputError as error:
            errors = [
                (f.text(lang()), "copies" if f.rule == "paper.copies" else "missing") for f in error.findings
            ]
    box = _box(entry, found, entry.campaign)
    context = {
        "entry": entry,
        "campaign": entry.campaign,
        "box": box,
        "until": until_text(box.until, blueprint.zone),
        "state": PAPER_STATES[box.state](),
        "colour": PAPER_COLOURS[box.state],
        "errors": errors,
        "copies": request.POST.get("copies", box.copies if box.arrived is None else box.arrived),
        "missing": request.POST.get("missing", box.missing),
        "copies_error": next((t for t, place in errors if place == "copies"), ""),
        "missing_error": next((t for t, place in errors if place == "missing"), ""),
    }
    return render(request, "organiser/papers/arrived.html", context, status=400 if errors else 200)


def _box(entry: Entry, stage: Paper, campaign: Campaign) -> PaperBox:
    copy = next((p for p in entry.papers.all() if p.stage == stage.id), None)
    return paper_box(blueprint_of(campaign), stage, copy)


def _row(
    entry: Entry, box: PaperBox, at: int, campaign: Campaign, stage: Paper, tracks: bool
) -> dict[str, Any]:
    late = box.overdue(at)
    came = ""
    if box.arrived_at is not None:
        came = _("%(when)s，%(copies)s 份") % {"when": moment(box.arrived_at), "copies": box.arrived}
    return {
        "cells": [
            {
                "text": entry.title or _("（未填名称）"),
                "url": reverse("screening-entry", args=[campaign.pk, entry.pk]),
                "note": entry.number,
            },
            entry.organisation.name,
            {
                "text": PAPER_STATES[box.state]() + (_("（逾期）") if late else ""),
                "tag": "danger" if late else PAPER_COLOURS[box.state],
            },
            {"text": moment(box.sent_at), "note": box.carrier} if box.sent_at else "—",
            {"text": came, "note": box.missing} if came else "—",
        ],
        "actions": [(_("登记"), reverse("screening-paper", args=[campaign.pk, stage.id, entry.pk]))]
        if tracks
        else [],
    }
