"""Versions of a campaign's blueprint: sent in, looked through, rehearsed, brought into force."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.campaigns.opening import agree, opening_findings, put_in_force
from guiguan.apps.campaigns.queries import loaded_with, versions_of
from guiguan.apps.campaigns.rehearsal import ENTRIES, VOTERS, rehearsal_of, rehearse_version
from guiguan.apps.campaigns.services import add_version
from guiguan.core.blueprint.changes import Judged, judge, worst
from guiguan.core.values.finding import Finding, InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.organiser.blueprints import lines_of, text_of
from guiguan.web.organiser.campaigns import faults
from guiguan.web.organiser.campaigns_find import frame, one_campaign, one_version
from guiguan.web.public.campaign import drawn
from guiguan.web.public.campaign_page import form_rows, timeline
from guiguan.web.public.campaign_words import lang

REPORT_POLICY = "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"


def _me(request: HttpRequest) -> Person:
    person = person_of(request)
    assert person is not None  # the door lets in nobody else
    return person


@door("campaign.inspect", one_campaign)
def versions(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return _versions(request, campaign, "", ())


@door("campaign.draft", one_campaign, methods=("POST",))
def add(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """A new version is kept, not yet in force; a faulty text is shown with its faults."""
    text = ""
    try:
        text = text_of(request)
        version = add_version(_me(request), now(), campaign.pk, text, request.POST.get("note", ""))
    except InputError as error:
        return _versions(request, campaign, text, error.findings)
    return redirect("campaign-version", slug=campaign.pk, number=version.number)


def _versions(
    request: HttpRequest, campaign: Campaign, text: str, findings: tuple[Finding, ...]
) -> HttpResponse:
    rows = list(versions_of(campaign))
    context = frame(campaign, person_of(request), "campaign-versions") | faults(text, findings)
    if not findings:
        newest = campaign.versions.order_by("-number")[0]
        context["text"] = newest.text
    context["rows"] = rows
    return render(request, "organiser/campaigns/versions.html", context, status=422 if findings else 200)


@door("campaign.inspect", one_version)
def version(request: HttpRequest, found: Version) -> HttpResponse:
    return _version(request, found, ())


@door("campaign.open", one_version, methods=("POST",))
def put(request: HttpRequest, found: Version) -> HttpResponse:
    """The version is in force, or waits for the second person."""
    accept, note = request.POST.get("accept") == "on", request.POST.get("note", "")
    try:
        done = put_in_force(
            _me(request), now(), found.campaign_id, found.number, note=note, accept_warnings=accept
        )
    except InputError as error:
        return _version(request, found, error.findings, note)
    if done.in_force_at is None:
        messages.success(request, _("已提出，等待另一位负责人或监督员同意"))
    else:
        messages.success(request, _("第 %(number)s 版已生效") % {"number": done.number})
    return redirect("campaign-version", slug=found.campaign_id, number=found.number)


@door("campaign.second", one_version, methods=("POST",))
def second(request: HttpRequest, found: Version) -> HttpResponse:
    """The version is in force by the word of a second person."""
    try:
        agree(_me(request), now(), found.campaign_id, found.number)
    except InputError as error:
        return _version(request, found, error.findings)
    messages.success(request, _("第 %(number)s 版已生效") % {"number": found.number})
    return redirect("campaign-version", slug=found.campaign_id, number=found.number)


@door("campaign.inspect", one_version)
def flowchart(request: HttpRequest, found: Version) -> HttpResponse:
    return drawn(loaded_with(found.sha256).blueprint)


@door("campaign.draft", one_version, methods=("POST",))
def rehearse(request: HttpRequest, found: Version) -> HttpResponse:
    """The version has been rehearsed; the page of the rehearsal shows what came out."""
    try:
        rehearse_version(_me(request), now(), found)
    except InputError as error:
        return _rehearsal(request, found, error.findings)
    return redirect("campaign-rehearsal", slug=found.campaign_id, number=found.number)


@door("campaign.inspect", one_version)
def rehearsal(request: HttpRequest, found: Version) -> HttpResponse:
    return _rehearsal(request, found, ())


@door("campaign.inspect", one_version)
def rehearsal_report(request: HttpRequest, found: Version) -> HttpResponseBase:
    """The full report, fenced off from the site: it runs its own script and reaches nothing."""
    done = rehearsal_of(found)
    if done is None:
        raise Http404
    response = FileResponse(done.page.open("rb"), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = REPORT_POLICY
    return response


def _rehearsal(request: HttpRequest, found: Version, findings: tuple[Finding, ...]) -> HttpResponse:
    context = frame(found.campaign, person_of(request), "campaign-versions") | {
        "version": found,
        "done": rehearsal_of(found),
        "entries": ENTRIES,
        "voters": VOTERS,
        "errors": [(f.text(lang()), "") for f in findings],
    }
    status = 422 if findings else 200
    return render(request, "organiser/campaigns/rehearsal.html", context, status=status)


def _version(
    request: HttpRequest, found: Version, refused: tuple[Finding, ...], note: str = ""
) -> HttpResponse:
    person, at = person_of(request), now()
    loaded, campaign = loaded_with(found.sha256), found.campaign
    findings = opening_findings(loaded, at) if campaign.in_force_id is None else loaded.findings
    judged = _judged(campaign, found, at)
    context = frame(campaign, person, "campaign-versions") | {
        "version": found,
        "findings": [(f.text(lang()), f.severity, f.place.line) for f in findings],
        "warned": any(f.severity == "warning" for f in findings),
        "judged": [(j.change.text(lang()), j.verdict, j.reason(lang())) for j in judged],
        "worst": worst(judged),
        "is_current": campaign.in_force_id == found.pk,
        "is_older": campaign.in_force is not None and found.number < campaign.in_force.number,
        "mine": person is not None and found.proposed_by == person.pk,
        "note": note or found.note,
        "errors": [(f.text(lang()), "") for f in refused],
        "form": form_rows(loaded.blueprint, uploads=False),
        "attachments": form_rows(loaded.blueprint, uploads=True),
        "timeline": timeline(loaded.blueprint, at),
        "lines": lines_of(found.text, findings),
        "rehearsed": rehearsal_of(found) is not None,
        "language": lang(),
    }
    return render(request, "organiser/campaigns/version.html", context, status=422 if refused else 200)


def _judged(campaign: Campaign, found: Version, at: int) -> tuple[Judged, ...]:
    """Each difference to the version in force, and whether it may be."""
    if campaign.in_force is None or campaign.in_force_id == found.pk:
        return ()
    blueprints: tuple[Any, Any] = (loaded_with(campaign.in_force.sha256), loaded_with(found.sha256))
    return judge(blueprints[0].blueprint, blueprints[1].blueprint, at)
