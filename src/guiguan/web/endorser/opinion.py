"""One entry before a body: what was declared, and the body's opinion on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.models import Body, Endorsement
from guiguan.apps.endorsing.opinions import (
    LONGEST,
    OPEN,
    decline_endorsement,
    give_endorsement,
    take_back_endorsement,
)
from guiguan.apps.endorsing.queries import entries_before, kind_of_opinion
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.sealing import unpack_all
from guiguan.apps.screening.queries import newest_submission
from guiguan.core.blueprint.lookup import fields
from guiguan.core.values.finding import InputError
from guiguan.web.applicant.endorsements import paper_words
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.common.units_shown import region_name
from guiguan.web.endorser.words import (
    OPINION_COLOURS,
    OPINIONS,
    SEAL_MEGABYTES,
    body_in,
    seal_of,
    seal_row,
)
from guiguan.web.organiser.screening_answers import sections
from guiguan.web.organiser.screening_words import lang

Error = tuple[str, str]


@door("endorsement.read", body_in, keep=("entry",))
def entry(request: HttpRequest, body: Body, entry: UUID) -> HttpResponse:
    """The entry as it was handed in, personal answers masked, and the opinion."""
    return page(request, body, _before(body, entry))


@door("endorsement.give", body_in, methods=("POST",), keep=("entry",))
def give(request: HttpRequest, body: Body, entry: UUID) -> HttpResponse:
    """One act: `give` with text and seal, `decline` with a reason, `take_back`."""
    person, at = person_of(request), now()
    assert person is not None  # the door
    found, act = _before(body, entry), request.POST.get("act", "")
    text = request.POST.get("opinion", "")
    try:
        if act == "give":
            seal = seal_of(request, person, at)
            give_endorsement(person, at, body.pk, found.pk, text, seal.pk if seal else None)
            messages.success(request, _("意见已出具，并通知了申报单位。"))
        elif act == "decline":
            decline_endorsement(person, at, body.pk, found.pk, request.POST.get("reason", ""))
            messages.success(request, _("已登记不予推荐，并通知了申报单位。"))
        elif act == "take_back":
            take_back_endorsement(person, at, body.pk, found.pk)
            messages.success(request, _("意见已收回，可以重新出具。"))
        else:
            raise Http404
    except InputError as error:
        errors = tuple((f.text(lang()), _where(f.rule)) for f in error.findings)
        return page(request, body, found, errors)
    return redirect("endorsing-entry", campaign=body.campaign_id, body=body.pk, entry=found.pk)


def page(request: HttpRequest, body: Body, found: Entry, errors: tuple[Error, ...] = ()) -> HttpResponse:
    """The page, with what was typed and what was wrong with it."""
    blueprint, submission = blueprint_of(body.campaign), newest_submission(found)
    if submission is None:
        raise Http404
    kind = kind_of_opinion(blueprint)
    said = Endorsement.objects.filter(entry=found, body=body, kind=kind).first()
    state = said.state if said else "asked"
    how = blueprint.endorsers.opinion if blueprint.endorsers else "none"
    wrong = {where: text for text, where in errors}
    values = unpack_all(fields(blueprint), submission.answers)
    context: dict[str, Any] = {
        "body": body,
        "campaign": body.campaign,
        "entry": found,
        "region": region_name(found.region),
        "handed": moment(submission.at),
        "sections": sections(found, submission, blueprint, values, False),
        "said": said,
        "state": OPINIONS[state](),
        "colour": OPINION_COLOURS.get(state, "info"),
        "when": moment(said.at) if said and said.at else "",
        "paper": paper_words(Person.objects.in_bulk([said.by]), said.by, True)
        if said and said.on_paper and said.by
        else "",
        "older": bool(said and said.submission and said.submission < submission.number),
        "seal": seal_row(said.seal if said else None),
        "sealed": how == "sealed",
        "online": how == "online",
        "most": LONGEST,
        "megabytes": SEAL_MEGABYTES,
        "gives": found.state in OPEN and body.campaign.state == "open" and state != "given",
        "declines": state == "asked",
        "takes_back": state == "given" and found.state != "accepted" and body.campaign.state == "open",
        "opinion": request.POST.get("opinion", ""),
        "reason": request.POST.get("reason", ""),
        "wrong": {k: wrong.get(k, "") for k in ("opinion", "seal", "reason")},
        "errors": errors,
        "give_url": reverse("endorsing-give", args=[body.campaign_id, body.pk, found.pk]),
    }
    return render(request, "endorser/entry.html", context, status=400 if errors else 200)


def _before(body: Body, entry: UUID) -> Entry:
    """The entry, where it is before this body. Raises Http404."""
    found = entries_before(body, blueprint_of(body.campaign)).filter(pk=entry).first()
    if found is None:
        raise Http404
    found.campaign = body.campaign
    return found


def _where(rule: str) -> str:
    """Beside which control a finding belongs."""
    places = {"endorsement.opinion": "opinion", "endorsement.seal": "seal", "endorsement.reason": "reason"}
    return places.get(rule, "seal" if rule.startswith(("intake.", "upload.", "file.")) else "")
