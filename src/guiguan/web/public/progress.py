"""How far an entry is, for whoever knows its number and its phone; nobody needs to sign in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.progress import entry_with
from guiguan.apps.screening.progress import timeline_of
from guiguan.apps.screening.tries import TooManyTries, count_try, same_number
from guiguan.core.permissions.table import NOTHING, About
from guiguan.web.common.client import address
from guiguan.web.common.clock import now
from guiguan.web.common.door import door
from guiguan.web.public.progress_words import STATES, event, lang


def _anybody(person: object) -> tuple[None, About]:
    return None, NOTHING


@door("entry.progress", _anybody, methods=("GET", "HEAD", "POST"))
def progress(request: HttpRequest, nothing: None) -> HttpResponse:
    """The form; sent, the timeline on the same answer, so that no address ever holds the phone."""
    number = (request.POST if request.method == "POST" else request.GET).get("number", "")[:60]
    if request.method != "POST":
        return render(request, "public/progress/query.html", {"number": number})
    phone, at = request.POST.get("phone", "")[:30], now()
    if not number.strip() or not phone.strip():
        errors = [(_("请填写编号"), "number")] if not number.strip() else []
        errors += [(_("请填写手机号"), "phone")] if not phone.strip() else []
        return _again(request, number, errors, 400)
    try:
        count_try(number, address=address(request), at=at)
    except TooManyTries:
        said = _("查询次数过多，请过一段时间再试；也可以登录后在“我的申报”中查看")
        return _again(request, number, [(said, "")], 429)
    entry = entry_with(same_number(number), phone)
    if entry is None:
        said = _("没有查到。请核对回执上的编号，以及填报人或单位管理员登录用的手机号")
        return _again(request, number, [(said, "number")], 404)
    zone = blueprint_of(entry.campaign).zone
    context = {
        "entry_number": entry.number,
        "campaign_title": entry.campaign.title,
        "state": STATES[entry.state](),
        "events": [event(step, zone) for step in timeline_of(entry, at, lang())],
    }
    return render(request, "public/progress/found.html", context)


def _again(request: HttpRequest, number: str, errors: list[tuple[str, str]], status: int) -> HttpResponse:
    """The form once more. The phone is asked again: it does not come back in a page."""
    context = {
        "number": number,
        "errors": errors,
        "number_error": next((t for t, place in errors if place == "number"), ""),
        "phone_error": next((t for t, place in errors if place == "phone"), ""),
    }
    return render(request, "public/progress/query.html", context, status=status)
