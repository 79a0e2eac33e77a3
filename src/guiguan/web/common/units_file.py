"""A unit's licence and letter on their way to somebody who may see them."""

from __future__ import annotations

from typing import Literal

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseBase
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Organisation
from guiguan.apps.files.models import File

_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


def send_unit_file(unit: Organisation, part: Literal["licence", "letter"]) -> HttpResponseBase:
    """The file to be kept, never to be run: nothing in it is active in our pages. 404 where the unit has none."""
    file = _file(unit, part)
    if file is None:
        raise Http404
    response = FileResponse(
        default_storage.open(file.stored),
        as_attachment=True,
        filename=file.name,
        content_type=_TYPES.get(file.kind, "application/octet-stream"),
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def file_row(unit: Organisation, part: str, title: str, url: str) -> dict[str, object]:
    """The file as a row of a list of files."""
    file = _file(unit, part)
    if file is None:
        return {"name": title, "kind": "-", "size": _("未上传")}
    size = f"{file.size / 2**20:.1f} MB" if file.size >= 2**20 else f"{max(file.size // 1024, 1)} KB"
    return {"name": f"{title}{_('：')}{file.name}", "kind": file.kind.upper(), "size": size, "url": url}


def _file(unit: Organisation, part: str) -> File | None:
    found = unit.licence if part == "licence" else unit.letter
    return File.objects.filter(pk=found).first() if found else None
