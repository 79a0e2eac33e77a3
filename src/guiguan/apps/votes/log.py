"""The ballot log as Django's side reaches it: reading what is stored, and appending entries that are no ballots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connections

from guiguan.apps.votes.models import Poll
from guiguan.box.append import Kind, append, hold
from guiguan.box.read import Ask, asking
from guiguan.box.rows import Stored
from guiguan.core.values.moment import day_of


@contextmanager
def ballots_asked(*, prepare: bool = False) -> Iterator[Ask]:
    """How to ask the ballots' database, inside the transaction that Django has open there, if any. `prepare`: PostgreSQL keeps each
    statement for the next time, for whoever asks the same again and again: to read and plan a short one takes as long as to do it."""
    connection = connections[settings.BALLOTS_ALIAS]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            import psycopg

            # Django's own cursor has every byte written out as text, and reads it back
            with psycopg.Cursor(connection.connection) as plain:
                yield asking(plain, binary=True, prepare=prepare)
        else:
            yield asking(cursor)


def hold_appending() -> None:
    """Nobody else appends until the transaction of the ballots' database ends. Whoever needs the audit trail's lock before its own entry
    asks for this one first, in the order in which every act takes the two."""
    if connections[settings.BALLOTS_ALIAS].vendor == "postgresql":
        with ballots_asked() as ask:
            hold(ask)


def append_entry(poll: Poll, kind: Kind, fields: Mapping[str, Any], at: int, zone: ZoneInfo) -> Stored:
    """The entry is in the campaign's ballot log when the transaction commits. RuntimeError outside `atomic(settings.BALLOTS_ALIAS)`."""
    return append_entries(poll, kind, [fields], at, zone)[0]


def append_entries(
    poll: Poll, kind: Kind, fields: Sequence[Mapping[str, Any]], at: int, zone: ZoneInfo
) -> list[Stored]:
    """The same for several entries, which stand in the log in this order."""
    connection = connections[settings.BALLOTS_ALIAS]
    if not connection.in_atomic_block:
        raise RuntimeError(
            f"{kind}: an act and its entry belong into one transaction of the ballots' database"
        )
    postgresql = connection.vendor == "postgresql"
    with ballots_asked() as ask:
        return append(ask, poll.pk, poll.campaign, kind, fields, at, day_of(at, zone), postgresql=postgresql)
