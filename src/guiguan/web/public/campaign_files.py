"""Files behind a campaign's documents, for everybody to download."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.queries import downloads_of
from guiguan.apps.files.models import File
from guiguan.core.permissions.table import About
from guiguan.web.common.door import door
from guiguan.web.public.campaign_find import public_campaign

TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _document(person: Person | None, slug: str, document: str) -> tuple[Any, About]:
    campaign, about = public_campaign(person, slug)
    found = downloads_of(campaign).get(document)
    file = File.objects.filter(pk=found.file).first() if found else None
    if file is None:
        raise Http404
    return file, about


@door("portal.read", _document)
def download(request: HttpRequest, file: File) -> HttpResponseBase:
    """The file is sent to be kept, never to be shown inside the site."""
    response = FileResponse(
        default_storage.open(file.stored),
        as_attachment=True,
        filename=file.name,
        content_type=TYPES.get(file.kind, "application/octet-stream"),
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
