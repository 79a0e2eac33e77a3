"""Addresses are read as the standard library reads them; only trusted proxies are believed."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.values.address import network_of, read_address, sender_address


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_every_address_is_its_own_sender_and_lies_in_its_network(
    found: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    itself = (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found
    assert sender_address(str(found), "", 0) == str(itself)
    assert itself in ipaddress.ip_network(network_of(str(found), {}))
    assert ipaddress.ip_network(network_of(str(found), {})).prefixlen == (32 if itself.version == 4 else 64)


@given(st.from_regex(r"[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}", fullmatch=True))
def test_what_the_library_refuses_is_no_address(text: str) -> None:
    try:
        wanted = f"{ipaddress.IPv4Address(text)}/32"
    except ValueError:
        wanted = ""
    assert network_of(text, {}) == wanted


@pytest.mark.parametrize(
    ("forwarded", "trusted", "sender"),
    [
        ("203.0.113.9", 0, "192.0.2.1"),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("203.0.113.9, 198.51.100.7", 1, "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7", 2, "203.0.113.9"),
        ("198.51.100.7", 2, "192.0.2.1"),
        ("nonsense", 1, "192.0.2.1"),
        ("[2001:db8::1]:443", 1, "2001:db8::1"),
        ("::ffff:198.51.100.7", 1, "198.51.100.7"),
    ],
)
def test_only_as_many_proxies_as_are_trusted_are_believed(forwarded: str, trusted: int, sender: str) -> None:
    assert sender_address("192.0.2.1", forwarded, trusted) == sender


def test_prefixes_are_the_rules_own() -> None:
    assert network_of("192.0.2.77", {"v4": 24}) == "192.0.2.0/24"
    assert network_of("::ffff:192.0.2.77", {"v4": 24}) == "192.0.2.0/24"
    assert network_of("2001:db8:1:2::5", {"v6": 48}) == "2001:db8:1::/48"
    assert network_of("nobody", {}) == ""
    assert read_address("nobody") is None
