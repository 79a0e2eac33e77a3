"""The queue of entries to be screened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.screening.deciders import stages_of
from guiguan.apps.screening.order import screening_stages
from guiguan.apps.screening.queries import (
    STATES,
    Wanted,
    category_title,
    counts_by_state,
    entries_to_see,
    queue_of,
    regions_of,
)
from guiguan.apps.screening.reading import readers
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import STAGE_TITLES
from guiguan.core.blueprint.stages import Screening as Stage
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.common.scope import campaigns_for
from guiguan.web.common.sheets import sheet_wanted
from guiguan.web.common.units_shown import region_name
from guiguan.web.organiser.screening_sheet import queue_sheet
from guiguan.web.organiser.screening_words import COLOURS, in_campaign, lang, tabs
from guiguan.web.organiser.screening_words import STATES as WORDS

PER_PAGE = 50


@door("account.places")
def home(request: HttpRequest) -> HttpResponse:
    """The campaigns in which the person reads what is screened."""
    person = person_of(request)
    assert person is not None
    cards = [
        {"title": c.title, "url": reverse("screening-queue", args=[c.pk])}
        for c in campaigns_for(person, "screening.read")
        if c.state != "draft"
    ]
    return render(request, "organiser/screening/home.html", {"cards": cards})


@door("screening.read", in_campaign)
def queue(request: HttpRequest, campaign: Campaign) -> HttpResponseBase:
    """Entries handed in, the longest waiting first."""
    person = person_of(request)
    assert person is not None
    blueprint = blueprint_of(campaign)
    wanted = wanted_of(request, blueprint)
    everything = entries_to_see(person, campaign)
    if sheet_wanted(request):
        return queue_sheet(request, campaign, blueprint, queue_of(everything, blueprint, wanted))
    counts = counts_by_state(everything)
    page = Paginator(queue_of(everything, blueprint, wanted), PER_PAGE).get_page(request.GET.get("page"))
    reading = readers([e.pk for e in page], now(), person)
    mine = stages_of(person, campaign.pk, blueprint)
    decides = bool(mine)
    stages = screening_stages(blueprint)
    context = {
        "campaign": campaign,
        "tabs": tabs(campaign, blueprint, "queue"),
        "states": _states(request, counts, wanted),
        "wanted": wanted,
        "categories": [(c.id, say(c.title, lang())) for c in blueprint.categories],
        "regions": [(code, region_name(code)) for code in regions_of(everything)],
        "page": page,
        "rows": [_row(e, campaign, blueprint, reading.get(e.pk, [])) for e in page],
        "batch": decides and wanted.state == "submitted" and bool(stages),
        "stages": [(s.id, stage_title(s)) for s in stages] if len(stages) > 1 else [],
        "stage": request.GET.get("stage", ""),
        "waiting": counts.get("submitted", 0),
        "filter": urlencode(
            {k: v for k, v in request.GET.items() if k in ("category", "region", "stage", "q") and v}
        ),
    }
    return render(request, "organiser/screening/queue.html", context)


@door("screening.read", in_campaign)
def following(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Leads to the longest waiting entry that nobody else reads, other than the one just left (`after`)."""
    person = person_of(request)
    assert person is not None
    blueprint = blueprint_of(campaign)
    wanted = wanted_of(request, blueprint)
    mine = tuple(s.id for s in stages_of(person, campaign.pk, blueprint))
    theirs = tuple(s for s in wanted.stages if s in mine) or mine
    found = queue_of(entries_to_see(person, campaign), blueprint, replace(wanted, stages=theirs))
    waiting = found.exclude(organisation__memberships__person=person) if mine else found.none()
    first = [e.pk for e in waiting[:201] if str(e.pk) != request.GET.get("after")]
    taken = readers(first, now(), person)
    free = [pk for pk in first if pk not in taken] or first
    if not free:
        messages.success(request, _("没有待审查的申报件了。"))
        return redirect("screening-queue", campaign=campaign.pk)
    return redirect("screening-entry", campaign=campaign.pk, entry=free[0])


def stage_title(stage: Stage) -> str:
    return say(stage.title, lang()) if stage.title else STAGE_TITLES[stage.kind][lang() == "en"]


def wanted_of(request: HttpRequest, blueprint: Blueprint) -> Wanted:
    """The filters of the address."""
    stage = _asked(request, "stage", 64)
    state = request.GET.get("state", "submitted")
    return Wanted(
        state=state if state in STATES else "submitted",
        category=_asked(request, "category", 200),
        region=_asked(request, "region", 6),
        text=_asked(request, "q", 100),
        stages=(stage,) if stage in {s.id for s in screening_stages(blueprint)} else (),
    )


def _asked(request: HttpRequest, name: str, most: int) -> str:
    """One filter of the address; PostgreSQL knows no NUL, and nothing is called by one."""
    return request.GET.get(name, "").replace("\0", "")[:most]


def _states(request: HttpRequest, counts: dict[str, int], wanted: Wanted) -> list[tuple[str, str, bool, int]]:
    kept = {k: v for k, v in request.GET.items() if k in ("category", "region", "stage", "q") and v}
    return [
        (WORDS[s](), f"?{urlencode({'state': s, **kept})}", s == wanted.state, counts.get(s, 0))
        for s in STATES
    ]


def _row(entry: Entry, campaign: Campaign, blueprint: Blueprint, reading: list[str]) -> dict[str, Any]:
    handed: int = entry.handed  # type: ignore[attr-defined]  # annotated by queue_of
    return {
        "submission": entry.newest,  # type: ignore[attr-defined]  # annotated by queue_of
        "url": reverse("screening-entry", args=[campaign.pk, entry.pk]),
        "number": entry.number,
        "title": entry.title or _("（未填名称）"),
        "unit": entry.organisation.name,
        "category": category_title(blueprint, entry.category, lang()),
        "region": region_name(entry.region),
        "handed": moment(handed),
        "state": WORDS[entry.state](),
        "colour": COLOURS.get(entry.state, "neutral"),
        "reading": _("、").join(reading),
    }
