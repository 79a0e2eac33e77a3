"""Ballots in an SQLite file: a commit is on the disk when it returns, and one writer at a time holds the file.

Many rows go in one statement each, since every step of a statement hands the interpreter's lock over and takes it back.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from guiguan.box.poll import PollRow
from guiguan.box.read import as_stored
from guiguan.box.rows import COLUMNS, SIGNAL_COLUMNS, Ref, Stored, packed, unpacked
from guiguan.box.store import (
    Batch,
    Busy,
    NotStored,
    Right,
    Settling,
    Standing,
    Unavailable,
    Unsafe,
    with_document,
)
from guiguan.box.tallied import Refusals

T = TypeVar("T")
_MARKS = "(" + ", ".join("?" * len(Stored._fields)) + ")"
_REFUSED = """
INSERT INTO votes_refusal (poll, minute, rule, writer, count) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (poll, minute, rule, writer) DO UPDATE SET count = count + excluded.count
"""
_MOST = 64  # rows in one statement: eleven values each, far below what SQLite can bind
_CACHE_KIB = 65_536
_LEFT_IN_LOG = 4_000  # pages of the write-ahead log before they are carried into the file


class SqliteStore:
    """A store in the file, which the site's migrations have made. Unsafe where commits would not be durable."""

    def __init__(self, file: Path, patience: float = 20.0) -> None:
        """`patience`: seconds to wait for another's commit."""
        self._file = file
        self._connection = _opened(file, patience)
        self._lock, self._writer = _held_writer(file)
        statement = "SELECT MAX(batch) FROM votes_ballot WHERE writer = ?"
        self._batch: int = self._connection.execute(statement, [self._writer]).fetchone()[0] or 0

    def polls(self, known: Mapping[int, PollRow]) -> list[PollRow]:
        rows = self._ask("SELECT id, campaign, stage, state, version FROM votes_poll ORDER BY id")
        found = [PollRow(i, c, s, state, version, "") for i, c, s, state, version in rows]
        return [with_document(row, known, self._document) for row in found]

    def _document(self, poll: int) -> str:
        return str(self._ask("SELECT document FROM votes_poll WHERE id = ?", [poll])[0][0])

    def standing(self, poll: int) -> Standing:
        rows = self._ask("SELECT state, version FROM votes_poll WHERE id = ?", [poll])
        return Standing(*rows[0]) if rows else Standing("", 0)

    def next_batch(self) -> tuple[int, int]:
        self._batch += 1
        return self._writer, self._batch

    def put_first(self, batch: Batch) -> tuple[Standing, frozenset[int]]:
        with self._transaction():
            standing = self.standing(batch.poll)
            if standing != ("open", batch.version):
                return standing, frozenset()
            fresh = self._put_rights({r.voter: Right((r.ref,)) for r in batch.rows}, batch.poll)
            rows = [row for row in batch.rows if row.voter in fresh]
            self._put_rows(rows, batch.sealed)
        return standing, frozenset(row.place for row in rows)

    @contextmanager
    def settling(self, poll: int) -> Iterator[Settling]:
        with self._transaction():
            yield _Settling(self, poll)

    def rights_of(self, poll: int, holders: Sequence[bytes]) -> dict[bytes, Right]:
        statement = "SELECT refs, used FROM votes_right WHERE poll = ? AND holder = ?"
        found = {holder: self._ask(statement, [poll, holder]) for holder in holders}
        return {h: Right(tuple(unpacked(rows[0][0])), rows[0][1]) for h, rows in found.items() if rows}

    def ballots(self, refs: Iterable[tuple[Ref, bytes]]) -> dict[Ref, Stored]:
        where = "writer = ? AND batch = ? AND place = ? AND voter = ?"
        found = [self._ask(f"SELECT {COLUMNS} FROM votes_ballot WHERE {where}", [*r, v]) for r, v in refs]
        return {stored.ref: stored for rows in found for stored in map(as_stored, rows)}

    def commit_of(self, ref: Ref, poll: int) -> list[Stored]:
        where = "writer = ? AND batch = ? AND poll = ? ORDER BY place"
        rows = self._ask(f"SELECT {COLUMNS} FROM votes_ballot WHERE {where}", [ref.writer, ref.batch, poll])
        return [as_stored(row) for row in rows]

    def note_refused(self, counts: Refusals) -> None:
        with self._transaction():
            for (poll, minute, rule), count in counts.items():
                self._ask(_REFUSED, [poll, minute, rule, self._writer, count])

    def close(self) -> None:
        self._connection.close()
        if self._lock >= 0:  # a descriptor is closed once: its number may be somebody else's by then
            os.close(self._lock)
            self._lock = -1

    def _put_rights(self, rights: Mapping[bytes, Right], poll: int) -> set[bytes]:
        """The rights of holders that had none; whose they are."""
        fresh: set[bytes] = set()
        for some in _parts(list(rights.items())):
            marks = ", ".join(["(?, ?, ?, ?)"] * len(some))
            statement = f"INSERT INTO votes_right VALUES {marks} ON CONFLICT DO NOTHING RETURNING holder"
            values = [x for h, r in some for x in (poll, h, b"".join(map(packed, r.refs)), r.used)]
            fresh.update(row[0] for row in self._ask(statement, values))
        return fresh

    def _change_rights(self, rights: Mapping[bytes, Right], poll: int) -> None:
        statement = "UPDATE votes_right SET refs = ?, used = ? WHERE poll = ? AND holder = ?"
        for holder, right in rights.items():
            self._ask(statement, [b"".join(map(packed, right.refs)), right.used, poll, holder])

    def _put_rows(self, rows: Sequence[Stored], sealed: bytes) -> None:
        for some in _parts(rows):
            marks = ", ".join([_MARKS] * len(some))
            self._ask(
                f"INSERT INTO votes_ballot ({COLUMNS}) VALUES {marks}", [x for row in some for x in row]
            )
        if rows:
            first = rows[0]
            values = [first.writer, first.batch, first.time, sealed, len(rows)]
            self._ask(f"INSERT INTO votes_signal ({SIGNAL_COLUMNS}) VALUES (?, ?, ?, ?, ?)", values)

    def _ask(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with _told():
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """One writer's transaction from its beginning: what was read in it is what it is written upon."""
        self._ask("BEGIN IMMEDIATE")  # whoever is not let in here has written nothing
        try:
            yield
            self._ask("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.rollback()
            raise


class _Settling:
    def __init__(self, store: SqliteStore, poll: int) -> None:
        self._store, self._poll = store, poll

    def standing(self) -> Standing:
        return self._store.standing(self._poll)

    def rights(self, holders: Sequence[bytes]) -> dict[bytes, Right]:
        self._store._put_rights(dict.fromkeys(holders, Right()), self._poll)
        return self._store.rights_of(self._poll, holders)

    def ballots(self, refs: Iterable[tuple[Ref, bytes]]) -> dict[Ref, Stored]:
        return self._store.ballots(refs)

    def put(self, batch: Batch, rights: Mapping[bytes, Right]) -> None:
        self._store._put_rows(batch.rows, batch.sealed)
        self._store._change_rights(rights, self._poll)


def _opened(file: Path, patience: float) -> sqlite3.Connection:
    with _told():
        connection = sqlite3.connect(
            f"file:{file}?mode=rw",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=patience,
            cached_statements=4 * _MOST,
        )
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint={_LEFT_IN_LOG}")
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        kept = connection.execute("PRAGMA synchronous").fetchone()[0]
    if mode != "wal" or kept < 2:
        connection.close()
        raise Unsafe(f"journal_mode=WAL, synchronous=FULL wanted; {mode}, {kept} found in {file.name}")
    return connection


def _held_writer(file: Path) -> tuple[int, int]:
    """(descriptor, number) of the first writer that no living process holds: a lock on a file, which ends with the process."""
    for writer in range(1, 1000):
        descriptor = os.open(f"{file}.writer{writer}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        return descriptor, writer
    raise Unavailable("999 processes store ballots already")


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """The rows, some at a time: as many statements as there are sizes up to `_MOST` stay prepared."""
    for first in range(0, len(rows), _MOST):
        yield rows[first : first + _MOST]


@contextmanager
def _told() -> Iterator[None]:
    """What SQLite raises, in the store's own words."""
    try:
        yield
    except (
        sqlite3.IntegrityError,
        sqlite3.DataError,
        sqlite3.InterfaceError,
        sqlite3.ProgrammingError,
    ) as error:
        raise NotStored(str(error)) from error
    except sqlite3.Error as error:
        busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
        raise (Busy if busy else Unavailable)(str(error)) from error
