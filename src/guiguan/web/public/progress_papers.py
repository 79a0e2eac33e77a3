"""The paper copies of one's own entry: what to send, the note of what was sent, a sheet to print."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.papers import note_sent, paper_boxes
from guiguan.apps.entries.queries import about, find_entry
from guiguan.apps.screening.deadline import until_text
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.public.progress_words import PAPER_COLOURS, PAPER_STATES, lang


def _entry(person: Person | None, entry_id: UUID, **rest: object) -> tuple[Entry, About]:
    found = find_entry(entry_id)
    if found is None:
        raise Http404
    return found, about(found)


@door("entry.submit", _entry, methods=("GET", "HEAD", "POST"), keep=("stage",))
def papers(request: HttpRequest, entry: Entry, stage: str) -> HttpResponse:
    """What to send, where and until when; the form that says by whom it was sent."""
    context = _context(entry, stage)
    if request.method == "POST":
        person = person_of(request)
        assert person is not None  # the door
        try:
            note_sent(person, now(), entry.pk, stage, request.POST.get("carrier", ""))
        except InputError as error:
            context["errors"] = [(f.text(lang()), "carrier") for f in error.findings]
            context["carrier"] = request.POST.get("carrier", "")
            context["carrier_error"] = " ".join(f.text(lang()) for f in error.findings)
            return render(request, "public/progress/papers.html", context, status=400)
        messages.success(request, _("已登记寄出。"))
        return redirect("entry-paper", entry_id=entry.pk, stage=stage)
    return render(request, "public/progress/papers.html", context)


@door("entry.submit", _entry, keep=("stage",))
def sheet(request: HttpRequest, entry: Entry, stage: str) -> HttpResponse:
    """Address label and list of contents, to print and put into the parcel."""
    return render(request, "public/progress/sheet.html", _context(entry, stage))


def _context(entry: Entry, stage: str) -> dict[str, Any]:
    blueprint = blueprint_of(entry.campaign)
    box = next((b for b in paper_boxes(entry, blueprint) if b.stage == stage), None)
    if box is None:
        raise Http404
    until = until_text(box.until, blueprint.zone)
    what = [
        (_("份数"), _("%(copies)s 份") % {"copies": box.copies}),
        (_("内容"), "\n".join(box.contents)),
        (_("封面注明"), box.marked),
        (_("寄送地址"), box.address),
        (_("排版要求"), box.layout),
        (_("最迟日期"), until),
    ]
    return {
        "entry": entry,
        "campaign": entry.campaign,
        "box": box,
        "until": until,
        "rows": [{"label": label, "value": value} for label, value in what if value],
        "state": PAPER_STATES[box.state](),
        "colour": PAPER_COLOURS[box.state],
        "late": box.overdue(now()),
        "carrier": box.carrier,
        "errors": [],
    }
