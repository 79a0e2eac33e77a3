"""Who is at the other end of a request, as far as the network tells."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The client's address. X-Forwarded-For counts only behind as many proxies as the settings trust, from the right."""
    peer: str = request.META.get("REMOTE_ADDR", "")
    trusted: int = settings.GUIGUAN.trusted_proxies
    passed = [a.strip() for a in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if a.strip()]
    return passed[-trusted] if trusted and len(passed) >= trusted else peer
