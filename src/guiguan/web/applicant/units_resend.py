"""Asking for another code: a minute apart, whether or not the number has an account, so that the limit tells nobody which have one."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account import views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guiguan.web.common.clock import now
from guiguan.web.common.door import door

_SENT, _MINUTE = "code_page_at", 60_000
_BOTH = ("GET", "HEAD", "POST")


@door("account.register", methods=_BOTH)
def verify_phone(request: HttpRequest) -> HttpResponse:
    """The page for the code of a new number."""
    return _spaced(request, views.verify_phone)


@door("account.register", methods=_BOTH)
def confirm_login_code(request: HttpRequest) -> HttpResponse:
    """The page for the code that signs in."""
    return _spaced(request, views.confirm_login_code)


def _spaced(request: HttpRequest, page: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    at = now()
    if request.method == "POST" and request.POST.get("action") == "resend":
        wait = request.session.get(_SENT, at) + _MINUTE - at
        if wait > 0:
            return render(request, "errors/too_many_codes.html", {"wait": (wait + 999) // 1000}, status=429)
        request.session[_SENT] = at
    else:
        request.session.setdefault(_SENT, at)
    return page(request)
