"""The bodies that endorse in a campaign: registering them, who acts for them, and the lists that they handed up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.queries import named
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.bodies import LONGEST, register_body, seat_person, unseat_person
from guiguan.apps.endorsing.models import Body, Collection, Seat
from guiguan.apps.endorsing.queries import endorsement_rows, endorsement_stage, lists_handed_to_host
from guiguan.apps.releasing.decisions import ENDORSEMENT_COLUMNS
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.csv_sent import csv_answer
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.common.scope import campaigns_for
from guiguan.web.common.units_shown import region_name
from guiguan.web.endorser.lists import described, returning, table_of, workbook_answer
from guiguan.web.organiser.screening_words import in_campaign, lang


@door("account.places")
def home(request: HttpRequest) -> HttpResponse:
    """The campaigns in which the person registers endorsers."""
    person = person_of(request)
    assert person is not None  # the door
    cards = [
        {"title": c.title, "url": reverse("bodies", args=[c.pk])}
        for c in campaigns_for(person, "body.manage")
        if c.state != "draft"
    ]
    context = {"cards": cards, "heading": _("推荐单位"), "empty": _("没有您可以登记推荐单位的活动。")}
    return render(request, "organiser/recommendations/home.html", context)


@door("body.manage", in_campaign, methods=("GET", "HEAD", "POST"))
def bodies(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Every body, the lists that lie before the organiser, and the form for one more."""
    person = person_of(request)
    assert person is not None  # the door
    errors: tuple[tuple[str, str], ...] = ()
    typed = {k: request.POST.get(k, "") for k in ("name", "kind", "region", "parent")}
    if request.method == "POST":
        parent = int(typed["parent"]) if typed["parent"].isdecimal() and len(typed["parent"]) < 18 else None
        try:
            made = register_body(
                person, now(), campaign.pk, typed["name"], typed["kind"], typed["region"], parent
            )
            messages.success(request, _("已登记，请接着指定经办人。"))
            return redirect("body", campaign=campaign.pk, body=made.pk)
        except InputError as error:
            errors = tuple(
                (f.text(lang()), "name" if f.rule == "body.twice" else f.rule.removeprefix("body."))
                for f in error.findings
            )
    blueprint = blueprint_of(campaign)
    found = list(
        campaign.bodies.select_related("parent")
        .annotate(
            people=Count("seats", filter=Q(seats__ended_at=None), distinct=True),
            said=Count("endorsements", filter=Q(endorsements__state="given"), distinct=True),
        )
        .order_by("kind", "name")
    )
    wrong = {where: text for text, where in errors}
    context: dict[str, Any] = {
        "campaign": campaign,
        "columns": [
            {"label": _("推荐单位")},
            {"label": _("类型")},
            {"label": _("地区")},
            {"label": _("清单报送")},
            {"label": _("经办人"), "number": True},
            {"label": _("已出具意见"), "number": True},
        ],
        "rows": [
            {
                "cells": [
                    {"text": b.name, "url": reverse("body", args=[campaign.pk, b.pk])},
                    b.kind,
                    region_name(b.region) or "—",
                    b.parent.name if b.parent else _("主办单位"),
                    str(b.people),
                    str(b.said),
                ],
                "actions": [],
            }
            for b in found
        ],
        "lists": [
            {
                "cells": [
                    {
                        "text": _("%(body)s第 %(n)s 份清单") % {"body": c.body.name, "n": c.number},
                        "url": reverse("body-list", args=[campaign.pk, c.pk]),
                    },
                    str(c.size),
                    moment(c.handed_at or 0),
                ],
                "actions": [],
            }
            for c in lists_handed_to_host(campaign).annotate(size=Count("rows"))
        ],
        "list_columns": [
            {"label": _("清单")},
            {"label": _("场景数"), "number": True},
            {"label": _("报送时间")},
        ],
        "collects": endorsement_stage(blueprint) is not None,
        "kinds": [(k, k) for k in (blueprint.endorsers.list if blueprint.endorsers else ())],
        "parents": [(str(b.pk), b.name) for b in found if b.parent_id is None],
        "typed": typed,
        "wrong": {k: wrong.get(k, "") for k in typed},
        "errors": errors,
        "most": LONGEST,
    }
    return render(request, "organiser/bodies/list.html", context, status=400 if errors else 200)


def _body(person: Any, campaign: str, body: int, **rest: object) -> tuple[Body, About]:
    found = Body.objects.select_related("campaign", "parent").filter(pk=body, campaign=campaign).first()
    if found is None:
        raise Http404
    return found, About(campaign=campaign)


@door("body.manage", _body, methods=("GET", "HEAD", "POST"))
def body(request: HttpRequest, body: Body) -> HttpResponse:
    """Who acts for the body; one more, or one less."""
    person = person_of(request)
    assert person is not None  # the door
    errors: tuple[tuple[str, str], ...] = ()
    if request.method == "POST":
        seat = request.POST.get("seat", "")
        if seat.isdecimal() and len(seat) < 18:
            unseat_person(person, now(), body.pk, int(seat))
            messages.success(request, _("已取消经办。"))
            return redirect("body", campaign=body.campaign_id, body=body.pk)
        try:
            seat_person(person, now(), body.pk, request.POST.get("username", ""))
            messages.success(request, _("已指定经办人。"))
            return redirect("body", campaign=body.campaign_id, body=body.pk)
        except InputError as error:
            errors = tuple((f.text(lang()), "username") for f in error.findings)
    seats = Seat.objects.filter(body=body, ended_at=None).select_related("person").order_by("since", "pk")
    context = {
        "body": body,
        "campaign": body.campaign,
        "region": region_name(body.region),
        "seats": [
            {
                "pk": s.pk,
                "name": named(s.person) or s.person.username,
                "username": s.person.username,
                "since": moment(s.since),
            }
            for s in seats
        ],
        "username": request.POST.get("username", ""),
        "errors": errors,
        "wrong": errors[0][0] if errors else "",
    }
    return render(request, "organiser/bodies/body.html", context, status=400 if errors else 200)


def list_in(person: Any, campaign: str, **rest: object) -> tuple[Campaign, About]:
    """The campaign in which a list lies. Raises Http404."""
    return in_campaign(person, campaign)


@door("endorsement.read", list_in, keep=("collection",))
def collection(request: HttpRequest, campaign: Campaign, collection: int) -> HttpResponse:
    """A list that was handed up to the organiser."""
    found = _handed(campaign, collection)
    rows = list(found.rows.select_related("entry__organisation", "part__body").order_by("place", "pk"))
    context = {
        **described(found, rows),
        "campaign": campaign,
        "edits": False,
        "entry_name": "screening-entry",
        "returns": found.state == "handed_up",
    }
    return render(request, "organiser/bodies/collection.html", context)


@door("collection.return", list_in, methods=("GET", "HEAD", "POST"), keep=("collection",))
def send_back(request: HttpRequest, campaign: Campaign, collection: int) -> HttpResponse:
    """A list that was handed up to the organiser goes back with a reason."""
    found = _handed(campaign, collection)
    return returning(request, found, reverse("bodies", args=[campaign.pk]))


@door("endorsement.read", list_in, keep=("collection",))
def table(request: HttpRequest, campaign: Campaign, collection: int) -> HttpResponse:
    """The list as a table to keep."""
    return table_of(request, _handed(campaign, collection))


@door("endorsement.read", list_in, keep=("collection",))
def workbook(request: HttpRequest, campaign: Campaign, collection: int) -> HttpResponse:
    """The list as a workbook in the layout of the form's own list."""
    return workbook_answer(request, _handed(campaign, collection))


@door("endorsement.read", in_campaign)
def endorsements(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The endorsements that stand, in the columns of replay."""
    name = f"endorsements-{campaign.pk}"
    return csv_answer(request, campaign.pk, name, ENDORSEMENT_COLUMNS, endorsement_rows(campaign))


def _handed(campaign: Campaign, number: int) -> Collection:
    """A list before the organiser. Raises Http404."""
    found = (
        Collection.objects.select_related("body__campaign", "body__parent")
        .filter(pk=number, body__campaign=campaign, body__parent=None)
        .exclude(state="draft")
        .first()
    )
    if found is None:
        raise Http404
    return found
