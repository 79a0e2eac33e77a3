"""What the log key has signed: one row a log, in a file of its own that no backup may hold.

The last size and root that were signed are the signer's memory. Restored from a backup it would forget what the world has
seen, and might sign a second history; so it lives apart, and an older database is recognised by it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TABLE = """
CREATE TABLE IF NOT EXISTS signed (
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL, at INTEGER NOT NULL
) STRICT
"""


class Overtaken(Exception):
    """Another process has signed for this log since it was asked: two signers run."""


@dataclass(frozen=True)
class LastSigned:
    """The newest checkpoint of a log: its size and root, the signed note, and when (ms)."""

    size: int
    root: bytes
    note: bytes
    at: int


@dataclass(frozen=True)
class Signed:
    """The file `signed.sqlite`."""

    file: Path

    def last(self, origin: str) -> LastSigned | None:
        """The newest checkpoint that was signed under this origin."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT size, root, note, at FROM signed WHERE origin = ?", (origin,)
            ).fetchone()
        return LastSigned(*row) if row else None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever signed, as far as is remembered."""
        if not self.file.exists():
            return True
        with self._open() as connection:
            return connection.execute("SELECT 1 FROM signed LIMIT 1").fetchone() is None

    def replace(self, origin: str, last: LastSigned | None, new: LastSigned) -> None:
        """`new` is the newest one, if `last` was until now. Raises Overtaken."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            if last is None:
                done = connection.execute(
                    "INSERT INTO signed VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (origin, new.size, new.root, new.note, new.at),
                )
            else:
                done = connection.execute(
                    "UPDATE signed SET size = ?, root = ?, note = ?, at = ? WHERE origin = ? AND size = ? AND root = ?",
                    (new.size, new.root, new.note, new.at, origin, last.size, last.root),
                )
            if done.rowcount != 1:
                connection.execute("ROLLBACK")
                raise Overtaken(f"{origin}: signed by another process since size {last.size if last else 0}")
            connection.execute("COMMIT")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = sqlite3.connect(self.file, timeout=20, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(_TABLE)
            yield connection
        finally:
            connection.close()
