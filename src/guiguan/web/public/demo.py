"""The demo's own page: one sign-in for each role. It is not there on any other site."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from guiguan.core.permissions.roles import ROLE_TITLES
from guiguan.web.applicant.entries import lang
from guiguan.web.common.door import door


@door("portal.read")
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Who can be tried out, each with a button that signs in; another of a role for what takes two people."""
    file = settings.GUIGUAN_DATA / "demo.json"
    if not settings.GUIGUAN.demo or not file.is_file():
        raise Http404
    found = json.loads(file.read_text(encoding="utf-8"))
    which = 1 if lang() == "en" else 0
    signs = found["sign_ins"] + found.get("others", [])
    rows = [s | {"label": ROLE_TITLES[s["role"]][which]} for s in signs]
    return render(request, "public/demo.html", {"sign_ins": rows, "campaigns": found["campaigns"]})
