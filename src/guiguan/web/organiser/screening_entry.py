"""The page on which one entry is screened: all that was handed in, what the machine found, what was decided before."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.paper import noted_by
from guiguan.apps.endorsing.queries import endorses
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import about, is_own
from guiguan.apps.entries.sealing import unpack_all
from guiguan.apps.screening.deadline import until_text
from guiguan.apps.screening.deciders import may_decide
from guiguan.apps.screening.judgement import MOST_DAYS, Judgement, points
from guiguan.apps.screening.machine import Found, machine_findings
from guiguan.apps.screening.models import Screening
from guiguan.apps.screening.order import open_stage, screening_stages
from guiguan.apps.screening.queries import category_title, decisions_of, newest_submission
from guiguan.apps.screening.reading import note_reading, readers
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import STAGE_TITLES
from guiguan.core.blueprint.stages import Screening as Stage
from guiguan.core.entries.answers import is_shown
from guiguan.core.permissions.table import may
from guiguan.web.applicant.endorsements import endorsement_box
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.common.units_shown import region_name
from guiguan.web.organiser.screening_answers import sections
from guiguan.web.organiser.screening_words import (
    ANSWERS,
    COLOURS,
    OUTCOMES,
    STATES,
    entry_in,
    lang,
    name_of,
    tabs,
)

Error = tuple[str, str]


@door("screening.open", entry_in)
def review(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Everything about the entry; for half an hour the others see who reads it."""
    person = person_of(request)
    if person and entry.state == "submitted" and may(held_by(person), "screening.decide", about(entry)):
        note_reading(person, now(), entry)
    return page(request, entry)


def page(
    request: HttpRequest, entry: Entry, given: Judgement | None = None, errors: tuple[Error, ...] = ()
) -> HttpResponse:
    """The page, with what was typed and what was wrong with it."""
    person, at = person_of(request), now()
    submission = newest_submission(entry)
    if person is None or submission is None:
        raise Http404
    blueprint, held = blueprint_of(entry.campaign), held_by(person)
    values = unpack_all(fields(blueprint), submission.answers)
    decisions = list(decisions_of(entry))
    mine = [s for s in decisions if s.submission_id == submission.pk]
    stage = open_stage(blueprint, mine) if entry.state == "submitted" else None
    own = is_own(person, entry)
    decides = (
        may(held, "screening.decide", about(entry)) if own else may_decide(person, entry, blueprint, stage)
    )
    proposal = next((s for s in mine if s.state == "proposed"), None)
    found = machine_findings(blueprint, entry, submission, values)
    context: dict[str, Any] = {
        "entry": entry,
        "campaign": entry.campaign,
        "tabs": tabs(entry.campaign, blueprint, ""),
        "submission": submission,
        "handed": moment(submission.at),
        "state": STATES[entry.state](),
        "colour": COLOURS.get(entry.state, "neutral"),
        "category": category_title(blueprint, entry.category, lang()),
        "region": region_name(entry.region),
        "sections": sections(entry, submission, blueprint, values, may(held, "entry.reveal", about(entry))),
        "faults_found": [_told(f, blueprint) for f in found if f.severity == "error"],
        "doubts_found": [_told(f, blueprint) for f in found if f.severity != "error"],
        "reading": _("、").join(readers([entry.pk], at, person).get(entry.pk, [])),
        "history": _history(decisions, blueprint),
        "endorsed": (endorsement_box(entry, staff=True) or {}).get("rows", []),
        "notes": endorses(blueprint) and may(held, "endorsement.note", about(entry)),
        "own": own and decides,
        "own_note": "screening" not in blueprint.two_persons and noted_by(person, entry),
        "stage": stage,
        "errors": errors,
        "proposal": _proposal(proposal, blueprint, person) if proposal else None,
        "why_error": next((text for text, place in errors if place == "why"), ""),
        "why_given": request.POST.get("why", ""),
        "decides": decides and not own,
        "form": _form(stage, blueprint, found, given, decisions, values, errors)
        if stage and decides and not own and proposal is None
        else None,
    }
    status = 400 if errors else 200
    return render(request, "organiser/screening/entry.html", context, status=status)


def _told(found: Found, blueprint: Blueprint) -> str:
    field = fields(blueprint).get(found.field)
    text = found.text(lang())
    label = say(field.label, lang()) if field else ""
    return text if not label or label in text else f"{label}{_('：')}{text}"


def _form(
    stage: Stage,
    blueprint: Blueprint,
    found: list[Found],
    given: Judgement | None,
    decisions: list[Screening],
    values: dict[str, Any],
    errors: tuple[Error, ...],
) -> dict[str, Any]:
    """What the decision form asks, with what was typed and what is wrong with it."""
    wrong = {place: text for text, place in errors}
    typed = {f.field: f.text for f in given.faults} if given else {}
    hints: dict[str, list[str]] = {}
    for f in found:
        hints.setdefault(f.field, []).append(f.text(lang()))
    returned = sum(s.outcome == "return" and s.state == "stands" and s.stage == stage.id for s in decisions)
    correction = stage.correction
    return {
        "title": say(stage.title, lang()) if stage.title else STAGE_TITLES[stage.kind][lang() == "en"],
        "checklist": [
            {
                "name": f"point~{number}",
                "label": f"{number}. {point}",
                "values": [given.checklist.get(point, "")] if given else [],
                "error": wrong.get(f"point~{number}", ""),
            }
            for number, point in enumerate(points(stage), 1)
        ],
        "answers": [(key, word()) for key, word in ANSWERS.items()],
        "outcome": [given.outcome] if given else [],
        "outcomes": [(key, word()) for key, word in OUTCOMES.items()],
        "general": typed.get("", ""),
        "wrong": {
            "outcome": wrong.get("outcome", ""),
            "general": wrong.get("fault~", ""),
            "days": wrong.get("days", ""),
            "reason": wrong.get("reason", ""),
            "note": wrong.get("note", ""),
        },
        "fields": [
            {
                "name": f"fault~{name}",
                "label": say(field.label, lang()),
                "value": typed.get(name, ""),
                "hint": _("；").join(hints.get(name, [])),
            }
            for name, field in fields(blueprint).items()
            if is_shown(field, values) or name in typed
        ],
        "fields_open": any(name for name in typed),
        "term": correction.working_days if correction else None,
        "left": correction.times - returned if correction else None,
        "days": given.days if given else "",
        "most_days": MOST_DAYS,
        "reasons": [(code, say(text, lang())) for code, text in stage.reasons.items()],
        "reason": given.reason if given else "",
        "note": given.note if given else "",
        "two": "screening" in blueprint.two_persons,
    }


def _history(decisions: list[Screening], blueprint: Blueprint) -> list[dict[str, Any]]:
    """Every decision so far, with who took it."""
    people = _people(decisions)
    return [
        {
            "title": _outcome_words(s),
            "when": f"{moment(s.second_at or s.at)} · {_by(s, people)}",
            "text": _text(s, blueprint),
            "state": "now" if s.state == "proposed" else "stopped" if s.state == "dropped" else "done",
        }
        for s in decisions
    ]


def _outcome_words(s: Screening) -> str:
    word = OUTCOMES[s.outcome]()
    nth = _("（第 %(n)s 次提交）") % {"n": s.submission.number}
    if s.state == "proposed":
        return _("提出：%(outcome)s") % {"outcome": word} + nth
    if s.state == "dropped":
        return _("提出后被否决：%(outcome)s") % {"outcome": word} + nth
    return word + nth


def _by(s: Screening, people: dict[Any, Person]) -> str:
    names = [name_of(people, s.by)]
    if s.second_by and s.second_by != s.by:
        names.append(name_of(people, s.second_by))
    return _("、").join(names)


def _people(decisions: list[Screening]) -> dict[Any, Person]:
    ids = {i for s in decisions for i in (s.by, s.second_by) if i}
    return {p.pk: p for p in Person.objects.filter(pk__in=ids)}


def _text(s: Screening, blueprint: Blueprint) -> str:
    known = fields(blueprint)
    stage = next((x for x in screening_stages(blueprint) if x.id == s.stage), None)
    parts = [
        f"{say(known[f['field']].label, lang())}{_('：')}{f['text']}" if f["field"] in known else f["text"]
        for f in s.faults
    ]
    if stage and s.reason in stage.reasons:
        parts.append(say(stage.reasons[s.reason], lang()))
    if s.note:
        parts.append(s.note)
    if s.why:
        parts.append(_("不同意的理由：%(why)s") % {"why": s.why})
    if s.until:
        chosen = _("（期限由审查人选定）") if s.days_chosen else ""
        parts.append(_("补正至 %(until)s") % {"until": until_text(s.until, blueprint.zone)} + chosen)
    return _("；").join(parts)


def _proposal(s: Screening, blueprint: Blueprint, person: Person) -> dict[str, Any]:
    return {
        "id": s.pk,
        "outcome": OUTCOMES[s.outcome](),
        "text": _text(s, blueprint),
        "days": s.days,
        "checklist": [{"label": point, "value": ANSWERS[answer]()} for point, answer in s.checklist.items()],
        "by": name_of(_people([s]), s.by),
        "mine": s.by == person.pk,
    }
