"""Files going up in parts, so that a break of the network costs one part and not the whole file. Spoken by upload.js."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import Forbidden, ask
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import about, find_entry
from guiguan.apps.files.models import Upload
from guiguan.apps.files.uploads import (
    LARGEST_PART,
    WrongOffset,
    add_part,
    begin_upload,
    cancel_upload,
    finishing,
    take_upload,
)
from guiguan.core.blueprint.form import UploadField
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import InputError
from guiguan.web.applicant.attachments import answer, put_in, upload_field
from guiguan.web.applicant.entries import lang
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of


def _oneself(person: Person | None) -> tuple[None, About]:
    return None, About(person=str(person.pk) if person else "")


def _own(person: Person | None, upload_id: UUID) -> tuple[Upload, About]:
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None:
        raise Http404
    return upload, About(person=str(upload.by))


@door("account.own", _oneself, methods=("POST",))
def begin(request: HttpRequest, _nothing: None) -> HttpResponse:
    """201 with the id of an empty upload. POST: name, size (bytes), purpose (entry:ID:field)."""
    person = person_of(request)
    assert person is not None
    purpose, size = request.POST.get("purpose", ""), request.POST.get("size", "")
    entry, field = _purpose(person, purpose)
    del entry
    if not (size.isascii() and size.isdigit() and len(size) < 16):
        return _errors(_("没有写明文件的大小，请重新选择文件"))
    name = request.POST.get("name", "")
    try:
        upload = begin_upload(person.pk, now(), name, int(size), purpose, megabytes=field.megabytes)
    except InputError as error:
        return _errors(*(f.text(lang()) for f in error.findings))
    return JsonResponse({"id": str(upload.pk), "part": LARGEST_PART}, status=201)


@door("account.own", _own, methods=("GET", "HEAD", "PUT", "DELETE"))
def upload(request: HttpRequest, upload: Upload) -> HttpResponse:
    """GET: how many bytes are here. PUT ?offset=N: the next part. DELETE: the upload is given up."""
    try:
        if request.method == "PUT":
            return _part(request, upload)
        if request.method == "DELETE":
            cancel_upload(upload.pk)
            return HttpResponse(status=204)
    except Upload.DoesNotExist as error:  # it went away meanwhile
        raise Http404 from error
    return JsonResponse(
        {"received": upload.size if upload.file else upload.received, "finished": upload.file is not None}
    )


def _part(request: HttpRequest, upload: Upload) -> HttpResponse:
    offset = request.GET.get("offset", "")
    part = request.read(LARGEST_PART + 1)
    if len(part) > LARGEST_PART:
        return _errors(_("一段最多 %(most)s 字节") % {"most": LARGEST_PART}, status=413)
    try:
        received = add_part(
            upload.pk, int(offset) if offset.isascii() and offset.isdigit() and len(offset) < 16 else -1, part
        )
    except WrongOffset as wrong:
        return JsonResponse({"received": wrong.received}, status=409)
    except InputError as error:
        return _errors(*(f.text(lang()) for f in error.findings))
    return JsonResponse({"received": received})


@door("account.own", _own, methods=("POST",))
def finish(request: HttpRequest, upload: Upload) -> HttpResponse:
    """The whole file is checked and stands in its field; doing it again changes nothing."""
    person = person_of(request)
    assert person is not None
    entry, field = _purpose(person, upload.purpose)
    errors: list[str] = []
    try:
        with finishing(upload.pk) as held:
            file = take_upload(
                now(),
                held,
                formats=field.formats,
                megabytes=field.megabytes,
                pixels=field.pixels,
                pixels_are=field.pixels_are,
            )
            put_in(person, entry, field.id, file)
    except Upload.DoesNotExist as error:
        raise Http404 from error
    except InputError as error:
        errors = [f.text(lang()) for f in error.findings]
    return answer(request, entry, field.id, errors)


def _purpose(person: Person, purpose: str) -> tuple[Entry, UploadField]:
    """The entry and the field that the upload is for, which the person may write. Raises Http404."""
    kind, _colon, rest = purpose.partition(":")
    entry_id, _colon, field_id = rest.partition(":")
    try:
        entry = find_entry(UUID(entry_id)) if kind == "entry" else None
    except ValueError:
        entry = None
    field = upload_field(entry, field_id) if entry else None
    if entry is None or field is None:
        raise Http404
    try:
        ask(person, "entry.write", about(entry))
    except Forbidden as error:
        raise Http404 from error
    return entry, field


def _errors(*texts: str, status: int = 400) -> JsonResponse:
    return JsonResponse({"errors": texts}, status=status)
