"""Codes by SMS: sent at once, never more than the limits against flooding allow."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.db import connection, transaction

from guiguan.adapters.sms import Console, Gateway, Memory
from guiguan.apps.accounts.models import CodeSent
from guiguan.apps.accounts.network import network_of
from guiguan.apps.accounts.sealing import phone_index, sealer
from guiguan.apps.messages.gateways import sms_gateway

MINUTE, DAY = 60_000, 86_400_000
NUMBER = ((1, MINUTE), (10, DAY))
"""How many codes one number gets, and in what time: this is what keeps anybody from being flooded."""
NETWORK = ((60, MINUTE), (3000, DAY))
"""The same for one network. Thousands of a ministry's people have one address, and so have a mobile carrier's; the limit only bounds what
one address can make an installation pay for messages."""


class TooManyCodes(Exception):
    """Another code now would flood the number; `wait` in seconds until one may be sent."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"{wait} s")
        self.wait = wait


@cache
def gateway() -> Gateway:
    """The SMS gateway that the settings name."""
    if settings.GUIGUAN.sms == "memory":
        return Memory()
    if settings.GUIGUAN.sms == "http":
        return sms_gateway()
    return Console(settings.GUIGUAN_DATA / "outbox")


def network_index(address: str) -> str:
    """The blind index of an address's network, "" for what is no address."""
    network = network_of(address)
    return sealer().blind(network, "code.network") if network else ""


def send_code(phone: str, code: str, *, address: str, at: int) -> None:
    """The code is on its way and noted. Raises TooManyCodes; NotDelivered where the gateway refused."""
    row = count_code(phone, address=address, at=at)
    gateway().send(
        phone,
        f"验证码 {code}，15 分钟内有效。请勿告诉他人。【{settings.GUIGUAN.site_name}】",
        f"code-{row.pk}",
    )


@transaction.atomic
def count_code(phone: str, *, address: str, at: int) -> CodeSent:
    """A code for the number is noted. Raises TooManyCodes. Counted also where nothing is sent because nobody has the number:
    else the limit would tell which numbers are registered."""
    number, network = phone_index(phone), network_index(address)
    _alone(number, network)
    wait = _wait(at, NUMBER, phone_index=number)
    if network:
        wait = max(wait, _wait(at, NETWORK, network=network))
    if wait:
        raise TooManyCodes(wait)
    return CodeSent.objects.create(phone_index=number, network=network, at=at)


def _alone(*names: str) -> None:
    """Requests that come at once for one number or from one net are counted one after the other; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for name in sorted(names):
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _wait(at: int, limits: tuple[tuple[int, int], ...], **whose: str) -> int:
    """Seconds until another code may go to the number or net."""
    ends = []
    for most, within in limits:
        sent = CodeSent.objects.filter(at__gt=at - within, **whose).order_by("-at")
        ends += [last + within for last in sent.values_list("at", flat=True)[most - 1 : most]]
    return max(((end - at + 999) // 1000 for end in ends), default=0)
