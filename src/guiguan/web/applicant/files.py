"""Files coming down: whoever may read what a file belongs to may have it; to all others it is not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.campaigns.models import Download
from guiguan.apps.campaigns.queries import PUBLIC_STATES
from guiguan.apps.entries.models import Attachment, Submission
from guiguan.apps.entries.queries import about as about_entry
from guiguan.apps.files.models import File
from guiguan.apps.files.previews import preview_of
from guiguan.core.permissions.table import About
from guiguan.web.applicant.files_sent import send
from guiguan.web.common.door import door

MET = ("GET", "HEAD")
PAGE = (1100, 1560)
MOST_PAGES = 200
ACTIONS = ("portal.read", "campaign.inspect", "entry.read", "organisation.read", "account.own")


@dataclass(frozen=True)
class Owned:
    """A file, and what must be allowed for it to be read."""

    file: File
    action: str
    about: About


def owned(file_id: UUID) -> Owned:
    """The file with what it belongs to: a campaign, an entry, a unit; else the person who handed it in. Raises Http404."""
    file = File.objects.filter(pk=file_id).first()
    if file is None:
        raise Http404
    download = Download.objects.select_related("campaign").filter(file=file_id).first()
    if download is not None:
        public = download.campaign.state in PUBLIC_STATES
        about = About(campaign=download.campaign_id)
        return Owned(file, "portal.read" if public else "campaign.inspect", about)
    attachments = Attachment.objects.select_related("entry").filter(file=file_id)
    for attachment in attachments:
        if attachment.removed_at is None or _handed_in(attachment):
            return Owned(file, "entry.read", about_entry(attachment.entry))
    unit = Organisation.objects.filter(licence=file_id) | Organisation.objects.filter(letter=file_id)
    for pk in unit.values_list("pk", flat=True)[:1]:
        return Owned(file, "organisation.read", About(organisation=str(pk)))
    return Owned(file, "account.own", About(person=str(file.by)))


def _handed_in(attachment: Attachment) -> bool:
    """Whether a version that was handed in holds the file: those who read that version read it too."""
    versions = Submission.objects.filter(entry=attachment.entry_id).values_list("attachments", flat=True)
    return any(
        row.get("file") == str(attachment.file) for held in versions for rows in held.values() for row in rows
    )


def _found(person: Person | None, found: Owned, **rest: Any) -> tuple[File, About]:
    return found.file, found.about


def _by_owner(
    view: Callable[..., HttpResponseBase], keep: tuple[str, ...] = ()
) -> Callable[..., HttpResponseBase]:
    """The view behind the door of whatever the file belongs to."""
    doors = {action: door(action, _found, methods=MET, keep=keep)(view) for action in ACTIONS}

    @require_http_methods([*MET])
    @wraps(view)
    def wrapped(request: HttpRequest, file_id: UUID, **rest: Any) -> HttpResponseBase:
        found = owned(file_id)
        return doors[found.action](request, found=found, **rest)

    wrapped.action = "entry.read"  # type: ignore[attr-defined]  # as of a door; most files are an entry's
    return wrapped


@_by_owner
def file(request: HttpRequest, file: File) -> HttpResponseBase:
    """The file, to be kept on one's own machine."""
    return send(file.stored, file.kind, name=file.name)


@_by_owner
def preview(request: HttpRequest, file: File) -> HttpResponseBase:
    """A small picture of the file, or 404 where it has none."""
    stored = preview_of(file)
    return send(stored, "jpg") if stored else HttpResponse(status=404)


@partial(_by_owner, keep=("number",))
def page(request: HttpRequest, file: File, number: int) -> HttpResponseBase:
    """One page of a PDF, or a picture, large enough to be read; 404 where there is none."""
    if not 1 <= number <= MOST_PAGES:
        return HttpResponse(status=404)
    stored = preview_of(file, *PAGE, page=number - 1)
    return send(stored, "jpg") if stored else HttpResponse(status=404)
