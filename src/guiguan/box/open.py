"""A ballot box opened on a database, by its address."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from guiguan.box.box import Box, BoxSettings
from guiguan.box.gate import Gate, OpenGate
from guiguan.box.held import ready_keys
from guiguan.box.keys import Keys
from guiguan.box.line import Line
from guiguan.box.line_sqlite import SqliteLine
from guiguan.box.store import Store
from guiguan.box.store_sqlite import SqliteStore


def wall_clock() -> int:
    """Milliseconds since 1970-01-01T00:00Z."""
    return time.time_ns() // 1_000_000


def open_store(url: str) -> Store:
    """The store behind postgresql://… or sqlite:///file. Raises Unsafe where it could lose what it acknowledged, Unavailable where it
    cannot be reached."""
    if url.startswith("sqlite://"):
        return SqliteStore(Path(url.removeprefix("sqlite://")))
    from guiguan.box.store_postgres import PostgresStore  # psycopg is an extra: SQLite needs none

    return PostgresStore(url)


def open_line(url: str, loop: asyncio.AbstractEventLoop) -> Line:
    """The line of the loop to the same database."""
    if url.startswith("sqlite://"):
        return SqliteLine(Path(url.removeprefix("sqlite://")), loop)
    from guiguan.box.line_postgres import PostgresLine

    return PostgresLine(url, loop)


def open_box(
    url: str, keys: Path, settings: BoxSettings, gate: Callable[[Keys], Gate] = lambda keys: OpenGate()
) -> Box:
    """A box that takes ballots until it is closed. The tables have been made by the site's migrations. Raises LostKeys where the keys are
    not those with which the votes began."""
    held = ready_keys(url, keys)
    store = open_store(url)
    return Box(held, store, wall_clock, settings, gate(held))
