"""Where on the network a request comes from, as far as the installation trusts what it is told."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network

from django.conf import settings
from django.http import HttpRequest

from guiguan.core.values.address import read_address, sender_address


def client_address(request: HttpRequest) -> str:
    """The client's address, "" where there is none. X-Forwarded-For counts only behind as many proxies as the settings trust."""
    peer = request.META.get("REMOTE_ADDR", "")
    return sender_address(
        peer, request.META.get("HTTP_X_FORWARDED_FOR", ""), settings.GUIGUAN.trusted_proxies
    )


def network_of(address: str) -> str:
    """Whose failures and requests are counted together: an IPv4 address, an IPv6 address's /64, since one subscriber has all of it."""
    found = read_address(address)
    return str(IPv6Network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found or "")


def counted_address(request: HttpRequest) -> str | None:
    """The first address of the client's network, for the lockout's column of addresses; None where there is none."""
    return network_of(client_address(request)).removesuffix("/64") or None
