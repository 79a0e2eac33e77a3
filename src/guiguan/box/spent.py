"""Challenges that were used, so that none serves twice, not even after a restart: a small SQLite file that all processes of a machine share.

Ballots bring their proofs here before they are stored; the vote's own limits hold without it. WAL with synchronous NORMAL: what a
killed process wrote is kept; a power failure may lose the last moments, and a challenge is worth five minutes at most.

Whoever spends a challenge must not wait: a commit writes to the log of the file and syncs nothing. What syncs and what takes long, carrying
the log into the file and removing what has expired, a thread of its own does, some rows at a time.
"""

from __future__ import annotations

import logging
import secrets
import sqlite3
import threading
import time
from pathlib import Path

JUMP = 60_000
"""ms that a clock must gain on the machine's steady one to have jumped. What it says is doubted for a while then, and after a start, since it may
jump back: what it calls expired may still be worth something."""
DOUBTED_FOR = 3600.0
"""Seconds: longer than any challenge or code that was paid with is worth anything."""
TIDY_EVERY = 10.0
"""Seconds between two times that the file is tidied."""
PATIENCE = 0.25
"""Seconds that a spender waits for another process's commit, which takes microseconds."""
_AT_ONCE = 200  # rows removed in one statement: the file is not held for long
_log = logging.getLogger(__name__)


class Busy(Exception):
    """Another process holds the file for too long; nothing was spent."""


class Spent:
    """The used challenges of one machine."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file, self._lock, self._over = file, threading.Lock(), threading.Event()
        self._seen = (0, 0.0)
        self._sure_from = time.monotonic() + DOUBTED_FOR
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=10)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute("PRAGMA wal_autocheckpoint=0")
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
        self._connection.execute(f"PRAGMA busy_timeout={int(PATIENCE * 1000)}")
        self._tidier = threading.Thread(target=self._keep_tidy, name="spent", daemon=True)
        self._tidier.start()

    def spend(self, nonce: str, once: bytes, until: int, at: int) -> bool:
        """Whether the challenge is unused, or used before for the very same ballot (`once`); it is used from now on. Raises Busy."""
        self._look_at_clocks(at, time.monotonic())
        try:
            with self._lock:
                made = self._connection.execute(
                    "INSERT INTO spent VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
                    [nonce, once, until],
                ).fetchone()
                if made is not None:
                    return True
                first = self._connection.execute("SELECT once FROM spent WHERE nonce = ?", [nonce]).fetchone()
        except sqlite3.OperationalError as error:
            raise Busy(str(error)) from error
        return first is not None and bool(once) and bytes(first[0]) == once

    def _look_at_clocks(self, at: int, steady: float) -> None:
        """`at`: ms, `steady`: seconds that no one sets."""
        before, then = self._seen
        if before and at - before > (steady - then) * 1000 + JUMP:
            self._sure_from = steady + DOUBTED_FOR
        self._seen = at, steady

    def tidy_when_sure(self, steady: float) -> int:
        """What expired before the last challenge was spent is gone; how many. None while the clock is doubted."""
        return self.tidy(self._seen[0]) if steady >= self._sure_from else 0

    def tidy(self, at: int) -> int:
        """What expired before `at` is gone, and the log is carried into the file; how many were removed."""
        removed = 0
        connection = sqlite3.connect(self._file, isolation_level=None, timeout=10)
        try:
            connection.execute("PRAGMA synchronous=NORMAL")
            while True:
                some = connection.execute(
                    f"DELETE FROM spent WHERE nonce IN (SELECT nonce FROM spent WHERE until < ? LIMIT {_AT_ONCE})",
                    [at],
                ).rowcount
                removed += some
                if some < _AT_ONCE:
                    break
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            connection.close()
        return removed

    def close(self) -> None:
        self._over.set()
        self._tidier.join(10)
        self._connection.close()

    def _keep_tidy(self) -> None:
        while not self._over.wait(TIDY_EVERY):
            try:
                self.tidy_when_sure(time.monotonic())
            except sqlite3.Error:
                _log.exception("used challenges could not be tidied; tried again in %s s", TIDY_EVERY)
