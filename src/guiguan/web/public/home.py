"""The page that shows the design system."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guiguan.web.common.door import door


@door("portal.read")
def design(request: HttpRequest) -> HttpResponse:
    return render(request, "design.html")
