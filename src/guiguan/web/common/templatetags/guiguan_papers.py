"""Word versions and scans of an entry beside its answers: a box on the applicant's overview, a panel on the screener's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template

from guiguan.apps.campaigns.form_templates import forms_of
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.comparing import compared
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.entries.queries import sheet_of
from guiguan.apps.entries.sealing import SEALED_KINDS, masked, unpack_all
from guiguan.core.blueprint.lookup import fields
from guiguan.web.common.clock import now
from guiguan.web.common.door import person_of
from guiguan.web.common.language import lang
from guiguan.web.common.papers_shown import papers_shown

register = template.Library()


@register.inclusion_tag("applicant/word/box.html", takes_context=True)
def papers_box(context: Any, entry: Entry) -> dict[str, Any]:
    """The forms of the entry and how its papers compare with what stands now."""
    person = person_of(context["request"])
    assert person is not None
    blueprint = blueprint_of(entry.campaign)
    sheet = sheet_of(entry, blueprint)
    files = {name: [a.file for a in rows] for name, rows in sheet.files.items()}
    found = compared(person.pk, now(), entry, sheet.values, files)
    return {
        "entry": entry,
        "forms": len(forms_of(entry.campaign, blueprint)),
        "papers": papers_shown(found, blueprint, sheet.values, lang()),
    }


@register.inclusion_tag("organiser/screening/papers.html", takes_context=True)
def screening_papers(context: Any, entry: Entry, submission: Submission) -> dict[str, Any]:
    """The papers that were handed in beside the answers that were handed in; what names or reaches a person stays masked."""
    person = person_of(context["request"])
    assert person is not None
    blueprint = blueprint_of(entry.campaign)
    values = unpack_all(fields(blueprint), submission.answers)
    files = {name: [UUID(r["file"]) for r in rows] for name, rows in submission.attachments.items()}
    found = compared(person.pk, now(), entry, values, files)
    return {"papers": papers_shown(found, blueprint, values, lang(), masked, SEALED_KINDS)}
