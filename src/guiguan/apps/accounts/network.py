"""Where on the network a request comes from, as far as the installation trusts what it is told."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The client's address, "" where there is none. X-Forwarded-For counts only behind as many proxies as the settings trust,
    from the right; where it is shorter or no address stands at that place, whoever sent the request is the client."""
    trusted: int = settings.GUIGUAN.trusted_proxies
    passed = [a.strip() for a in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if a.strip()]
    told = _read(passed[-trusted]) if trusted and len(passed) >= trusted else None
    found = told or _read(request.META.get("REMOTE_ADDR", ""))
    return str(found) if found else ""


def network_of(address: str) -> str:
    """Whose failures and requests are counted together: an IPv4 address, an IPv6 address's /64, since one subscriber has all of it."""
    found = _read(address)
    return str(IPv6Network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found or "")


def counted_address(request: HttpRequest) -> str | None:
    """The first address of the client's network, for the lockout's column of addresses; None where there is none."""
    return network_of(client_address(request)).removesuffix("/64") or None


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """The address of a header: bare, in brackets, or with the port that some proxies add; an IPv4 address in IPv6 as itself."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
