"""The door of a page: which action of the permission table it is, and what it is about. No page is without one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import Forbidden, ask
from guiguan.core.permissions.table import NOTHING, TABLE, About

View = Callable[..., HttpResponseBase]


def door(
    action: str,
    find: Callable[..., tuple[Any, About]] | None = None,
    methods: tuple[str, ...] = ("GET", "HEAD"),
    keep: tuple[str, ...] = (),
) -> Callable[[View], View]:
    """A view behind the permission `action`. `find(person, **url_parts)` gives the thing and what it is about for permission;
    the view then gets the thing after the request, and of the address the parts named in `keep`. Who is not signed in is led to signing in; a stranger meets 404 at a thing,
    403 at a page of no thing in particular."""

    def decorate(view: View) -> View:
        @require_http_methods([*methods])
        @wraps(view)
        def wrapped(request: HttpRequest, **parts: Any) -> HttpResponseBase:
            person = person_of(request)
            if (
                person is None and "public" not in TABLE[action]
            ):  # before looking: what is there is nobody's business yet
                return redirect_to_login(request.get_full_path())
            thing, about = find(person, **parts) if find else (None, NOTHING)
            try:
                ask(person, action, about)
            except Forbidden:
                if find is not None:
                    raise Http404 from None
                raise
            return view(request, thing, **{k: parts[k] for k in keep}) if find else view(request, **parts)

        wrapped.action = action  # type: ignore[attr-defined]  # read by the test that visits every page as every role
        return wrapped

    return decorate


def person_of(request: HttpRequest) -> Person | None:
    """Who is signed in, or None."""
    return request.user if isinstance(request.user, Person) else None
