"""Files behind a campaign's documents, for everybody to download."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.queries import downloads_of
from guiguan.apps.files.models import File
from guiguan.core.permissions.table import About
from guiguan.web.applicant.files_sent import send
from guiguan.web.common.door import door
from guiguan.web.public.campaign_find import public_campaign


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
    return send(file.stored, file.kind, name=file.name)
