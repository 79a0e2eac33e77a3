"""What a rule says: the page that a problem's `type` leads to."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from guiguan.web.api.problems import rules_known
from guiguan.web.common.door import door
from guiguan.web.public.campaign_words import lang


@door("portal.read")
def index(request: HttpRequest) -> HttpResponse:
    rows = [
        (rule, [en if lang() == "en" else zh for zh, en in texts]) for rule, texts in rules_known().items()
    ]
    return render(request, "public/problems.html", {"rows": rows})


@door("portal.read")
def problem(request: HttpRequest, rule: str) -> HttpResponse:
    """The rule in words, in both languages. 404 for one that nothing gives."""
    texts = rules_known().get(rule)
    if texts is None:
        raise Http404
    return render(request, "public/problem.html", {"rule": rule, "texts": texts})
