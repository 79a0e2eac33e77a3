"""What a screener does on the page of an entry: decides, agrees to a proposal, opens a personal answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.screening.deciding import decide_screening, second_screening
from guiguan.apps.screening.judgement import MOST_FAULTS, Fault, Judgement, points
from guiguan.apps.screening.models import Screening
from guiguan.apps.screening.order import screening_stages
from guiguan.apps.screening.queries import newest_submission
from guiguan.apps.screening.reveal import reveal_answer
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import fields
from guiguan.core.values.finding import Finding, InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.organiser.screening_entry import page
from guiguan.web.organiser.screening_words import entry_in, lang

_PLACES = {
    "screening.outcome": "outcome",
    "screening.no-fault": "fault~",
    "screening.days": "days",
    "screening.reason": "reason",
    "screening.note": "note",
    "screening.note-long": "note",
    "screening.note-odd": "note",
    "second.why": "why",
}
"""Beside which control a finding belongs."""


@door("screening.decide", entry_in, methods=("POST",))
def decide(request: HttpRequest, entry: Entry) -> HttpResponse:
    """The decision stands, or the page says everything that keeps it from standing."""
    person = person_of(request)
    assert person is not None  # the door
    given, stage = _judgement(request, entry), request.POST.get("stage", "")
    try:
        screening = decide_screening(person, now(), _number(request, entry), stage, given)
    except InputError as error:
        entry.refresh_from_db()
        return page(request, entry, given, _errors(error, entry, stage))
    messages.success(request, _done(screening))
    return redirect(
        f"{reverse('screening-next', args=[entry.campaign_id])}?after={entry.pk}"
        if "and_next" in request.POST
        else reverse("screening-entry", args=[entry.campaign_id, entry.pk])
    )


@door("screening.decide", entry_in, methods=("POST",), keep=("proposal",))
def second(request: HttpRequest, entry: Entry, proposal: int) -> HttpResponse:
    """The second person's word on a proposal."""
    person = person_of(request)
    assert person is not None  # the door
    if not Screening.objects.filter(pk=proposal, submission__entry=entry).exists():
        raise Http404
    agree = request.POST.get("agree") == "yes"
    try:
        screening = second_screening(person, now(), proposal, agree, request.POST.get("why", ""))
    except InputError as error:
        entry.refresh_from_db()
        return page(request, entry, None, _errors(error, entry, ""))
    messages.success(request, _done(screening) if agree else _("已否决，可以重新审查。"))
    return redirect("screening-entry", campaign=entry.campaign_id, entry=entry.pk)


@door("entry.reveal", entry_in, methods=("GET", "HEAD", "POST"), keep=("field",))
def reveal(request: HttpRequest, entry: Entry, field: str) -> HttpResponse:
    """One personal answer in plain text, for a reason that goes on record; shown on this answer only."""
    person, submission = person_of(request), newest_submission(entry)
    found = fields(blueprint_of(entry.campaign)).get(field)
    if person is None or submission is None or found is None:
        raise Http404
    context = {"entry": entry, "label": say(found.label, lang()), "reason": _("理由")}
    if request.method == "POST":
        try:
            value = reveal_answer(person, now(), submission.pk, field, request.POST.get("reason", ""))
            return render(request, "organiser/screening/revealed.html", context | {"value": value})
        except InputError as error:
            context |= {
                "reason_error": " ".join(f.text(lang()) for f in error.findings),
                "reason_value": request.POST.get("reason", ""),
            }
    context |= {
        "title": _("查看“%(label)s”的完整内容？") % context,
        "text": _("个人信息平时只显示一部分。查看完整内容须写明理由，并记入审计。"),
        "confirm": _("查看"),
        "cancel_url": reverse("screening-entry", args=[entry.campaign_id, entry.pk]),
    }
    return render(request, "organiser/screening/reveal.html", context)


def _judgement(request: HttpRequest, entry: Entry) -> Judgement:
    """What the form says; the rules look at it afterwards."""
    stages = {s.id: s for s in screening_stages(blueprint_of(entry.campaign))}
    stage = stages.get(request.POST.get("stage", ""))
    asked = points(stage) if stage else ()
    names = [n for n in request.POST if n.startswith("fault~")][: MOST_FAULTS + 1]
    days = request.POST.get("days", "").strip()
    return Judgement(
        outcome=request.POST.get("outcome", ""),
        checklist={p: request.POST.get(f"point~{n}", "") for n, p in enumerate(asked, 1)},
        faults=tuple(
            Fault(n.removeprefix("fault~"), request.POST[n]) for n in names if request.POST[n].strip()
        ),
        reason=request.POST.get("reason", ""),
        note=request.POST.get("note", ""),
        days=int(days) if days.isascii() and days.isdigit() and len(days) < 4 else None,
    )


def _number(request: HttpRequest, entry: Entry) -> int:
    """The submission that the screener saw; one of another entry is not to be found here."""
    text = request.POST.get("submission", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    if not entry.submissions.filter(pk=number).exists():
        raise Http404
    return number


def _errors(error: InputError, entry: Entry, stage_id: str) -> tuple[tuple[str, str], ...]:
    """Each finding with the control that it belongs to."""
    asked = next((points(s) for s in screening_stages(blueprint_of(entry.campaign)) if s.id == stage_id), ())
    return tuple((f.text(lang()), _place(f, asked)) for f in error.findings)


def _place(finding: Finding, asked: tuple[str, ...]) -> str:
    if finding.rule == "screening.checklist":
        return next(f"point~{n}" for n, point in enumerate(asked, 1) if f"“{point}”" in finding.zh)
    return _PLACES.get(finding.rule, "")


def _done(screening: Screening) -> str:
    if screening.state == "proposed":
        return _("已提出结论，须由另一位审查人确认后生效。")
    return {
        "accept": _("已通过。"),
        "return": _("已退回补正，并通知了申报单位。"),
        "refuse": _("已作出不予通过的结论，并通知了申报单位。"),
    }[screening.outcome]
