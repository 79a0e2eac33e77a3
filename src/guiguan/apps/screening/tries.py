"""Counts tries of the progress query, right ones like wrong ones: who counts only wrong ones tells which are right."""

from __future__ import annotations

import unicodedata

from django.db import connection, transaction

from guiguan.apps.accounts.codes import network_index
from guiguan.apps.screening.models import ProgressTry
from guiguan.apps.sealer import sealer

HOUR, DAY = 3_600_000, 86_400_000
PER_ADDRESS, PER_NUMBER = 10, 20


class TooManyTries(Exception):
    """The address or the number has had its tries; nothing was looked up."""


@transaction.atomic
def count_try(number: str, *, address: str, at: int) -> None:
    """One more try is noted: ten for an address in an hour, twenty for a number in a day. Raises TooManyTries."""
    network, wanted = network_index(address), sealer().blind(same_number(number), "progress.number")
    _alone()
    if (
        ProgressTry.objects.filter(network=network, at__gt=at - HOUR).count() >= PER_ADDRESS
        or ProgressTry.objects.filter(number=wanted, at__gt=at - DAY).count() >= PER_NUMBER
    ):
        raise TooManyTries
    ProgressTry.objects.create(network=network, number=wanted, at=at)


def forget_tries(at: int) -> int:
    """Tries older than a day are gone; how many. A duty of the worker."""
    return ProgressTry.objects.filter(at__lte=at - DAY).delete()[0]


def same_number(text: str) -> str:
    """One way to write an entry's number: half-width, capital, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def _alone() -> None:
    """Tries that come at once are counted one after the other; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x7072_6F67])
