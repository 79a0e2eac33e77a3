"""A change of a list that was handed up: one person proposes it with a reason, another one agrees."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.recommending.changing import propose_change, second_change
from guiguan.apps.recommending.listing import Place
from guiguan.apps.recommending.models import LateChange, Recommendation
from guiguan.apps.recommending.queries import may_be_listed, rows_of
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.organiser.recommendations_list import address, errors_of, page
from guiguan.web.organiser.recommendations_words import (
    campaign_and_stage,
    place_in,
    place_title,
    rule_text,
    stage_title,
)
from guiguan.web.organiser.screening_words import lang

MOST_ROWS = 500


@door("recommendation.change", place_in, methods=("GET", "HEAD", "POST"))
def change(request: HttpRequest, place: Place) -> HttpResponse:
    """The list with a place for every entry; those without one are off it."""
    person = person_of(request)
    assert person is not None  # the door
    campaign, stage = campaign_and_stage(place)
    blueprint = blueprint_of(campaign)
    found = Recommendation.objects.filter(campaign=campaign, stage=stage.id, group=place.province).first()
    if found is None or found.state != "handed_up":
        raise Http404
    errors: list[tuple[str, str]] = []
    listed = [(r.entry, str(n)) for n, r in enumerate(rows_of(found), 1)]
    others = [(e, "") for e in may_be_listed(campaign, blueprint, place.province, found)[:MOST_ROWS]]
    rows: list[dict[str, Any]] = [
        {"entry": e, "name": f"place~{e.pk}", "value": request.POST.get(f"place~{e.pk}", value)}
        for e, value in (*listed, *others)
    ]
    if request.method == "POST":
        wanted = _wanted({row["entry"].pk: row["value"].strip() for row in rows}, errors)
        if not errors:
            try:
                propose_change(
                    person,
                    now(),
                    place,
                    wanted,
                    request.POST.get("entry_reason", ""),
                    request.POST.get("reason", ""),
                )
                messages.success(request, _("已提出变更，须由另一人复核后生效。"))
                return redirect(address(place))
            except InputError as error:
                errors = [(f.text(lang()), _where(f.rule)) for f in error.findings]
    context = {
        "campaign": campaign,
        "place_title": place_title(place.province),
        "stage_title": stage_title(stage),
        "rule": rule_text(stage),
        "rows": rows,
        "reason": request.POST.get("reason", ""),
        "entry_reason": request.POST.get("entry_reason", ""),
        "entry_error": next((t for t, where in errors if where == "entry_reason"), ""),
        "reason_error": next((t for t, where in errors if where == "reason"), ""),
        "errors": errors,
        "address": address(place),
    }
    return render(request, "organiser/recommendations/change.html", context, status=400 if errors else 200)


@door("recommendation.change", place_in, methods=("POST",), keep=("change",))
def second(request: HttpRequest, place: Place, change: int) -> HttpResponse:
    """The second person's word on a change."""
    person = person_of(request)
    assert person is not None  # the door
    found = LateChange.objects.select_related("list").filter(pk=change).first()
    if found is None or (found.list.campaign_id, found.list.stage, found.list.group) != (
        place.campaign,
        place.stage,
        place.province,
    ):
        raise Http404
    agree = request.POST.get("agree") == "yes"
    try:
        second_change(person, now(), change, agree, request.POST.get("why", ""))
    except InputError as error:
        return page(request, place, errors_of(error))
    messages.success(request, _("变更已生效。") if agree else _("变更没有采用，名单不变。"))
    return redirect(address(place))


def _wanted(places: dict[UUID, str], errors: list[tuple[str, str]]) -> list[UUID]:
    """The entries in the order of the places given; what is no place is told."""
    numbered: list[tuple[int, UUID]] = []
    for pk, text in places.items():
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) > 0):
            errors.append((_("次序须为 1、2、3 等整数，移出的留空"), f"place~{pk}"))
            continue
        numbered.append((int(text), pk))
    if len({n for n, _pk in numbered}) != len(numbered):
        errors.append((_("有两项写了相同的次序，请分出先后"), f"place~{numbered[0][1]}"))
    return [pk for _n, pk in sorted(numbered, key=lambda pair: pair[0])]


def _where(rule: str) -> str:
    places = {"recommendation.reason": "reason", "recommendation.entry-reason": "entry_reason"}
    return places.get(rule, "")
