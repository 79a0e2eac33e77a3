"""Entries of other kinds in a campaign's ballot log: open, void, unvoid, close."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from guiguan.box.read import Ask
from guiguan.box.rows import APPENDER, COLUMNS, OPENER, SIGNAL_COLUMNS, Stored
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.values.canonical import encode

Kind = Literal["open", "void", "unvoid", "close"]
_LOCK = 0x6767_0000
_AT_ONCE = 64  # rows in one statement


def hold(ask: Ask) -> None:
    """Nobody else appends until the transaction ends. PostgreSQL alone: SQLite has one writer anyway."""
    ask("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def append(
    ask: Ask,
    poll: int,
    campaign: str,
    kind: Kind,
    fields: Sequence[Mapping[str, Any]],
    at: int,
    day: date,
    *,
    postgresql: bool,
) -> list[Stored]:
    """One entry for each of these fields is stored when the transaction of `ask` commits, in this order and as one batch; with a random salt,
    as every entry of this log.

    Runs inside the caller's transaction (on SQLite one that was begun IMMEDIATE), so that a vote's closing and its `close` are
    there together or not at all. One appender at a time: on PostgreSQL a lock that ends with the transaction. Raises NotCanonical.
    """
    if postgresql:
        hold(ask)
    writer = OPENER if kind == "open" else APPENDER
    batch = (ask("SELECT MAX(batch) FROM votes_ballot WHERE writer = %s", [writer])[0][0] or 0) + 1
    common = {"c": campaign, "day": str(day), "k": kind, "t": at, "v": 1}
    made = []
    for place, own in enumerate(fields):
        entry = encode({**own, **common, "salt": secrets.token_hex(16)})
        leaf = leaf_hash(entry)
        made.append(Stored(writer, batch, place, b"", poll, kind, str(day), at, b"", entry, leaf))
    for first in range(0, len(made), _AT_ONCE):
        part = made[first : first + _AT_ONCE]
        marks = ", ".join(["(" + ", ".join(["%s"] * len(Stored._fields)) + ")"] * len(part))
        ask(
            f"INSERT INTO votes_ballot ({COLUMNS}) VALUES {marks} RETURNING batch",
            [value for row in part for value in row],
        )
    if kind == "open":  # whoever sees a ballot of this vote sees this, too (box.parts)
        told = [writer, batch, at, b"", len(made)]
        ask(f"INSERT INTO votes_signal ({SIGNAL_COLUMNS}) VALUES (%s, %s, %s, %s, %s) RETURNING batch", told)
    return made
