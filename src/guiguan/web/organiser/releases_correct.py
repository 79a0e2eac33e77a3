"""Corrections of a published batch: proposing one, and the second person's word."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.releasing.correcting import (
    MOST,
    propose_correction,
    second_correction,
    take_back_correction,
)
from guiguan.apps.releasing.models import Release, ReleaseCorrection
from guiguan.core.values.finding import Finding, InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.organiser.releases import page, release_in
from guiguan.web.organiser.releases_words import period_text
from guiguan.web.organiser.screening_words import lang

OUT = "~out"
"""What the form sends where the entry shall be taken out."""


@door("release.draft", release_in, methods=("GET", "HEAD", "POST"), keep=("row",))
def correct(request: HttpRequest, release: Release, row: int) -> HttpResponse:
    """What shall be corrected of one entry, and why."""
    person = person_of(request)
    assert person is not None  # the door
    found = release.rows.select_related("entry").filter(pk=row).first()
    if found is None or release.state != "published":
        raise Http404
    errors: tuple[tuple[str, str], ...] = ()
    field, after, reason = (request.POST.get(k, "") for k in ("field", "after", "reason"))
    if request.method == "POST":
        try:
            if not field:
                field = "~none"
            propose_correction(person, now(), found.pk, "" if field == OUT else field, after, reason)
            messages.success(request, _("已提出更正，须由另一人复核后公布。"))
            return redirect("release", campaign=release.campaign_id, release=release.pk)
        except InputError as error:
            places = {"correction.reason": "reason", "correction.text": "field"}
            errors = tuple((f.text(lang()), places.get(f.rule, "")) for f in error.findings)
    wrong = {where: text for text, where in errors}
    context = {
        "release": release,
        "campaign": release.campaign,
        "title": period_text(release.period),
        "row": found,
        "fields": [
            *((p["field"], p["label"]) for p in found.public),
            (OUT, _("撤出本批（不再列入清单）")),
        ],
        "chosen": [field] if field else [],
        "published": [{"label": p["label"], "value": p["text"]} for p in found.public],
        "after": after,
        "reason": reason,
        "most": MOST,
        "wrong": {k: wrong.get(k, "") for k in ("field", "reason")},
        "errors": errors,
    }
    return render(request, "organiser/releases/correct.html", context, status=400 if errors else 200)


@door("release.draft", release_in, methods=("POST",), keep=("correction",))
def take_back(request: HttpRequest, release: Release, correction: int) -> HttpResponse:
    """Whoever proposed the correction takes it back."""
    person = person_of(request)
    assert person is not None  # the door
    if not ReleaseCorrection.objects.filter(pk=correction, row__release=release).exists():
        raise Http404
    try:
        take_back_correction(person, now(), correction)
    except InputError as error:
        return page(request, release, tuple((f.text(lang()), "") for f in error.findings))
    messages.success(request, _("已收回。"))
    return redirect("release", campaign=release.campaign_id, release=release.pk)


@door("release.publish", release_in, methods=("POST",), keep=("correction",))
def second(request: HttpRequest, release: Release, correction: int) -> HttpResponse:
    """The second person's word on a correction."""
    person = person_of(request)
    assert person is not None  # the door
    if not ReleaseCorrection.objects.filter(pk=correction, row__release=release).exists():
        raise Http404
    agree = request.POST.get("agree") == "yes"
    try:
        second_correction(person, now(), correction, agree, request.POST.get("why", ""))
    except InputError as error:
        return page(request, release, tuple((f.text(lang()), _beside(f, correction)) for f in error.findings))
    messages.success(request, _("更正已公布。") if agree else _("更正没有采用。"))
    return redirect("release", campaign=release.campaign_id, release=release.pk)


def _beside(finding: Finding, correction: int) -> str:
    """The control that a finding belongs to; several corrections may wait on one page."""
    return f"why-{correction}" if finding.rule == "second.why" else ""
