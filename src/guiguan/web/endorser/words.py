"""Words of the endorsers' pages, and how their addresses are read."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.endorsing.models import Body, Collection
from guiguan.apps.endorsing.queries import about_body
from guiguan.apps.files.models import File
from guiguan.apps.files.services import take_file
from guiguan.core.permissions.table import About
from guiguan.web.organiser.screening_words import Words

OPINIONS: Words = {
    "": lambda: _("待出具意见"),
    "asked": lambda: _("待出具意见"),
    "given": lambda: _("已出具意见"),
    "declined": lambda: _("不予推荐"),
}
OPINION_COLOURS = {"given": "success", "declined": "danger"}
LISTS: Words = {
    "draft": lambda: _("拟定中"),
    "handed_up": lambda: _("已报送"),
    "collected": lambda: _("已汇总"),
}
LIST_COLOURS = {"draft": "info", "handed_up": "success", "collected": "success"}
SEAL_FORMATS = ("pdf", "jpg", "png")
SEAL_MEGABYTES = 20


def body_in(person: Person | None, campaign: str, body: int, **rest: object) -> tuple[Body, About]:
    """The body and who sits for it. Raises Http404."""
    found = (
        Body.objects.select_related("campaign__in_force", "parent").filter(pk=body, campaign=campaign).first()
    )
    if found is None:
        raise Http404
    return found, about_body(found)


def list_for(body: Body, number: int) -> Collection:
    """A list of the body, or one that a body below handed up to it. Raises Http404."""
    found = Collection.objects.select_related("body__parent", "body__campaign").filter(pk=number).first()
    if found is None or not (
        found.body_id == body.pk or (found.body.parent_id == body.pk and found.state != "draft")
    ):
        raise Http404
    found.body.campaign = body.campaign
    return found


def seal_of(request: HttpRequest, person: Person, at: int) -> File | None:
    """The scan that came with the form, checked and kept; None where none came. Raises InputError."""
    given = request.FILES.get("seal")
    if given is None:
        return None
    return take_file(person.pk, at, given, formats=SEAL_FORMATS, megabytes=SEAL_MEGABYTES)


def seal_row(file_id: Any) -> list[dict[str, Any]]:
    """The seal as a list of files."""
    file = File.objects.filter(pk=file_id).first() if file_id else None
    if file is None:
        return []
    return [
        {
            "name": file.name,
            "kind": file.kind.upper(),
            "size": f"{max(file.size // 1024, 1)} KB",
            "url": f"/files/{file.pk}/",
        }
    ]
