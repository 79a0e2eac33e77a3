"""Who sent a request: what a stranger writes into a header never makes them somebody else."""

from __future__ import annotations

import pytest
from django.conf import settings as in_use
from django.test import RequestFactory
from pytest_django import Settings

from guiguan.apps.accounts.network import client_address, counted_address, network_of

PEER = "192.0.2.1"


def behind(settings: Settings, proxies: int) -> None:
    settings.GUIGUAN = in_use.GUIGUAN.model_copy(update={"trusted_proxies": proxies})


@pytest.mark.parametrize(
    ("proxies", "told", "found"),
    [
        (0, "203.0.113.9", PEER),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 203.0.113.10", "203.0.113.9"),
        (2, "203.0.113.9", PEER),
        (1, "", PEER),
        (1, "unknown", PEER),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_header_counts_only_as_far_as_the_proxies_are_ours(
    settings: Settings, proxies: int, told: str, found: str
) -> None:
    behind(settings, proxies)
    request = RequestFactory().get("/", REMOTE_ADDR=PEER, HTTP_X_FORWARDED_FOR=told)
    assert client_address(request) == found


def test_a_peer_without_an_address_is_nobody(settings: Settings) -> None:
    behind(settings, 0)
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) == ""
    assert counted_address(RequestFactory().get("/", REMOTE_ADDR="")) is None


def test_whoever_has_a_whole_ipv6_network_counts_as_one(settings: Settings) -> None:
    behind(settings, 0)
    assert network_of("2001:db8:0:1::7") == network_of("2001:db8:0:1:ffff::9") == "2001:db8:0:1::/64"
    assert network_of("2001:db8:0:2::7") != network_of("2001:db8:0:1::7")
    assert network_of("203.0.113.9") == "203.0.113.9"
    assert counted_address(RequestFactory().get("/", REMOTE_ADDR="2001:db8:0:1::7")) == "2001:db8:0:1::"
