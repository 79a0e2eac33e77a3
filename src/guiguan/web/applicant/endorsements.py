"""What an applicant sees of its endorsers: who was asked, what they said, and whom it may still ask."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.models import Body
from guiguan.apps.endorsing.opinions import OPEN, ask_endorsement
from guiguan.apps.endorsing.queries import SHOWN, bodies_before, endorsement_stage, endorsements_of, endorses
from guiguan.apps.entries.models import Entry
from guiguan.core.blueprint.base import say
from guiguan.core.values.finding import InputError
from guiguan.web.applicant.finding_entries import entry_by_id
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.endorser.words import OPINION_COLOURS, OPINIONS
from guiguan.web.organiser.screening_words import lang, name_of


@door("endorsement.ask", entry_by_id, methods=("POST",))
def ask(request: HttpRequest, entry: Entry) -> HttpResponse:
    """A body is asked for its opinion."""
    person = person_of(request)
    assert person is not None  # the door
    text = request.POST.get("body", "")
    try:
        ask_endorsement(person, now(), entry.pk, int(text) if text.isdecimal() and len(text) < 18 else 0)
        messages.success(request, _("已送达推荐单位，有意见时会通知您。"))
    except InputError as error:
        for finding in error.findings:
            messages.warning(request, finding.text(lang()))
    return redirect("entry", entry_id=entry.pk)


def endorsement_box(entry: Entry, *, staff: bool = False) -> dict[str, Any] | None:
    """What stands on the applicant's own page; None where no body has anything to say. `staff`: with who noted a paper."""
    blueprint = blueprint_of(entry.campaign)
    if not endorses(blueprint) or entry.state not in SHOWN:
        return None
    said = {e.body_id: e for e in endorsements_of(entry)}
    before = set(bodies_before(entry)) | set(said)
    bodies = list(Body.objects.filter(campaign=entry.campaign_id).order_by("name"))
    if not bodies:
        return None
    stage = endorsement_stage(blueprint)
    rows = []
    people = Person.objects.in_bulk([e.by for e in said.values() if e.on_paper and e.by]) if staff else {}
    for body in bodies:
        if body.pk in before:
            one = said.get(body.pk)
            state = one.state if one else "asked"
            rows.append(
                {
                    "name": body.name,
                    "state": OPINIONS[state](),
                    "colour": OPINION_COLOURS.get(state, "info"),
                    "when": moment(one.at) if one and one.at else "",
                    "text": one.opinion if one else "",
                    "seal": f"/files/{one.seal}/" if one and one.seal else "",
                    "paper": paper_words(people, one.by, staff) if one and one.on_paper else "",
                }
            )
    return {
        "rows": rows,
        "needed": bool(stage and stage.needed) and not any(e.state == "given" for e in said.values()),
        "by": say(stage.by, lang()) if stage else "",
        "options": [(str(b.pk), b.name) for b in bodies if b.pk not in before] if entry.state in OPEN else [],
    }


def paper_words(people: dict[UUID, Person], by: UUID | None, staff: bool) -> str:
    """How an opinion that was noted from paper is told; staff reads by whom."""
    if not staff:
        return _("纸质意见，由主办单位登记")
    return _("纸质意见，登记人：%(name)s") % {"name": name_of(people, by)}
