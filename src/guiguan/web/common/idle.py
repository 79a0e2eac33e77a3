"""Staff who did nothing for half an hour prove again who they are; what they had typed and sent waits for them."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.adapters.crypto import Unsealable
from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.sealing import sealer

Answer = Callable[[HttpRequest], HttpResponse]

IDLE_MINUTES = 30
"""When a session was last used is noted every five minutes at most: staff are asked after 25 to 30 minutes."""
LARGEST_KEPT = 500_000
"""Characters of a sent form that are kept; the longest form of staff has a tenth of it."""
_PURPOSE = "session.kept-form"
_LOCKED, _KEPT = "idle_locked", "idle_kept"
_FREE = (
    "/accounts/reauthenticate",
    "/accounts/2fa/reauthenticate",
    "/accounts/logout",
    "/display",
    "/static/",
)


def lock_where_idle(request: HttpRequest, last_seen: Any, now: Any) -> None:
    """The session is locked where a person with a role of staff last used it too long ago."""
    if now - last_seen > timedelta(minutes=IDLE_MINUTES) and _is_staff(request.user):
        request.session[_LOCKED] = int(time.time())


class StaffIdle:
    """Leads who is locked to proving who they are. Stands behind the check against forged forms: only a form of ours is kept."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], parts: Any, names: Any
    ) -> HttpResponse | None:
        locked = request.session.get(_LOCKED)
        if locked is None and request.method == "POST":
            _let_go(request)
        if locked is None or not request.user.is_authenticated or request.path.startswith(_FREE):
            return None
        proven = [r["at"] for r in get_authentication_records(request, request.user)]
        if proven and proven[-1] > locked:
            del request.session[_LOCKED]
            return None
        return _ask_again(request)


def _ask_again(request: HttpRequest) -> HttpResponse:
    if not get_reauthentication_flows(request.user):  # somebody who came by an identity provider alone
        way = request.get_full_path() if request.method == "GET" else "/"
        logout(request)
        messages.warning(request, _("您已 30 分钟没有操作，为安全起见已退出，请重新登录。"))
        return _to("account_login", way, request)
    if not request.accepts("text/html"):  # a script asks: it keeps what was typed, and says so
        return _to("account_reauthenticate", "/", request)
    if request.method == "POST":
        kept = _keep(request)
        told = (
            _("您已 30 分钟没有操作，请再次确认身份。刚才填写的内容已经保留，确认后可以继续提交。")
            if kept
            else _("您已 30 分钟没有操作，请再次确认身份。")
        )
        messages.warning(request, told)
        return _to("account_reauthenticate", reverse("idle-kept") if kept else "/", request)
    messages.warning(request, _("您已 30 分钟没有操作，请再次确认身份，然后回到刚才的页面。"))
    return _to("account_reauthenticate", request.get_full_path(), request)


def _to(name: str, after: str, request: HttpRequest) -> HttpResponse:
    way = f"{reverse(name)}?{urlencode({'next': after}, safe='/')}"
    if request.headers.get("HX-Request"):  # a part of a page cannot be the page that asks
        return HttpResponse(status=204, headers={"HX-Redirect": way})
    return HttpResponseRedirect(way)


def _keep(request: HttpRequest) -> bool:
    """Whether what was sent is now kept, sealed, in the session. Never what belongs to signing in, never files."""
    fields = [
        (name, value)
        for name in request.POST
        for value in request.POST.getlist(name)
        if name != "csrfmiddlewaretoken"
    ]
    text = json.dumps([request.get_full_path(), _came_from(request), fields], ensure_ascii=False)
    if not fields or request.path.startswith("/accounts/") or len(text) > LARGEST_KEPT:
        return False
    request.session[_KEPT] = b64encode(sealer().seal(text, _PURPOSE)).decode()
    return True


def _came_from(request: HttpRequest) -> str:
    """The page of ours on which the form stood."""
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.get_host() and page.path.startswith("/") else "/"


def kept_form(request: HttpRequest) -> tuple[str, str, list[tuple[str, str]]] | None:
    """Where the kept form was to go, the page on which it stood, and its fields in order; None where none is kept."""
    sealed = request.session.get(_KEPT)
    if not sealed:
        return None
    try:
        way, page, fields = json.loads(sealer().unseal(b64decode(sealed), _PURPOSE))
    except Unsealable:  # the key was changed meanwhile
        return None
    return way, page, [(name, value) for name, value in fields]


def _let_go(request: HttpRequest) -> None:
    """What was kept is no longer, now that its form is sent once more."""
    found = kept_form(request)
    if found is not None and found[0] == request.get_full_path():
        del request.session[_KEPT]


def _is_staff(person: Any) -> bool:
    return isinstance(person, Person) and person.grants.filter(ended_at=None).exists()
