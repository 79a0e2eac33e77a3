"""How the site is shown: language, light or dark, large type. Kept in cookies; works without scripts."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from guiguan.web.common.door import door

_YEAR = 365 * 86_400


@door("portal.read", methods=("POST",))
def display(request: HttpRequest) -> HttpResponse:
    """Keeps the choice that came and goes back to where one was."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    response = redirect(target if safe else "home")
    allowed = {
        "language": (settings.LANGUAGE_COOKIE_NAME, set(dict(settings.LANGUAGES))),
        "theme": ("theme", {"auto", "light", "dark"}),
        "elder": ("elder", {"0", "1"}),
    }
    for field, (cookie, values) in allowed.items():
        value = request.POST.get(field, "")
        if value in values:
            response.set_cookie(cookie, value, max_age=_YEAR, samesite="Lax", secure=request.is_secure())
    return response
