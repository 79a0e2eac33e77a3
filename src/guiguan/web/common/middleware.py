"""What every request passes: an id for the log, the safety headers, the chosen language, the list of sign-ins, the second factor of staff."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation

from guiguan.apps.accounts.models import Person
from guiguan.core.permissions.roles import SECOND_FACTOR
from guiguan.web.common.idle import lock_where_idle
from guiguan.web.common.request_id import request_id

Answer = Callable[[HttpRequest], HttpResponse]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'{identity}; frame-ancestors 'none'; base-uri 'none'"
)
_FREE_OF_SECOND_FACTOR = re.compile(r"^/(accounts/(2fa|logout|reauthenticate)|display|static|healthz|readyz)")


@cache
def policy(oidc: str) -> str:
    """What our pages may load and where their forms may lead: to ourselves, and to the identity provider of the settings,
    since browsers hold the answer to a sent form, a redirect, to the same rule."""
    if not oidc:
        return _POLICY.format(identity="")
    provider = urlsplit(oidc.split("|")[1])
    return _POLICY.format(identity=f" {provider.scheme}://{provider.netloc}")


def request_context(answer: Answer) -> Answer:
    """Each request has an id, in the log and in `X-Request-ID`; each page has the content policy."""

    def wrapped(request: HttpRequest) -> HttpResponse:
        token = request_id.set(uuid.uuid4().hex[:16])
        try:
            response = answer(request)
            response.headers["X-Request-ID"] = request_id.get()
            response.headers.setdefault("Content-Security-Policy", policy(settings.GUIGUAN.oidc))
            response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
            if "Cache-Control" not in response.headers:
                response.headers["Cache-Control"] = "private, no-store"
            elif response.headers["Cache-Control"].startswith("public"):
                _for_everybody(response)
            return response
        finally:
            request_id.reset(token)

    return wrapped


def _for_everybody(response: HttpResponse) -> None:
    """A cache in between may give it to the next one, too: that somebody's session was looked for does not make it theirs. But a cookie that
    goes with it does: that is nobody else's."""
    if response.cookies:
        response.headers["Cache-Control"] = "private, no-store"
        return
    rest = [name for name in response.headers.get("Vary", "").split(", ") if name and name != "Cookie"]
    if rest:
        response.headers["Vary"] = ", ".join(rest)
    elif "Vary" in response.headers:
        del response.headers["Vary"]


def chosen_language(answer: Answer) -> Answer:
    """Chinese, unless the person chose English by the switch: a browser's own language does not decide for a public body."""

    def wrapped(request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = answer(request)
            response.headers.setdefault("Content-Language", language)
        return response

    return wrapped


def session_noted(answer: Answer) -> Answer:
    """The list of one's sign-ins knows from where each was last used, and when to five minutes. The kept library's own middleware
    writes at every request, and SQLite's readers would queue up as writers."""

    def wrapped(request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated:
            _note(request, key)
        return answer(request)

    return wrapped


def _note(request: HttpRequest, key: str) -> None:
    noted = UserSession.objects.filter(session_key=key, user=request.user.pk)
    ip, seen = noted.values_list("ip", "last_seen_at").first() or ("", None)
    now = timezone.now()
    if seen is not None:
        lock_where_idle(request, seen, now)
    here = get_adapter(request).get_client_ip(request)
    if seen is None or ip != here or now - seen >= timedelta(minutes=5):
        UserSession.objects.create_from_request(request)


def second_factor(answer: Answer) -> Answer:
    """Staff and experts without a second factor are led to setting one up, whatever they asked for. A demo needs none."""

    def wrapped(request: HttpRequest) -> HttpResponse:
        person = request.user
        if (
            isinstance(person, Person)
            and not settings.GUIGUAN.demo
            and not _FREE_OF_SECOND_FACTOR.match(request.path)
            and person.grants.filter(ended_at=None, role__in=SECOND_FACTOR).exists()
            and not is_mfa_enabled(person)
        ):
            return redirect("mfa_activate_totp")
        return answer(request)

    return wrapped
