"""A collected list: what is on it, taking over the lists from below, opinions and seal, handing it up, sending one back."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.collecting import (
    collect_list,
    hand_up_collection,
    move_in_collection,
    put_in_collection,
    send_back_collection,
    start_collection,
    take_from_collection,
    write_opinions,
)
from guiguan.apps.endorsing.models import Body, Collected, Collection
from guiguan.apps.endorsing.opinions import LONGEST, OPEN
from guiguan.apps.endorsing.queries import entries_before, lists_waiting
from guiguan.apps.endorsing.table import list_rows, list_table
from guiguan.core.values.finding import InputError
from guiguan.core.values.moment import Instant, day_of
from guiguan.documents.list_sheet import list_workbook
from guiguan.web.common.clock import now
from guiguan.web.common.csv_sent import csv_answer, table_answer
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.endorser.words import (
    LIST_COLOURS,
    LISTS,
    SEAL_MEGABYTES,
    body_in,
    list_for,
    seal_of,
    seal_row,
)
from guiguan.web.organiser.recommendations_list import entry_id
from guiguan.web.organiser.screening_words import lang

Error = tuple[str, str]
PER_PAGE = 50


@door("collection.make", body_in, methods=("POST",))
def start(request: HttpRequest, body: Body) -> HttpResponse:
    """Leads to the list in the making."""
    person = person_of(request)
    assert person is not None  # the door
    try:
        found = start_collection(person, now(), body.pk)
    except InputError as error:
        for finding in error.findings:
            messages.warning(request, finding.text(lang()))
        return redirect("endorsing-body", campaign=body.campaign_id, body=body.pk)
    return redirect("endorsing-list", campaign=body.campaign_id, body=body.pk, collection=found.pk)


@door("endorsement.read", body_in, keep=("collection",))
def one(request: HttpRequest, body: Body, collection: int) -> HttpResponse:
    """The list as it stands."""
    return page(request, body, list_for(body, collection))


@door("collection.make", body_in, methods=("POST",), keep=("collection",))
def act(request: HttpRequest, body: Body, collection: int) -> HttpResponse:
    """One act on the list in the making."""
    person, at = person_of(request), now()
    assert person is not None  # the door
    found, what = list_for(body, collection), request.POST.get("act", "")
    entry = entry_id(request.POST.get("entry", ""))
    try:
        if what == "put":
            chosen = [pk for text in request.POST.getlist("entries")[:200] if (pk := entry_id(text))]
            if chosen:
                put_in_collection(person, at, found.pk, chosen)
                messages.success(request, _("已列入清单。"))
            else:
                messages.warning(request, _("请先勾选要列入的场景。"))
        elif what == "collect":
            collect_list(person, at, found.pk, _number(request.POST.get("part", "")))
            messages.success(request, _("已汇总到本清单。"))
        elif what == "off" and entry:
            take_from_collection(person, at, found.pk, entry)
            messages.success(request, _("已移出清单。"))
        elif what in ("up", "down") and entry:
            move_in_collection(person, at, found.pk, entry, what == "up")
        elif what in ("save", "hand_up"):
            seal = seal_of(request, person, at)
            opinions = _opinions(request)
            write_opinions(
                person, at, found.pk, request.POST.get("opinion", ""), opinions, seal.pk if seal else None
            )
            if what == "hand_up":
                hand_up_collection(person, at, found.pk)
                messages.success(request, _("清单已报送。"))
            else:
                messages.success(request, _("意见已保存。"))
        else:
            raise Http404
    except InputError as error:
        errors = tuple((f.text(lang()), _where(f.rule)) for f in error.findings)
        return page(request, body, list_for(body, collection), errors)
    return redirect("endorsing-list", campaign=body.campaign_id, body=body.pk, collection=found.pk)


@door("collection.return", body_in, methods=("GET", "HEAD", "POST"), keep=("collection",))
def send_back(request: HttpRequest, body: Body, collection: int) -> HttpResponse:
    """A list from below goes back with a reason."""
    found = list_for(body, collection)
    if found.body.parent_id != body.pk:
        raise Http404
    back = reverse("endorsing-list", args=[body.campaign_id, body.pk, found.pk])
    return returning(request, found, back)


def returning(request: HttpRequest, found: Collection, back: str) -> HttpResponse:
    """Asks for the reason, then sends the list back."""
    person = person_of(request)
    assert person is not None  # the door
    fault = ""
    if request.method == "POST":
        try:
            send_back_collection(person, now(), found.pk, request.POST.get("reason", ""))
            messages.success(request, _("清单已退回。"))
            return redirect(back)
        except InputError as error:
            fault = " ".join(f.text(lang()) for f in error.findings)
    context = {
        "title": _("退回%(body)s的清单？") % {"body": found.body.name},
        "text": _("退回后由报送单位修改并重新报送。"),
        "reason": _("理由"),
        "reason_error": fault,
        "reason_value": request.POST.get("reason", ""),
        "confirm": _("退回"),
        "cancel_url": back,
        "danger": True,
    }
    return render(request, "organiser/recommendations/confirm.html", context, status=400 if fault else 200)


@door("endorsement.read", body_in, keep=("collection",))
def table(request: HttpRequest, body: Body, collection: int) -> HttpResponse:
    """The list as a table to keep."""
    found = list_for(body, collection)
    return table_of(request, found)


@door("endorsement.read", body_in, keep=("collection",))
def workbook(request: HttpRequest, body: Body, collection: int) -> HttpResponse:
    """The list as a workbook in the layout of the form's own list."""
    return workbook_answer(request, list_for(body, collection))


def table_of(request: HttpRequest, found: Collection) -> HttpResponse:
    """The table to be kept."""
    campaign = found.body.campaign
    return csv_answer(
        request, campaign.pk, f"list-{campaign.pk}-{found.pk}", *list_table(found, blueprint_of(campaign))
    )


def workbook_answer(request: HttpRequest, found: Collection) -> HttpResponse:
    """The workbook to be kept. Raises Http404 where the form has no list of repeated rows."""
    blueprint = blueprint_of(found.body.campaign)
    field, rows = list_rows(found, blueprint)
    if field is None:
        raise Http404
    day = day_of(Instant(found.handed_at or now()), ZoneInfo(blueprint.zone)).isoformat()
    campaign, content = found.body.campaign_id, list_workbook(field, found.body.name, day, rows, lang())
    return table_answer(request, campaign, f"list-{campaign}-{found.pk}", "xlsx", content)


def page(request: HttpRequest, body: Body, found: Collection, errors: tuple[Error, ...] = ()) -> HttpResponse:
    """The page, with what kept the last act from being done."""
    blueprint = blueprint_of(body.campaign)
    rows = list(found.rows.select_related("entry__organisation", "part__body").order_by("place", "pk"))
    edits = found.state == "draft" and found.body_id == body.pk and body.campaign.state == "open"
    free = entries_before(body, blueprint).filter(state__in=OPEN).exclude(collected__collection__body=body)
    shown = Paginator(free, PER_PAGE).get_page(request.GET.get("page"))
    how = blueprint.endorsers.opinion if blueprint.endorsers else "none"
    wrong = {where: text for text, where in errors}
    context: dict[str, Any] = {
        **described(found, rows),
        "body": body,
        "campaign": body.campaign,
        "edits": edits,
        "typed": request.POST.get("opinion", found.opinion),
        "top": body.parent_id is None,
        "parent": body.parent.name if body.parent else "",
        "sealed": how == "sealed",
        "most": LONGEST,
        "megabytes": SEAL_MEGABYTES,
        "wrong": {k: wrong.get(k, "") for k in ("opinion", "seal")},
        "page": shown,
        "free": shown.object_list if edits else [],
        "below": [
            {
                "pk": c.pk,
                "title": _("%(body)s第 %(n)s 份清单") % {"body": c.body.name, "n": c.number},
                "size": c.size,
            }
            for c in (lists_waiting(body).annotate(size=Count("rows")) if edits else ())
        ],
        "returns": found.body.parent_id == body.pk and found.state == "handed_up",
        "entry_name": "endorsing-entry",
        "here": [body.campaign_id, body.pk, found.pk],
        "errors": errors,
    }
    return render(request, "endorser/list.html", context, status=400 if errors else 200)


def described(found: Collection, rows: list[Collected]) -> dict[str, Any]:
    """What every reader of a list sees."""
    return {
        "found": found,
        "has_rows": any(f.kind == "rows" for f in blueprint_of(found.body.campaign).form),
        "title": _("%(body)s第 %(n)s 份清单") % {"body": found.body.name, "n": found.number},
        "state": LISTS[found.state](),
        "colour": LIST_COLOURS[found.state],
        "handed": moment(found.handed_at) if found.handed_at and found.state != "draft" else "",
        "seal": seal_row(found.seal),
        "rows": [
            {
                "place": n,
                "entry": r.entry,
                "opinion": r.opinion,
                "name": f"opinion~{r.entry_id}",
                "part": r.part.body.name if r.part else "",
            }
            for n, r in enumerate(rows, 1)
        ],
    }


def _opinions(request: HttpRequest) -> dict[UUID, str]:
    found = {}
    for name in request.POST:
        pk = entry_id(name.removeprefix("opinion~")) if name.startswith("opinion~") else None
        if pk is not None:
            found[pk] = request.POST[name]
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _where(rule: str) -> str:
    places = {
        "endorsement.opinion": "opinion",
        "collection.opinion-long": "opinion",
        "endorsement.seal": "seal",
    }
    return places.get(rule, "seal" if rule.startswith(("intake.", "upload.", "file.")) else "")
