"""Long pages come compressed, where the browser takes it. Which ones, they say themselves: a page with a secret in it beside what somebody
sent must not be, since its length then tells whoever can send guesses how much of the secret they have guessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Answer = Callable[[HttpRequest], HttpResponse]


def sent_small(view: View) -> View:
    """The view's pages are compressed on their way out, when nothing is changed in them any more. Put it outermost."""
    view.sent_small = True  # type: ignore[attr-defined]  # a mark on the function
    return view


def repeats(request: HttpRequest, **query: str) -> None:
    """Of what stands behind the page's ? it repeats these alone, values that the site itself knows; "" for none."""
    kept = urlencode({name: value for name, value in query.items() if value})
    request.here = f"{request.path}?{kept}" if kept else request.path  # type: ignore[attr-defined]


def here(request: HttpRequest) -> str:
    """The address that a page repeats, to come back to it."""
    return str(getattr(request, "here", "") or request.get_full_path())


def compressed(answer: Answer) -> Answer:
    """Stands outside of what changes a page, inside of what counts its length."""
    small = GZipMiddleware(answer)

    def wrapped(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        match = request.resolver_match
        if match is None or not getattr(match.func, "sent_small", False):
            return response
        if request.META.get("QUERY_STRING") and not hasattr(request, "here"):
            return response
        small.process_response(request, response)
        return response

    return wrapped
