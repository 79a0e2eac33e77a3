"""Published batches, for everybody: number, date, what is listed, and every correction with its reason."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.releasing.models import Release
from guiguan.apps.releasing.queries import corrections_of, published
from guiguan.core.permissions.table import About
from guiguan.web.common.door import door
from guiguan.web.common.moments import moment
from guiguan.web.organiser.releases_words import correction_event, period_text
from guiguan.web.public.campaign_find import public_campaign

PER_PAGE = 50


@door("portal.read", public_campaign)
def listing(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Every published batch, the newest first."""
    rows = [
        {
            "cells": [
                {
                    "text": _("第 %(n)s 批") % {"n": r.number},
                    "url": reverse("campaign-release", args=[campaign.pk, r.number]),
                    "note": period_text(r.period),
                },
                r.document or "—",
                str(r.size),  # type: ignore[attr-defined]  # annotated by published
                moment(r.published_at or 0),
            ],
            "actions": [],
        }
        for r in published(campaign)
    ]
    context = {
        "campaign": campaign,
        "columns": [
            {"label": _("批次")},
            {"label": _("文号")},
            {"label": _("场景数"), "number": True},
            {"label": _("发布时间")},
        ],
        "rows": rows,
        "trail": [
            (campaign.title, reverse("campaign-notice", args=[campaign.pk])),
            (_("发布清单"), ""),
        ],
    }
    return render(request, "public/releases.html", context)


def _batch(person: Person | None, slug: str, batch: int) -> tuple[tuple[Campaign, int], About]:
    campaign, about = public_campaign(person, slug)
    return (campaign, batch), about


@door("portal.read", _batch)
def one(request: HttpRequest, wanted: tuple[Campaign, int]) -> HttpResponse:
    """One batch: its public fields as they stand, what was taken out, and the corrections."""
    campaign, number = wanted
    found = Release.objects.filter(campaign=campaign, number=number, state="published").first()
    if found is None:
        raise Http404
    page = Paginator(found.rows.select_related("entry").order_by("place", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context: dict[str, Any] = {
        "campaign": campaign,
        "release": found,
        "title": _("第 %(n)s 批") % {"n": found.number},
        "period": period_text(found.period),
        "when": moment(found.published_at or 0),
        "rows": [_row(r) for r in page],
        "page": page,
        "corrections": [correction_event(c) for c in corrections_of(found, standing=True)],
        "trail": [
            (campaign.title, reverse("campaign-notice", args=[campaign.pk])),
            (_("发布清单"), reverse("campaign-releases", args=[campaign.pk])),
            (_("第 %(n)s 批") % {"n": found.number}, ""),
        ],
    }
    return render(request, "public/release.html", context)


def _row(row: Any) -> dict[str, Any]:
    texts = {p["field"]: p["text"] for p in row.public}
    more = [p for p in row.public if p["field"] not in ("title", "applicant")]
    return {
        "place": row.place,
        "number": row.entry.number,
        "title": texts.get("title", row.entry.number),
        "unit": texts.get("applicant", ""),
        "more": [{"label": p["label"], "value": p["text"]} for p in more],
        "out": moment(row.withdrawn_at) if row.withdrawn_at else "",
    }
