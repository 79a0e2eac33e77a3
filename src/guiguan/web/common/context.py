"""What every page's frame shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from guiguan.web.common.door import person_of
from guiguan.web.common.places import footer_links, me, navigation
from guiguan.web.common.small import here


def site(request: HttpRequest) -> dict[str, Any]:
    """Names as `docs/develop/design-system.md` lists them."""
    language = get_language()
    theme = request.COOKIES.get("theme", "auto")
    return {
        "site_name": settings.GUIGUAN.site_name,
        "is_demo": settings.GUIGUAN.demo,
        "elder": request.COOKIES.get("elder") == "1",
        "theme": theme if theme in ("auto", "light", "dark") else "auto",
        "languages": [(code, label, code == language) for code, label in settings.LANGUAGES],
        "me": SimpleLazyObject(lambda: me(person_of(request))) if person_of(request) else None,
        "this_page": here(request),
        "nav": navigation(request.path),
        "footer_links": footer_links(),
    }
