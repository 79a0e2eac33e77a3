"""Two entries that are alike, side by side: what they share, and the decision that it is nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import about
from guiguan.apps.files.models import File
from guiguan.apps.files.previews import preview_of
from guiguan.apps.likeness.dismissing import LONGEST, dismiss_match, reopen_match
from guiguan.apps.likeness.queries import Alike, match_of, passages
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import fields
from guiguan.core.permissions.table import may
from guiguan.core.values.finding import InputError
from guiguan.web.applicant.files_sent import send
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.organiser.likeness_rows import row_of
from guiguan.web.organiser.screening_words import entry_in, lang


@door("screening.open", entry_in, keep=("match",))
def beside(request: HttpRequest, entry: Entry, match: int) -> HttpResponse:
    """The passages or pictures of both, beside each other."""
    return _page(request, entry, match)


@door("likeness.dismiss", entry_in, methods=("POST",), keep=("match",))
def dismiss(request: HttpRequest, entry: Entry, match: int) -> HttpResponse:
    """The match is dismissed with its reason; back to the entry."""
    person, _alike = _found(request, entry, match)
    try:
        dismiss_match(person, now(), entry, match, request.POST.get("reason", ""))
    except InputError as error:
        return _page(request, entry, match, [f.text(lang()) for f in error.findings])
    messages.success(request, _("已排除，理由已记录。"))
    return redirect("screening-entry", campaign=entry.campaign_id, entry=entry.pk)


@door("likeness.dismiss", entry_in, methods=("POST",), keep=("match",))
def reopen(request: HttpRequest, entry: Entry, match: int) -> HttpResponse:
    """The match counts again."""
    person, _alike = _found(request, entry, match)
    try:
        reopen_match(person, now(), entry, match)
    except InputError as error:
        return _page(request, entry, match, [f.text(lang()) for f in error.findings])
    messages.success(request, _("已恢复为疑似重复。"))
    return redirect("likeness", campaign=entry.campaign_id, entry=entry.pk, match=match)


@door("screening.open", entry_in, keep=("match",))
def picture(request: HttpRequest, entry: Entry, match: int) -> HttpResponseBase:
    """The other entry's picture, small; 404 for whoever may not read it."""
    _person, alike = _found(request, entry, match)
    file = (
        File.objects.filter(pk__in=[f for f in (alike.other_file,) if f]).first() if alike.may_read else None
    )
    stored = preview_of(file) if file else None
    if stored is None:
        raise Http404
    return send(stored, "jpg")


def _found(request: HttpRequest, entry: Entry, match: int) -> tuple[Person, Alike]:
    person = person_of(request)
    alike = match_of(person, entry, match) if person else None
    if person is None or alike is None:
        raise Http404
    return person, alike


def _page(request: HttpRequest, entry: Entry, match: int, faults: list[str] | None = None) -> HttpResponse:
    person, alike = _found(request, entry, match)
    people = {p.pk: p for p in Person.objects.filter(pk__in=[p for p in (alike.match.dismissed_by,) if p])}
    is_text = alike.match.kind == "text"
    units = (entry.organisation_id, alike.other.organisation_id)
    context: dict[str, Any] = {
        "entry": entry,
        "campaign": entry.campaign,
        "match": match,
        "row": row_of(entry, alike, people),
        "beside": _passages(entry, alike.other) if is_text and alike.may_read else [],
        "mine": {"url": f"/files/{alike.file}/preview", "unit": entry.organisation.name},
        "theirs": reverse("likeness-picture", args=[entry.campaign_id, entry.pk, match]),
        "may_dismiss": alike.may_read
        and may(held_by(person), "likeness.dismiss", about(entry))
        and not person.memberships.filter(organisation_id__in=units).exists(),
        "longest": LONGEST,
        "reason": request.POST.get("reason", ""),
        "reason_error": " ".join(faults or ()),
        "errors": [(f, "reason") for f in faults or ()],
    }
    return render(request, "organiser/likeness/beside.html", context, status=400 if faults else 200)


def _passages(entry: Entry, other: Entry) -> list[dict[str, Any]]:
    own, others = fields(blueprint_of(entry.campaign)), fields(blueprint_of(other.campaign))
    return [
        {
            "label": say(own[f.field].label, lang()),
            "other_label": say(others[f.other_field].label, lang()),
            "left": f.texts.left,
            "right": f.texts.right,
            "count": f.texts.passages,
            "characters": f.texts.characters,
        }
        for f in passages(entry, other)
    ]
