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
PER_DAY = 10


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
    wait = max(_wait(at, phone_index=number), _wait(at, network=network) if network else 0)
    if wait:
        raise TooManyCodes(wait)
    return CodeSent.objects.create(phone_index=number, network=network, at=at)


def _alone(*names: str) -> None:
    """Requests that come at once for one number or from one net are counted one after the other; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for name in sorted(names):
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _wait(at: int, **whose: str) -> int:
    """Seconds until another code may go to the number or net; a net may have several people, so it gets thrice as many."""
    many = 3 if "network" in whose else 1
    times = list(
        CodeSent.objects.filter(at__gt=at - DAY, **whose)
        .order_by("-at")
        .values_list("at", flat=True)[: PER_DAY * many]
    )
    ends = [times[-1] + DAY] if len(times) == PER_DAY * many else []
    if len(times) >= many and times[many - 1] > at - MINUTE:
        ends.append(times[many - 1] + MINUTE)
    return max(((end - at + 999) // 1000 for end in ends), default=0)
