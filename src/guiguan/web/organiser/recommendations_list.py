"""One list: what is on it, what may go on it, how many places are left; making it, handing it up, sending it back."""

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
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.recommending.listing import (
    MOST,
    Place,
    hand_up_list,
    makes_list,
    move_on_list,
    put_on_list,
    send_back_list,
    take_off_list,
)
from guiguan.apps.recommending.models import LateChange, Recommendation
from guiguan.apps.recommending.queries import figures_now, may_be_listed, rows_of
from guiguan.core.entries.routing import handled_by
from guiguan.core.permissions.table import may
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.organiser.recommendations_words import (
    ALL,
    COLOURS,
    STATES,
    campaign_and_stage,
    place_in,
    place_title,
    rule_text,
    stage_title,
    sum_text,
)
from guiguan.web.organiser.screening_words import lang, name_of

Error = tuple[str, str]
PER_PAGE = 50


@door("recommendation.read", place_in)
def one(request: HttpRequest, place: Place) -> HttpResponse:
    """The list as it stands."""
    return page(request, place)


@door("recommendation.draft", place_in, methods=("POST",))
def draft(request: HttpRequest, place: Place) -> HttpResponse:
    """One act on a list in the making: `put`, `off`, `up`, `down`, `hand_up`."""
    person = person_of(request)
    assert person is not None  # the door
    campaign_and_stage(place)
    act, entry = request.POST.get("act", ""), entry_id(request.POST.get("entry", ""))
    try:
        if act == "hand_up":
            hand_up_list(person, now(), place)
            messages.success(request, _("名单已报送，并通知了主办单位。"))
        elif entry is None:
            raise Http404
        elif act == "put":
            put_on_list(person, now(), place, entry, request.POST.get("reason", ""))
            messages.success(request, _("已列入名单。"))
        elif act == "off":
            take_off_list(person, now(), place, entry)
            messages.success(request, _("已移出名单。"))
        elif act in ("up", "down"):
            move_on_list(person, now(), place, entry, act == "up")
        else:
            raise Http404
    except InputError as error:
        return page(request, place, errors_of(error))
    return redirect(address(place))


@door("recommendation.return", place_in, methods=("GET", "HEAD", "POST"))
def send_back(request: HttpRequest, place: Place) -> HttpResponse:
    """Asks for the reason, then the list is a draft again."""
    person = person_of(request)
    assert person is not None  # the door
    _campaign, stage = campaign_and_stage(place)
    fault = ""
    if request.method == "POST":
        try:
            send_back_list(person, now(), place, request.POST.get("reason", ""))
            messages.success(request, _("名单已退回。"))
            return redirect(address(place))
        except InputError as error:
            fault = " ".join(f.text(lang()) for f in error.findings)
    context = {
        "title": _("退回%(place)s的名单？") % {"place": place_title(place.province)},
        "text": _("退回后由报送单位修改并重新报送。") + stage_title(stage),
        "reason": _("理由"),
        "reason_error": fault,
        "reason_value": request.POST.get("reason", ""),
        "confirm": _("退回"),
        "cancel_url": address(place),
        "danger": True,
    }
    status = 400 if fault else 200
    return render(request, "organiser/recommendations/confirm.html", context, status=status)


def page(request: HttpRequest, place: Place, errors: tuple[Error, ...] = ()) -> HttpResponse:
    """The page, with what kept the last act from being done."""
    person = person_of(request)
    campaign, stage = campaign_and_stage(place)
    blueprint = blueprint_of(campaign)
    found = Recommendation.objects.filter(campaign=campaign, stage=stage.id, group=place.province).first()
    rows = list(rows_of(found))
    figures = figures_now(campaign, blueprint, stage, place.province, len(rows))
    mine = person is not None and campaign.state == "open" and makes_list(person, blueprint, place)
    is_draft = found is None or found.state == "draft"
    candidates = may_be_listed(campaign, blueprint, place.province, found)
    shown = Paginator(candidates, PER_PAGE).get_page(request.GET.get("page"))
    chosen = entry_id(request.POST.get("entry", "") or request.GET.get("entry", ""))
    held = held_by(person)
    changes = list(found.changes.order_by("pk")) if found else []
    people = _people(changes, found)
    context: dict[str, Any] = {
        "campaign": campaign,
        "stage": stage,
        "stage_title": stage_title(stage),
        "place_title": place_title(place.province),
        "bodies": _("、").join(handled_by(blueprint, place.province)),
        "rule": rule_text(stage),
        "sum": sum_text(figures, stage),
        "figures": _figures(figures),
        "full": figures.full,
        "found": found,
        "state": STATES[found.state if found else "draft"](),
        "colour": COLOURS[found.state if found else "draft"],
        "handed": _("%(when)s，%(by)s报送")
        % {"when": moment(found.handed_at), "by": name_of(people, found.handed_by)}
        if found and found.handed_at and not is_draft
        else "",
        "rows": [
            {
                "place": n,
                "entry": r.entry,
                "url": reverse("screening-entry", args=[campaign.pk, r.entry_id]),
                "reason": r.reason,
                "late": r.second_by is not None,
            }
            for n, r in enumerate(rows, 1)
        ],
        "edits": mine and is_draft,
        "page": shown,
        "candidates": [
            {
                "entry": e,
                "url": reverse("screening-entry", args=[campaign.pk, e.pk]),
                "put": f"?entry={e.pk}#put",
            }
            for e in shown
        ],
        "chosen": candidates.filter(pk=chosen).first() if chosen else None,
        "reason": request.POST.get("reason", ""),
        "most": MOST,
        "errors": errors,
        "reason_error": next((t for t, where in errors if where == "reason"), ""),
        "why_error": next((t for t, where in errors if where == "why"), ""),
        "why_given": request.POST.get("why", ""),
        "returns": not is_draft and may(held, "recommendation.return", place.about),
        "changes_it": not is_draft and may(held, "recommendation.change", place.about),
        "proposal": next((c for c in changes if c.state == "proposed"), None),
        "mine_proposed": bool(changes)
        and changes[-1].state == "proposed"
        and person is not None
        and changes[-1].by == person.pk,
        "history": [_change(c, people) for c in changes],
        "here": [campaign.pk, stage.id, place.province or ALL],
        "address": address(place),
    }
    return render(request, "organiser/recommendations/list.html", context, status=400 if errors else 200)


def _figures(now: Any) -> list[dict[str, Any]]:
    unit = _("项")
    return [
        {"label": _("正式申报"), "value": now.declared, "unit": unit},
        {"label": _("名额"), "value": "—" if now.seats is None else now.seats, "unit": unit},
        {"label": _("已列入"), "value": now.listed, "unit": unit},
        {"label": _("剩余"), "value": "—" if now.left is None else now.left, "unit": unit},
    ]


def _change(change: LateChange, people: dict[UUID, Person]) -> dict[str, Any]:
    after = [row["number"] for row in change.after]
    added = [n for n in after if n not in change.before]
    gone = [n for n in change.before if n not in after]
    told = []
    if added:
        told.append(_("列入 %(entries)s") % {"entries": _("、").join(added)})
    if gone:
        told.append(_("移出 %(entries)s") % {"entries": _("、").join(gone)})
    if not told:
        told.append(_("调整顺序为 %(entries)s") % {"entries": _("、").join(after)})
    told.append(_("理由：%(reason)s") % {"reason": change.reason})
    if change.why:
        told.append(_("不同意的理由：%(why)s") % {"why": change.why})
    words = {"proposed": _("提出变更"), "stands": _("变更生效"), "dropped": _("变更未通过")}
    names = [name_of(people, change.by), *([name_of(people, change.second_by)] if change.second_by else [])]
    return {
        "title": words[change.state],
        "when": f"{moment(change.second_at or change.at)} · {_('、').join(names)}",
        "text": _("；").join(told),
        "state": {"proposed": "now", "stands": "done", "dropped": "stopped"}[change.state],
    }


def _people(changes: list[LateChange], found: Recommendation | None) -> dict[UUID, Person]:
    wanted = {c.by for c in changes} | {c.second_by for c in changes if c.second_by}
    if found and found.handed_by:
        wanted.add(found.handed_by)
    return {p.pk: p for p in Person.objects.filter(pk__in=wanted)}


def address(place: Place) -> str:
    return reverse("recommendation", args=[place.campaign, place.stage, place.province or ALL])


def entry_id(text: str) -> UUID | None:
    """An id as an address or a form gives it; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def errors_of(error: InputError) -> tuple[Error, ...]:
    """Each finding with the control that it belongs to."""
    places = {"recommendation.reason": "reason", "second.why": "why"}
    return tuple((f.text(lang()), places.get(f.rule, "")) for f in error.findings)
