"""Pages for what went wrong: each says what happened and what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guiguan.box.keys import LostKeys
from guiguan.core.votes.document import NoDocument

_log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """The database may be what is broken: the page asks it nothing, not even who is signed in."""
    request.user = AnonymousUser()
    request.session = {}  # type: ignore[assignment]  # as empty as can be; the middleware leaves one that is no session alone
    return render(request, "errors/500.html", status=500)


class NoVoting:
    """Keys of the ballots may be lost while the site runs, or the rules of a vote be changed in the database so that nobody can read them:
    whoever wants to vote is told that this cannot be now, and the log says why."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, LostKeys):
            _log.critical("nobody can prove who votes: %s", error)
            page = render(request, "errors/keys.html", status=503)
        elif isinstance(error, NoDocument):
            _log.critical("the rules of a vote cannot be read: %s", error)
            page = render(request, "errors/no_rules.html", status=503)
        else:
            return None
        page.headers["Retry-After"] = "60"
        return page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", status=403)


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return render(request, "errors/locked.html", status=429)
