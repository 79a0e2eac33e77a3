"""Network addresses: read from what a proxy or a person wrote, and cut to the part that counts as one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_USUAL = re.compile(rf"(?:{_OCTET}\.){{3}}{_OCTET}")
"""An IPv4 address as it is usually written: most are, and reading one takes longer than all else that is done with it."""


def read_address(text: str) -> Address | None:
    """The address of a header: bare, in brackets, or with the port that some proxies add; an IPv4 address in IPv6 as itself."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def sender_address(peer: str, forwarded: str, trusted: int) -> str:
    """Who sent a request, "" where nobody can tell. X-Forwarded-For counts only behind as many proxies as are trusted, from the right;
    where it is shorter or no address stands at that place, whoever connected is the sender."""
    passed = [part.strip() for part in forwarded.split(",") if part.strip()]
    told = read_address(passed[-trusted]) if trusted and len(passed) >= trusted else None
    if told is None and _USUAL.fullmatch(peer):
        return peer
    found = told or read_address(peer)
    return str(found) if found else ""


def network_of(address: str, prefix: Mapping[str, int]) -> str:
    """The network that counts as one address: the first `prefix["v4"]` (32) or `prefix["v6"]` (64) bits; "" for what is no address."""
    if prefix.get("v4", 32) >= 32 and _USUAL.fullmatch(address):
        return f"{address}/32"
    try:
        found = ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return str(IPv6Network((int(found), prefix.get("v6", 64)), strict=False))
        found = found.ipv4_mapped
    return str(IPv4Network((int(found), min(prefix.get("v4", 32), 32)), strict=False))
