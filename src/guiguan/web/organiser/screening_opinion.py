"""Notes an opinion that a body without an account gave on paper, and takes such a note back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.opinions import LONGEST
from guiguan.apps.endorsing.paper import (
    bodies_without_people,
    likeliest,
    may_be_noted,
    note_opinion,
    noted_on_paper,
    take_back_note,
)
from guiguan.apps.endorsing.queries import endorses
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import is_own
from guiguan.core.permissions.table import About, may
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.endorser.words import SEAL_MEGABYTES, seal_of, seal_row
from guiguan.web.organiser.screening_words import entry_in, lang, name_of

Error = tuple[str, str]


@door("endorsement.note", entry_in, methods=("GET", "HEAD", "POST"))
def note(request: HttpRequest, entry: Entry) -> HttpResponse:
    """What was noted so far, and the form for one more; `undo` takes one back."""
    person = person_of(request)
    assert person is not None  # the door
    if not endorses(blueprint_of(entry.campaign)):
        raise Http404
    if request.method != "POST":
        return _page(request, person, entry, ())
    try:
        if "undo" in request.POST:
            take_back_note(person, now(), _number(request.POST["undo"]), entry.pk)
            messages.success(request, _("已取消登记。"))
        else:
            body = _number(request.POST.get("body", ""))
            seal = seal_of(request, person, now())
            noted = note_opinion(person, now(), body, entry.pk, request.POST.get("opinion", ""), seal)
            messages.success(
                request, _("已登记%(body)s的意见，并通知了申报单位。") % {"body": noted.body.name}
            )
    except InputError as error:
        errors = tuple((f.text(lang()), _where(f.rule)) for f in error.findings)
        return _page(request, person, entry, errors)
    return redirect("screening-opinion", campaign=entry.campaign_id, entry=entry.pk)


def _page(request: HttpRequest, person: Person, entry: Entry, errors: tuple[Error, ...]) -> HttpResponse:
    blueprint = blueprint_of(entry.campaign)
    open_now = may_be_noted(entry)
    own = is_own(person, entry)
    bodies = list(bodies_without_people(entry, blueprint)) if open_now else []
    noted = list(noted_on_paper(entry))
    people = Person.objects.in_bulk([e.by for e in noted if e.by])
    wrong = {where: text for text, where in errors}
    guess = likeliest(entry, bodies)
    context: dict[str, Any] = {
        "campaign": entry.campaign,
        "entry": entry,
        "own": own,
        "open": open_now,
        "noted": [
            {
                "body": e.body.name,
                "pk": e.body_id,
                "by": name_of(people, e.by),
                "when": moment(e.at) if e.at else "",
                "text": e.opinion,
                "seal": seal_row(e.seal),
            }
            for e in noted
        ],
        "takes_back": open_now and not own,
        "bodies": [(str(b.pk), b.name) for b in bodies],
        "register": reverse("bodies", args=[entry.campaign_id])
        if may(held_by(person), "body.manage", About(campaign=entry.campaign_id))
        else "",
        "body": request.POST.get("body", str(guess) if guess else ""),
        "opinion": request.POST.get("opinion", ""),
        "online": blueprint.endorsers is not None and blueprint.endorsers.opinion == "online",
        "wrong": {k: wrong.get(k, "") for k in ("body", "opinion", "seal")},
        "errors": errors,
        "most": LONGEST,
        "megabytes": SEAL_MEGABYTES,
    }
    return render(request, "organiser/screening/opinion.html", context, status=400 if errors else 200)


def _number(text: str) -> int:
    """A key that a page sent; 0, which nothing has, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _where(rule: str) -> str:
    """Beside which control a finding belongs."""
    places = {"endorsement.not-noted": "body", "endorsement.opinion": "opinion", "endorsement.scan": "seal"}
    return places.get(rule, "seal" if rule.startswith(("upload.", "file.")) else "")
