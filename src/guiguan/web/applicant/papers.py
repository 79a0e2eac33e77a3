"""The applicant sees, before handing in, where the Word version and the sealed scan differ from what stands online."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries.comparing import compared
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import blueprint_of, sheet_of
from guiguan.web.applicant.entries import lang
from guiguan.web.applicant.finding_entries import entry_by_id
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.papers_shown import papers_shown


@door("entry.write", entry_by_id)  # answers stand here unmasked
def papers(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Every paper of the entry beside its answers, as both stand now."""
    person = person_of(request)
    assert person is not None
    return render(
        request, "applicant/word/papers.html", {"entry": entry, "papers": papers_now(person, entry)}
    )


def papers_now(person: Person, entry: Entry) -> list[dict[str, Any]]:
    """The papers as they stand; a file is read the first time it is looked at."""
    blueprint = blueprint_of(entry.campaign)
    sheet = sheet_of(entry, blueprint)
    files = {name: [a.file for a in rows] for name, rows in sheet.files.items()}
    found = compared(person.pk, now(), entry, sheet.values, files)
    return papers_shown(found, blueprint, sheet.values, lang())
