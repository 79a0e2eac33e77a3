"""The ballots' database as somebody reads it who must not wait long and never writes: a connection for one question, apart from the one
that stores."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from guiguan.box.read import Ask, asking
from guiguan.box.store import Unavailable

PATIENCE = 2
"""Seconds for the connection, and for each statement."""


@contextmanager
def reading(url: str) -> Iterator[Ask]:
    """How to ask the database at the address; statements with %s parameters. Raises Unavailable where it does not answer in time."""
    if url.startswith("sqlite://"):
        with _sqlite(url.removeprefix("sqlite://")) as ask:
            yield ask
        return
    import psycopg  # an extra: SQLite needs none

    limit = PATIENCE * 1000
    try:
        connected = psycopg.connect(url, autocommit=True, connect_timeout=PATIENCE, tcp_user_timeout=limit)
        with closing(connected), connected.cursor() as cursor:
            # not as options of the connection: the address may have its own
            cursor.execute(f"SET statement_timeout = {limit}; SET default_transaction_read_only = on")
            yield asking(cursor)
    except psycopg.Error as error:
        raise Unavailable(str(error)) from error


@contextmanager
def _sqlite(file: str) -> Iterator[Ask]:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=PATIENCE)) as connection:

            def ask(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
                return connection.execute(statement.replace("%s", "?"), parameters).fetchall()

            yield ask
    except sqlite3.Error as error:
        raise Unavailable(str(error)) from error
