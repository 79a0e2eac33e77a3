"""The audit trail for those who watch: who did what to what, when; and whether anything was changed."""

from __future__ import annotations

import json
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.audit.export import begin_export
from guiguan.apps.audit.models import Record
from guiguan.apps.audit.queries import (
    Wanted,
    actions_in,
    broken,
    everything,
    exported,
    head,
    matching,
    records_of,
)
from guiguan.apps.campaigns.models import Campaign
from guiguan.core.permissions.table import NOTHING, About, may
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import day_bounds, second
from guiguan.web.common.scope import campaigns_for
from guiguan.web.common.sheets import sheet_wanted
from guiguan.web.supervisor.audit_sheet import trail_sheet
from guiguan.web.supervisor.names import names_of
from guiguan.web.supervisor.words import action_title, fault_title

_PER_PAGE = 50
_FAULTS_SHOWN = 100


def _in_campaign(person: Person | None, campaign: str) -> tuple[Campaign, About]:
    return get_object_or_404(Campaign, slug=campaign), About(campaign=campaign)


def _whole(person: Person | None) -> tuple[None, About]:
    """The whole site's trail: no campaign, so that only a role held everywhere reaches it."""
    return None, NOTHING


@door("account.places")
def home(request: HttpRequest) -> HttpResponse:
    """The campaigns whose trail the person may read."""
    person = person_of(request)
    assert person is not None
    held = held_by(person)
    return render(
        request,
        "supervisor/home.html",
        {
            "cards": [
                {"title": c.title, "url": reverse("audit-campaign", args=[c.slug])}
                for c in campaigns_for(person, "audit.read")
            ],
            "whole": may(held, "audit.read"),
            "may_export": may(held, "audit.export"),
        },
    )


@door("audit.read", _in_campaign)
def campaign_trail(request: HttpRequest, campaign: Campaign) -> HttpResponseBase:
    """The records of one campaign."""
    check = reverse("audit-check", args=[campaign.slug])
    return _trail(request, records_of(campaign.slug), campaign.title, check, campaign.slug)


@door("audit.read", _whole)
def whole_trail(request: HttpRequest, nothing: None) -> HttpResponseBase:
    """Every record of the site."""
    return _trail(request, everything(), _("全站"), reverse("audit-check-all"))


@door("audit.read", _in_campaign, methods=("POST",))
def check(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Whether the chain of all records holds, asked from a campaign's page."""
    return _checked(request, reverse("audit-campaign", args=[campaign.slug]))


@door("audit.read", _whole, methods=("POST",))
def check_all(request: HttpRequest, nothing: None) -> HttpResponse:
    """Whether the chain of all records holds."""
    return _checked(request, reverse("audit-all"))


@door("audit.export", _whole, methods=("POST",))
def export(request: HttpRequest, nothing: None) -> StreamingHttpResponse:
    """Every record, one a line, as bytes that anybody can hash again."""
    person = person_of(request)
    assert person is not None
    until = begin_export(person.pk, now())
    response = StreamingHttpResponse(exported(until), content_type="application/jsonl")
    response["Content-Disposition"] = f'attachment; filename="audit-{until}.jsonl"'
    return response


def _trail(
    request: HttpRequest, records: QuerySet[Record], title: str, check_url: str, campaign: str = ""
) -> HttpResponseBase:
    # PostgreSQL takes no NUL in a text, not even to look for it
    given = {
        name: request.GET.get(name, "").replace("\0", "").strip()
        for name in ("action", "subject", "by", "day")
    }
    bounds = day_bounds(given["day"]) if given["day"] else (None, None)
    since, before = bounds or (None, None)
    wanted = Wanted(given["action"], given["subject"], given["by"], since, before)
    if sheet_wanted(request):
        return trail_sheet(request, matching(records, wanted), campaign)
    page = Paginator(matching(records, wanted), _PER_PAGE).get_page(request.GET.get("page"))
    names = names_of(r.by for r in page.object_list)
    return render(
        request,
        "supervisor/audit.html",
        {
            "title": title,
            "given": given,
            "day_error": "" if bounds else _("日期应写作 2026-01-31"),
            "actions": [(a, action_title(a)) for a in actions_in(records)],
            "page": page,
            "records": [_row(r, names) for r in page],
            "check_url": check_url,
        },
    )


def _checked(request: HttpRequest, back: str) -> HttpResponse:
    """The result, without a redirect: nothing was written, and asking again does no harm."""
    faults = list(broken())
    number, digest = head() or (0, "")
    return render(
        request,
        "supervisor/check.html",
        {
            "back": back,
            "count": number,
            "head": f"{number}:{digest}" if number else "",
            "when": second(now()),
            "many": len(faults),
            "faults": [
                _("第 %(number)s 条：%(fault)s") % {"number": n, "fault": fault_title(f)}
                for n, f in faults[:_FAULTS_SHOWN]
            ],
        },
    )


def _row(record: Record, names: dict[str, str]) -> dict[str, Any]:
    return {
        "sequence": record.sequence,
        "when": second(record.at),
        "by": record.by,
        "name": names.get(record.by, record.by),
        "action": action_title(record.action),
        "code": record.action,
        "subject": record.subject,
        "detail": [
            {
                "label": key,
                "value": value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
            }
            for key, value in sorted(record.detail.items())
        ],
        "previous": record.previous,
        "digest": record.digest,
    }
