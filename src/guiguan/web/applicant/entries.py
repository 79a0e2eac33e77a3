"""An applicant's entries: the list, beginning one, its overview, handing in and taking back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import (
    ENDED,
    Sheet,
    applicant_facts,
    blueprint_of,
    counted,
    entries_counting_with,
    my_entries,
    sheet_of,
)
from guiguan.apps.entries.telling import clock_text
from guiguan.apps.screening.queries import screening_box
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.sections import sections_of
from guiguan.core.entries.answers import AnswerFault
from guiguan.core.entries.eligible import not_eligible
from guiguan.core.entries.standing import declaration_of, not_start, registration_of, term_of
from guiguan.core.lifecycle.moves import EDITABLE, ENTRY, NoSuchMove
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import InputError
from guiguan.core.values.regions import Regions
from guiguan.web.applicant.due import due
from guiguan.web.applicant.endorsements import endorsement_box
from guiguan.web.applicant.finding_entries import entry_by_id
from guiguan.web.applicant.words import STATES, state_tag
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of


def lang() -> str:
    """The language of rules' sentences."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def my_units(person: Person | None) -> list[Organisation]:
    """The approved units for which the person acts."""
    ids = [h.organisation for h in held_by(person) if h.role == "applicant"]
    return list(Organisation.objects.filter(pk__in=ids).order_by("name"))


@door("message.read", lambda person: (None, About(person=str(person.pk) if person else "")))
def entries(request: HttpRequest, nothing: None) -> HttpResponse:
    """Every entry of one's units."""
    person = person_of(request)
    units = my_units(person)
    rows = [
        {
            "cells": [
                {"text": e.title or _("（未填名称）"), "url": f"/entries/{e.pk}/"},
                e.campaign.title,
                e.number or "",
                {"text": STATES[e.state](), "tag": state_tag(e.state)},
            ],
            "actions": [],
        }
        for e in my_entries([str(u.pk) for u in units])
    ]
    columns = [{"label": _("名称")}, {"label": _("活动")}, {"label": _("编号")}, {"label": _("状态")}]
    return render(request, "applicant/entries/list.html", {"rows": rows, "columns": columns, "units": units})


def _campaign(person: Person | None, slug: str) -> tuple[Campaign, About]:
    """The campaign, about the unit that the person acts for (the first of several; the page lets choose)."""
    campaign = get_object_or_404(Campaign, pk=slug)
    units = my_units(person)
    return campaign, About(campaign=slug, organisation=str(units[0].pk) if units else "")


def possibilities(person: Person | None, campaign: Campaign, at: int) -> list[dict[str, Any]]:
    """For each unit of the person: what it may still do in the campaign, and why not (D6)."""
    blueprint = blueprint_of(campaign)
    found = []
    for unit in my_units(person):
        begun = list(entries_counting_with(unit, campaign, blueprint).exclude(state__in=ENDED))
        may_not = not_eligible(blueprint, applicant_facts(unit), Regions.official())
        reasons = (*not_start(blueprint, at, [counted(e, blueprint) for e in begun]), *may_not)
        found.append(
            {
                "unit": unit,
                "entries": begun,
                "reasons": [r.text(lang()) for r in reasons],
                "open": not reasons,
            }
        )
    return found


@door("entry.create", _campaign, methods=("GET", "HEAD", "POST"))
def start(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Chooses the unit, and begins an entry."""
    person = person_of(request)
    assert person is not None
    at = now()
    units = possibilities(person, campaign, at)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        unit = next((u["unit"] for u in units if str(u["unit"].pk) == request.POST.get("unit")), None)
        if unit is None:
            errors = [(_("请选择申报单位"), "unit")]
        else:
            try:
                entry = services.start_entry(person, at, campaign, unit)
                return redirect("entry", entry_id=entry.pk)
            except InputError as error:
                errors = [(f.text(lang()), "unit") for f in error.findings]
    page = {"campaign": campaign, "units": units, "errors": errors}
    return render(request, "applicant/entries/start.html", page, status=400 if errors else 200)


@door("entry.read", entry_by_id)
def overview(request: HttpRequest, entry: Entry) -> HttpResponse:
    """How the entry stands: what is filled, what is missing, what can be done next."""
    person, at = person_of(request), now()
    if str(entry.organisation_id) not in {h.organisation for h in held_by(person)}:
        raise Http404  # staff read entries on their own pages
    blueprint = blueprint_of(entry.campaign)
    if not entry.reminded:
        gate = blueprint.warning.gate if blueprint.warning else None
        return render(
            request,
            "applicant/entries/reminder.html",
            {"entry": entry, "gate": say(gate or "", lang()), "standing": standing(blueprint)},
        )
    return render(request, "applicant/entries/overview.html", _overview(entry, at) | {"errors": []})


def _overview(entry: Entry, at: int) -> dict[str, Any]:
    blueprint = blueprint_of(entry.campaign)
    sheet = sheet_of(entry, blueprint)
    faults = sheet.errors
    sections, missing = _progress(entry, sheet, faults)
    registration = registration_of(blueprint)
    declaration = declaration_of(blueprint)
    registers = registration is not None and ENTRY.can(entry.state, "preregister")
    registration_open = registration is not None and term_of(blueprint, registration).holds(at)
    declaration_open = declaration is not None and term_of(blueprint, declaration).holds(at)
    may_submit = ENTRY.can(entry.state, "submit") and (declaration_open or entry.state == "returned")
    other = ENTRY.can(entry.state, "withdraw") or ENTRY.can(entry.state, "abandon")
    return {
        "entry": entry,
        "campaign": entry.campaign,
        "state": STATES[entry.state](),
        "state_tag": state_tag(entry.state),
        "sections": sections,
        "missing": missing,
        "editable": entry.state in EDITABLE,
        "may_preregister_now": registers and registration_open,
        "may_submit_now": may_submit,
        "acts": other or may_submit or (registers and registration_open),
        "due": due(blueprint, lang(), at) if entry.state in EDITABLE and entry.state != "returned" else [],
        "can_withdraw": ENTRY.can(entry.state, "withdraw"),
        "can_abandon": ENTRY.can(entry.state, "abandon"),
        "submissions": [
            {"number": s.number, "when": clock_text(s.at, blueprint.zone), "kind": s.kind}
            for s in entry.submissions.order_by("-number")
        ],
        "standing": standing(blueprint),
        "box": screening_box(entry, lang()),
        "endorsing": endorsement_box(entry),
    }


def _progress(
    entry: Entry, sheet: Sheet, faults: Sequence[AnswerFault]
) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """Each section with how far it is, and every fault with its place."""
    editable = entry.state in EDITABLE
    rows, missing = [], []
    for number, section in enumerate(sections_of(blueprint_of(entry.campaign)), 1):
        names = {f.id for f in section.fields}
        here = [f for f in faults if f.field in names]
        url = f"/entries/{entry.pk}/form/{number}/"
        begun = any(n in sheet.values or sheet.files.get(n) for n in names)
        word, tag = (
            (_("已填好"), "success") if not here else (_("还有 %(n)s 处") % {"n": len(here)}, "warning")
        )
        if here and not begun:
            word, tag = _("未开始"), "neutral"
        row = {"label": section_title(section.title, number), "value": word, "tag": tag}
        rows.append(row | ({"url": url, "link": _("填写") if here else _("修改")} if editable else {}))
        missing += [(f.text(lang()), f"{url}#{f.field}") for f in here]
    return rows, missing


def section_title(title: Any, number: int) -> str:
    return (
        say(title, lang()) if title else _("第 %(n)s 部分") % {"n": number} if number > 1 else _("填报内容")
    )


def standing(blueprint: Any) -> str:
    """The warning that stands on every form."""
    return say(blueprint.warning.standing, lang()) if blueprint.warning and blueprint.warning.standing else ""


ACTS = {
    "remind": services.accept_reminder,
    "preregister": services.preregister_entry,
    "submit": services.submit_entry,
    "withdraw": services.withdraw_entry,
    "abandon": services.abandon_entry,
}


@door("entry.submit", entry_by_id, methods=("POST",), keep=("act",))
def act(request: HttpRequest, entry: Entry, act: str) -> HttpResponse:
    """Does one act on the entry; whatever keeps it from being done stands on the page, each with its place."""
    person = person_of(request)
    assert person is not None
    if act not in ACTS:
        raise Http404
    try:
        ACTS[act](person, now(), entry.pk)
    except services.NotReady as fault:
        errors = [(f.text(lang()), _place(entry, f.field)) for f in fault.faults]
    except InputError as error:
        errors = [(f.text(lang()), "") for f in error.findings]
    except NoSuchMove:
        errors = [(_("这一项现在不能这样办理，页面可能已过时，请核对当前状态"), "")]
    else:
        messages.success(request, _done(act))
        return redirect("entry-list") if act == "abandon" else redirect("entry", entry_id=entry.pk)
    entry.refresh_from_db()
    page = _overview(entry, now()) | {"errors": errors}
    return render(request, "applicant/entries/overview.html", page, status=400)


def _place(entry: Entry, field: str) -> str:
    """Where the field is: the address of its section; the error summary links there."""
    for number, section in enumerate(sections_of(blueprint_of(entry.campaign)), 1):
        if field in {f.id for f in section.fields}:
            return f"/entries/{entry.pk}/form/{number}/#{field}"
    return ""


def _done(act: str) -> str:
    return {
        "remind": _("已同意，可以开始填报。"),
        "preregister": _("报名成功。"),
        "submit": _("提交成功。"),
        "withdraw": _("已撤回，可以修改后再次提交。"),
        "abandon": _("已放弃。"),
    }[act]
