"""One step of an entry's form: shown with what stands, saved by its button, and field by field by the page's script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.entries.models import Answer, Entry
from guiguan.apps.entries.queries import Sheet, blueprint_of, sheet_of
from guiguan.apps.entries.sealing import unpack
from guiguan.apps.entries.services import Conflict, save_answer
from guiguan.apps.entries.services.save import FROM_THE_UNIT
from guiguan.apps.files.models import File
from guiguan.core.blueprint.form import FormField, UploadField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.sections import Section, sections_of
from guiguan.core.entries.answers import cell
from guiguan.core.lifecycle.moves import EDITABLE
from guiguan.core.values.finding import InputError
from guiguan.web.applicant.attachments import keep_files
from guiguan.web.applicant.entries import lang, section_title, standing
from guiguan.web.applicant.fields import view_of
from guiguan.web.applicant.file_rows import file_row
from guiguan.web.applicant.finding_entries import entry_by_id
from guiguan.web.applicant.reading import value_from
from guiguan.web.applicant.saving import both_texts, name_of, number_in, save_sent
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of


@door("entry.write", entry_by_id, methods=("GET", "HEAD", "POST"), keep=("number",))
def step(request: HttpRequest, entry: Entry, number: int) -> HttpResponse:
    """Shows a step; POST saves every field of it that differs from what stands."""
    blueprint = blueprint_of(entry.campaign)
    sections = sections_of(blueprint)
    if not 1 <= number <= len(sections):
        raise Http404
    if not entry.reminded or entry.state not in EDITABLE:
        return redirect("entry", entry_id=entry.pk)
    errors: list[tuple[str, str]] = []
    conflicts: dict[str, Any] = {}
    if request.method == "POST":
        person = person_of(request)
        assert person is not None
        errors, conflicts = save_sent(person, entry, sections[number - 1].fields, request.POST)
        for field in sections[number - 1].fields:
            if isinstance(field, UploadField):
                errors += [(text, field.id) for text in keep_files(request, person, entry, field.id)]
        if not errors and not conflicts:
            messages.success(request, _("已保存。"))
            if "next" not in request.POST:
                return redirect("entry-form", entry_id=entry.pk, number=number)
            if number < len(sections):
                return redirect("entry-form", entry_id=entry.pk, number=number + 1)
            return redirect("entry", entry_id=entry.pk)
    page = _page(entry, blueprint, sections, number, conflicts)
    page["errors"] = errors
    return render(
        request, "applicant/entries/form.html", page, status=409 if conflicts else 400 if errors else 200
    )


def _page(
    entry: Entry,
    blueprint: Blueprint,
    sections: tuple[Section, ...],
    number: int,
    conflicts: Mapping[str, Any],
) -> dict[str, Any]:
    sheet = sheet_of(entry, blueprint)
    section = sections[number - 1]
    files = {
        f.pk: f for f in File.objects.filter(pk__in=[a.file for rows in sheet.files.values() for a in rows])
    }
    views = [_view(blueprint, f, sheet, files, entry, conflicts.get(f.id)) for f in section.fields]
    faulty = {f.field for f in sheet.errors}
    steps = [
        (section_title(s.title, n), f"/entries/{entry.pk}/form/{n}/", _state(s, n, number, faulty))
        for n, s in enumerate(sections, 1)
    ]
    return {
        "entry": entry,
        "campaign": entry.campaign,
        "steps": steps,
        "title": section_title(section.title, number),
        "views": views,
        "number": number,
        "last": number == len(sections),
        "before": number - 1,
        "standing": standing(blueprint),
    }


def _state(section: Section, n: int, now_at: int, faulty: set[str]) -> str:
    if n == now_at:
        return "now"
    return "next" if {f.id for f in section.fields} & faulty else "done"


def _view(
    blueprint: Blueprint,
    field: FormField,
    sheet: Sheet,
    files: Mapping[Any, File],
    entry: Entry,
    conflict: Any,
) -> Any:
    given = field.id in sheet.values
    value = conflict["value"] if conflict else sheet.values.get(field.id, "")
    # An empty field is not yet a fault on the page where it is to be filled; the overview lists what is missing.
    faults = [f for f in sheet.faults if given and f.field == field.id]
    return view_of(
        blueprint,
        field,
        value,
        conflict["revision"] if conflict else sheet.revisions.get(field.id, 0),
        faults,
        language=lang(),
        files=[file_row(entry, a, files[a.file]) for a in sheet.files.get(field.id, ()) if a.file in files],
        fixed=field.id in FROM_THE_UNIT,
        conflict=conflict,
    )


@door("entry.write", entry_by_id, methods=("POST",), keep=("field",))
def autosave(request: HttpRequest, entry: Entry, field: str) -> JsonResponse:
    """Keeps one field as it is typed: 200 with its revision and remarks; 409 with what somebody else wrote; 400 with why not."""
    person = person_of(request)
    assert person is not None
    blueprint = blueprint_of(entry.campaign)
    known = fields(blueprint).get(field)
    if known is None or isinstance(known, UploadField):
        raise Http404
    value = value_from(known, request.POST)
    try:
        revision = save_answer(
            person, now(), entry.pk, field, value, number_in(request.POST.get(f"{field}~seen", ""))
        )
    except Conflict as conflict:
        both = both_texts(known, value, conflict)
        return JsonResponse({k: both[k] for k in ("theirs", "revision", "by")}, status=409)
    except InputError as error:
        return JsonResponse({"errors": [f.text(lang()) for f in error.findings]}, status=400)
    entry.refresh_from_db()
    faults = [f for f in sheet_of(entry, blueprint, [field]).faults if f.rule != "form.required"]
    return JsonResponse(
        {
            "revision": revision,
            "errors": [f.text(lang()) for f in faults if f.severity == "error"],
            "warnings": [f.text(lang()) for f in faults if f.severity != "error"],
        }
    )


@door("entry.write", entry_by_id)  # answers stand here unmasked: staff open them one by one, with a reason
def changes(request: HttpRequest, entry: Entry) -> JsonResponse:
    """What others changed since a revision: field → its text, revision and who, so that two people see each other's work."""
    since = number_in(request.GET.get("since", ""))
    person = person_of(request)
    known = fields(blueprint_of(entry.campaign))
    assert person is not None
    rows = Answer.objects.filter(entry=entry, revision__gt=since).exclude(by=person.pk)
    found = {
        a.field: {
            "text": cell(known[a.field], unpack(known[a.field], a.value)),
            "revision": a.revision,
            "by": name_of(a.by),
        }
        for a in rows
        if a.field in known
    }
    return JsonResponse({"revision": entry.revision, "editable": entry.state in EDITABLE, "fields": found})
