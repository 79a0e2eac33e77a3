"""The credit code while it is typed: what looks wrong with it, and whether its unit is registered. Never blocks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guiguan.apps.accounts.units import registered_already
from guiguan.core.values.credit_code import check_credit_code
from guiguan.web.common.door import door


@door("organisation.register")
def check(request: HttpRequest) -> HttpResponse:
    """A fragment to stand below the field."""
    typed = request.GET.get("credit_code", "")[:60].strip()
    code, doubt = check_credit_code(typed)
    language = request.LANGUAGE_CODE[:2]
    twice = registered_already(code)
    return render(
        request,
        "applicant/units/code_check.html",
        {
            "typed": typed,
            "doubt": doubt.text(language) if doubt else "",
            "twice": twice.text(language) if twice else "",
        },
    )
