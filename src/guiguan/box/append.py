"""Entries of other kinds in a campaign's ballot log: open, void, unvoid, close."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from guiguan.box.read import Ask
from guiguan.box.rows import APPENDER, COLUMNS, OPENER, Stored
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.values.canonical import encode

Kind = Literal["open", "void", "unvoid", "close"]
_LOCK = 0x6767_0000


def hold(ask: Ask) -> None:
    """Nobody else appends until the transaction ends. PostgreSQL alone: SQLite has one writer anyway."""
    ask("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def append(
    ask: Ask,
    poll: int,
    campaign: str,
    kind: Kind,
    fields: Mapping[str, Any],
    at: int,
    day: date,
    *,
    postgresql: bool,
) -> Stored:
    """The entry is stored when the transaction of `ask` commits; with a random salt, as every entry of this log.

    Runs inside the caller's transaction (on SQLite one that was begun IMMEDIATE), so that a vote's closing and its `close` are
    there together or not at all. One appender at a time: on PostgreSQL a lock that ends with the transaction. Raises NotCanonical.
    """
    if postgresql:
        hold(ask)
    writer = OPENER if kind == "open" else APPENDER
    last = ask("SELECT MAX(batch) FROM votes_ballot WHERE writer = %s", [writer])[0][0] or 0
    entry = encode(
        {**fields, "c": campaign, "day": str(day), "k": kind, "salt": secrets.token_hex(16), "t": at, "v": 1}
    )
    made = Stored(writer, last + 1, 0, b"", poll, kind, str(day), at, b"", entry, leaf_hash(entry))
    marks = ", ".join(["%s"] * len(made))
    ask(f"INSERT INTO votes_ballot ({COLUMNS}) VALUES ({marks}) RETURNING batch", list(made))
    return made
