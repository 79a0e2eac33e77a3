"""Official forms of an entry: downloaded filled as Word or PDF; a filled Word form is uploaded, read, shown, and taken over by choice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.form_templates import form_of, forms_of
from guiguan.apps.entries.comparing import word_field
from guiguan.apps.entries.forms import filled_docx, filled_pdf
from guiguan.apps.entries.models import Entry, PaperReading
from guiguan.apps.entries.paper_readings import fields_read
from guiguan.apps.entries.queries import blueprint_of, sheet_of
from guiguan.apps.entries.services.attach import attach_file
from guiguan.apps.entries.services.word import Taken, read_word_form, take_over
from guiguan.apps.files.models import File
from guiguan.apps.files.services import take_file
from guiguan.core.blueprint.base import say
from guiguan.core.lifecycle.moves import EDITABLE
from guiguan.core.values.finding import Finding, InputError
from guiguan.documents.forms.office import office
from guiguan.web.applicant.entries import lang, standing
from guiguan.web.applicant.files_sent import TYPES, disposition
from guiguan.web.applicant.finding_entries import entry_by_id
from guiguan.web.applicant.saving import number_in
from guiguan.web.applicant.word_rows import rows_of
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of

MEGABYTES = 20


def _me(request: HttpRequest) -> Person:
    person = person_of(request)
    assert person is not None  # the door lets in nobody else
    return person


@door("entry.write", entry_by_id)
def forms(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Every official form with its downloads, and where a filled one is uploaded."""
    return _forms(request, entry, "", ())


def _forms(request: HttpRequest, entry: Entry, faulty: str, faults: tuple[Finding, ...]) -> HttpResponse:
    if not entry.reminded:
        return redirect("entry", entry_id=entry.pk)
    blueprint = blueprint_of(entry.campaign)
    texts = [f.text(lang()) for f in faults]
    rows = [
        {
            "form": form,
            "id": f"word-{form.id}",
            "error": "".join(texts) if form.id == faulty else "",
            "readable": form.readable,
        }
        for form in forms_of(entry.campaign, blueprint)
    ]
    page = {
        "entry": entry,
        "rows": rows,
        "editable": entry.state in EDITABLE,
        "pdf": office() is not None,
        "megabytes": MEGABYTES,
        "errors": [(text, f"word-{faulty}" if faulty else "") for text in texts],
        "standing": standing(blueprint),
    }
    return render(request, "applicant/word/forms.html", page, status=400 if faults else 200)


@door("entry.write", entry_by_id, keep=("form", "kind"))
def download(request: HttpRequest, entry: Entry, form: str, kind: str) -> HttpResponse:
    """The form filled with what stands now, as docx or pdf."""
    blueprint = blueprint_of(entry.campaign)
    found = form_of(entry.campaign, blueprint, form)
    if found is None or kind not in ("docx", "pdf"):
        raise Http404
    try:
        made = filled_docx(entry, blueprint, found) if kind == "docx" else filled_pdf(entry, blueprint, found)
    except InputError as error:
        return _forms(request, entry, form, error.findings)
    response = HttpResponse(made, content_type=TYPES[kind])
    response["Content-Disposition"] = disposition(f"{found.title}.{kind}")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@door("entry.write", entry_by_id, methods=("POST",), keep=("form",))
def upload(request: HttpRequest, entry: Entry, form: str) -> HttpResponse:
    """A filled Word form is kept and read; nothing of the entry changes before the applicant has chosen."""
    person, at = _me(request), now()
    if form_of(entry.campaign, blueprint_of(entry.campaign), form) is None:
        raise Http404
    uploaded = request.FILES.get("file")
    try:
        if uploaded is None:
            raise InputError(
                Finding("form.file-missing", "请选择填好的 Word 文件", "choose the filled Word file")
            )
        file = take_file(person.pk, at, uploaded, formats=("docx",), megabytes=MEGABYTES)
        reading = read_word_form(person, at, entry.pk, form, file)
    except InputError as error:
        return _forms(request, entry, form, error.findings)
    return redirect("entry-word-reading", entry_id=entry.pk, reading=reading.pk)


@door("entry.write", entry_by_id, methods=("GET", "HEAD", "POST"), keep=("reading",))
def read(request: HttpRequest, entry: Entry, reading: UUID) -> HttpResponse:
    """What was read, what stands now, what could not be read; POST takes over what is ticked."""
    found = PaperReading.objects.filter(pk=reading, entry=entry, kind="word").first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _reading(request, entry, found, {})
    person = _me(request)
    wanted = {
        name.removeprefix("take~"): number_in(request.POST.get(f"{name.removeprefix('take~')}~seen", ""))
        for name in request.POST
        if name.startswith("take~")
    }
    taken = take_over(person, now(), found, wanted)
    errors = _told(entry, taken)
    attached = _attach(request, person, entry, found)
    if taken.saved or attached:
        said = _("已填入 %(n)s 栏。") % {"n": len(taken.saved)}
        messages.success(
            request, said + (_("文件已作为“%(field)s”附件。") % {"field": attached} if attached else "")
        )
    if errors:
        return _reading(request, entry, found, errors)
    if not wanted and not attached:
        messages.info(request, _("没有勾选任何一栏，申报内容没有变化。"))
    return redirect("entry", entry_id=entry.pk)


def _told(entry: Entry, taken: Taken) -> dict[str, str]:
    """field → why it was not taken over."""
    changed = _("这一栏刚刚被改过，没有覆盖。请核对后再勾选一次。")
    return dict.fromkeys(taken.conflicts, changed) | {
        n: "".join(f.text(lang()) for f in e.findings) for n, e in taken.refused.items()
    }


def _attach(request: HttpRequest, person: Person, entry: Entry, reading: PaperReading) -> str:
    """The label of the upload field in which the Word file now stands too, where that was asked for."""
    field = word_field(entry.campaign, blueprint_of(entry.campaign), reading.document)
    file = File.objects.filter(pk=reading.file).first()
    if field is None or file is None or request.POST.get("attach") != "on":
        return ""
    if entry.attachments.filter(field=field.id, file=file.pk, removed_at=None).exists():
        return ""
    try:
        attach_file(person, now(), entry.pk, field.id, file)
    except InputError as error:
        for finding in error.findings:
            messages.error(request, finding.text(lang()))
        return ""
    return say(field.label, lang())


def _reading(
    request: HttpRequest, entry: Entry, reading: PaperReading, errors: dict[str, str]
) -> HttpResponse:
    blueprint = blueprint_of(entry.campaign)
    entry.refresh_from_db(fields=["revision", "state"])
    sheet = sheet_of(entry, blueprint)
    rows = rows_of(blueprint, sheet, fields_read(reading), lang(), errors)
    field = word_field(entry.campaign, blueprint, reading.document)
    page: dict[str, Any] = {
        "entry": entry,
        "reading": reading,
        "file": File.objects.filter(pk=reading.file).first(),
        "differ": sum(r.state == "differs" for r in rows),
        "changed": [r for r in rows if r.state == "differs" and r.online],
        "fresh": [r for r in rows if r.state == "differs" and not r.online],
        "unread": [r for r in rows if r.state == "unread"],
        "same": [r for r in rows if r.state == "same"],
        "empty": [r for r in rows if r.state == "empty"],
        "attach": say(field.label, lang()) if field else "",
        "attach_on": field is not None and not sheet.files.get(field.id),
        "editable": entry.state in EDITABLE,
        "errors": [(f"{r.label}{_('：')}{r.error}", f"take~{r.name}") for r in rows if r.error],
    }
    return render(request, "applicant/word/reading.html", page, status=409 if errors else 200)
