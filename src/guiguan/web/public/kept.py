"""What somebody had sent while their session was locked, to be sent once more by their own hand."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from guiguan.apps.accounts.models import Person
from guiguan.core.permissions.table import About
from guiguan.web.common.door import door
from guiguan.web.common.idle import kept_form


def _oneself(person: Person | None) -> tuple[Any, About]:
    return None, About(person=str(person.pk) if person else "")


@door("account.own", _oneself)
def kept(request: HttpRequest, nothing: None) -> HttpResponse:
    """The form as it was filled in, with one button; the site's first page where nothing is kept."""
    found = kept_form(request)
    if found is None:
        return redirect("home")
    way, page, fields = found
    texts = [value for name, value in fields if len(value.strip()) > 1 and not name.endswith("~seen")]
    return render(request, "public/kept.html", {"way": way, "page": page, "fields": fields, "texts": texts})
