"""Files of an entry: put in, ordered and taken out from the form page, with or without its script."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries.models import Attachment, Entry
from guiguan.apps.entries.queries import blueprint_of
from guiguan.apps.entries.services import attach_file, move_file, remove_file
from guiguan.apps.files.models import File
from guiguan.apps.files.services import take_file
from guiguan.core.blueprint.form import UploadField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.sections import sections_of
from guiguan.core.values.finding import InputError
from guiguan.web.applicant.entries import lang
from guiguan.web.applicant.file_rows import file_row
from guiguan.web.applicant.finding_entries import entry_by_id
from guiguan.web.applicant.saving import save_sent
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of


@door("entry.write", entry_by_id, methods=("POST",), keep=("field",))
def attach(request: HttpRequest, entry: Entry, field: str) -> HttpResponse:
    """Checks and keeps every file that the page sent; a script gets JSON, a plain form goes back to its page."""
    person = person_of(request)
    assert person is not None
    if upload_field(entry, field) is None:
        raise Http404
    errors = [*_keep_rest(request, entry), *keep_files(request, person, entry, field)]
    return answer(request, entry, field, errors)


@door("entry.write", entry_by_id, methods=("POST",), keep=("attachment_id",))
def remove(request: HttpRequest, entry: Entry, attachment_id: UUID) -> HttpResponse:
    """Takes one file out of the entry."""
    person = person_of(request)
    assert person is not None
    found = _attachment(entry, attachment_id)
    errors = _keep_rest(request, entry)
    try:
        remove_file(person, now(), entry.pk, attachment_id)
    except InputError as error:
        errors.extend(f.text(lang()) for f in error.findings)
    return answer(request, entry, found.field, errors)


@door("entry.write", entry_by_id, methods=("POST",), keep=("attachment_id",))
def move(request: HttpRequest, entry: Entry, attachment_id: UUID) -> HttpResponse:
    """Puts one file at another place of its field: `to`, 1 is the first."""
    person = person_of(request)
    assert person is not None
    found = _attachment(entry, attachment_id)
    errors = _keep_rest(request, entry)
    to = request.GET.get("to", "")  # not in the form, where a field may have this name
    if not (to.isascii() and to.isdigit() and len(to) < 5):
        errors.append(_("没有写明移到第几个，请用“上移”“下移”按钮"))
    else:
        try:
            move_file(person, now(), entry.pk, attachment_id, int(to))
        except InputError as error:
            errors.extend(f.text(lang()) for f in error.findings)
    return answer(request, entry, found.field, errors)


def keep_files(request: HttpRequest, person: Person, entry: Entry, field: str = "") -> list[str]:
    """Every file that a plain form sent stands in the field where it was chosen; why not, for each that does not.

    `field`: where files go that came without naming one.
    """
    errors: list[str] = []
    for known in fields(blueprint_of(entry.campaign)).values():
        if not isinstance(known, UploadField):
            continue
        unnamed = request.FILES.getlist("file") if known.id == field else []
        for uploaded in [*request.FILES.getlist(f"{known.id}~file"), *unnamed]:
            try:
                file = take_file(
                    person.pk,
                    now(),
                    uploaded,
                    formats=known.formats,
                    megabytes=known.megabytes,
                    pixels=known.pixels,
                    pixels_are=known.pixels_are,
                )
                attach_file(person, now(), entry.pk, known.id, file)
            except InputError as error:
                errors.extend(f"{uploaded.name}{_('：')}{f.text(lang())}" for f in error.findings)
    return errors


def put_in(person: Person, entry: Entry, field: str, file: File) -> None:
    """The file stands in the field, once, however often this is asked; one taken out since stays out. Raises InputError."""
    if not Attachment.objects.filter(entry=entry, file=file.pk).exists():
        attach_file(person, now(), entry.pk, field, file)


def upload_field(entry: Entry, field: str) -> UploadField | None:
    """The field of the entry's form that takes files under this id."""
    known = fields(blueprint_of(entry.campaign)).get(field)
    return known if isinstance(known, UploadField) else None


def answer(request: HttpRequest, entry: Entry, field: str, errors: list[str]) -> HttpResponse:
    """What became of it: JSON with the field's files as the page shows them, or back to the page with its messages."""
    if "application/json" in request.headers.get("Accept", ""):
        said = {"errors": errors, "list": list_of(request, entry, field)}
        return JsonResponse(said, status=400 if errors else 200)
    for text in errors:
        messages.error(request, text)
    return _back(entry, field)


def list_of(request: HttpRequest, entry: Entry, field: str) -> str:
    """The files of one field, as HTML."""
    attachments = list(entry.attachments.filter(field=field, removed_at=None).order_by("position", "at"))
    files = File.objects.in_bulk([a.file for a in attachments])
    rows = [file_row(entry, a, files[a.file]) for a in attachments if a.file in files]
    return render_to_string("applicant/files/list.html", {"files": rows, "entry": entry}, request).strip()


def _attachment(entry: Entry, attachment_id: UUID) -> Attachment:
    found: Attachment | None = entry.attachments.filter(pk=attachment_id).first()
    if found is None:
        raise Http404
    return found


def _keep_rest(request: HttpRequest, entry: Entry) -> list[str]:
    """What else was typed on the page when a plain form sent the files: saved too, so that nothing is lost."""
    person = person_of(request)
    assert person is not None
    errors, conflicts = save_sent(person, entry, blueprint_of(entry.campaign).form, request.POST)
    lost = [
        _("“%(field)s”未保存：%(by)s已修改本栏") % {"field": name, "by": c["by"]}
        for name, c in conflicts.items()
    ]
    return [text for text, _place in errors] + lost


def _back(entry: Entry, field: str) -> HttpResponse:
    for number, section in enumerate(sections_of(blueprint_of(entry.campaign)), 1):
        if field in {f.id for f in section.fields}:
            response = redirect("entry-form", entry_id=entry.pk, number=number)
            response["Location"] += f"#{field}"
            return response
    return redirect("entry", entry_id=entry.pk)
