"""The end of a vote in its log: a `close` entry in the transaction that closes the poll, so that both are there or neither."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import connections

from guiguan.apps.votes.models import Poll
from guiguan.box.append import append
from guiguan.box.read import asking
from guiguan.core.values.moment import day_of


def write_close(poll: Poll, zone: str, at: int, database: str) -> None:
    """The poll's log ends with a `close` entry once the caller's transaction commits."""
    connection = connections[database]
    with connection.cursor() as cursor:
        append(
            asking(cursor),
            poll.pk,
            poll.campaign,
            "close",
            {"s": poll.stage},
            at,
            day_of(at, ZoneInfo(zone)),
            postgresql=connection.vendor == "postgresql",
        )
