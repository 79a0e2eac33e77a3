"""How to declare an entry here, in plain words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guiguan.web.common.door import door


@door("portal.read")
def guide(request: HttpRequest) -> HttpResponse:
    return render(request, "public/help.html")
