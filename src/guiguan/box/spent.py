"""Challenges that were used, so that none serves twice, not even after a restart: a small SQLite file that all processes of a machine share.

Ballots bring their proofs here before they are stored; the vote's own limits hold without it. WAL with synchronous NORMAL: what a
killed process wrote is kept; a power failure may lose the last moments, and a challenge is worth five minutes at most.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from pathlib import Path

_SWEEP = 60_000  # ms between two removals of what has expired anyhow


class Spent:
    """The used challenges of one machine."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._swept = 0
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=10)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(
            """
            CREATE TABLE IF NOT EXISTS spent (nonce TEXT PRIMARY KEY, once BLOB NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS spent_until ON spent (until);
            CREATE TABLE IF NOT EXISTS machine (one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT NOT NULL);
            """
        )
        self._connection.execute("INSERT OR IGNORE INTO machine VALUES (1, ?)", [secrets.token_hex(8)])
        self.machine: str = self._connection.execute("SELECT name FROM machine").fetchone()[0]
        """Who made a challenge: another machine cannot know whether it was used, and refuses it."""

    def spend(self, nonce: str, once: bytes, until: int, at: int) -> bool:
        """Whether the challenge is unused, or used before for the very same ballot (`once`); it is used from now on."""
        with self._lock:
            if at - self._swept >= _SWEEP:
                self._connection.execute("DELETE FROM spent WHERE until < ?", [at])
                self._swept = at
            made = self._connection.execute(
                "INSERT INTO spent VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1", [nonce, once, until]
            ).fetchone()
            if made is not None:
                return True
            first = self._connection.execute("SELECT once FROM spent WHERE nonce = ?", [nonce]).fetchone()
            return first is not None and bool(once) and bytes(first[0]) == once

    def close(self) -> None:
        self._connection.close()
