"""Ballots in PostgreSQL: a voter's first ballot takes one statement, which is a transaction of its own, for many voters at once.

Limits hold by the key of votes_right and by locks on its rows, at any isolation level. Rows go in the order of their holders, so that
the batches of two processes never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from guiguan.box.poll import PollRow
from guiguan.box.postgres_wire import (
    Value,
    Wire,
    as_bytes,
    as_integer,
    as_text,
    big,
    bigs,
    bytes_array,
    check_durable,
    integer,
    integers,
    small,
    smalls,
)
from guiguan.box.rows import COLUMNS, SIGNAL_COLUMNS, Ref, Stored, packed, packed_all, unpacked
from guiguan.box.store import Batch, Right, Settling, Standing, Unavailable, with_document
from guiguan.box.tallied import Refusals

_WRITERS = 0x6767  # advisory locks of this class, one number for each writer
_MOST_WRITERS = 1000

_NOW = "SELECT state, version FROM votes_poll WHERE id = $1"
_STANDING = f"{_NOW} FOR SHARE"
FIRST = f"""
WITH poll AS ({_STANDING}),
 asked AS (
  SELECT unnest($2::integer[]) AS place, unnest($3::bytea[]) AS voter, unnest($4::bytea[]) AS refs,
   unnest($5::bytea[]) AS asked, unnest($6::bytea[]) AS entry, unnest($7::bytea[]) AS leaf
  WHERE (SELECT state = 'open' AND version = $8::integer FROM poll)),
 fresh AS (
  INSERT INTO votes_right (poll, holder, refs, used) SELECT $1, voter, refs, '' FROM asked
  ON CONFLICT DO NOTHING RETURNING holder),
 stored AS (
  INSERT INTO votes_ballot ({COLUMNS})
  SELECT $9::smallint, $10::bigint, place, voter, $1, 'ballot', $11::varchar, $12::bigint, asked, entry, leaf
  FROM asked JOIN fresh ON holder = voter RETURNING place),
 signals AS (
  INSERT INTO votes_signal ({SIGNAL_COLUMNS})
  SELECT $9::smallint, $10::bigint, $12::bigint, $13::bytea, count(*) FROM stored HAVING count(*) > 0)
SELECT state, version, (SELECT string_agg(place::text, ' ') FROM stored) FROM poll
"""
_NEW_RIGHTS = """
INSERT INTO votes_right (poll, holder, refs, used) SELECT $1::integer, holder, '', '' FROM unnest($2::bytea[]) AS h (holder)
ON CONFLICT DO NOTHING
"""
_RIGHTS = "SELECT holder, refs, used FROM votes_right WHERE poll = $1 AND holder = ANY ($2::bytea[])"
_NEW_RIGHT = (
    "INSERT INTO votes_right (poll, holder, refs, used) VALUES ($1, $2, '', '') ON CONFLICT DO NOTHING"
)
_RIGHT = "SELECT holder, refs, used FROM votes_right WHERE poll = $1 AND holder = $2 FOR UPDATE"
_CITUS = "SELECT FROM pg_extension WHERE extname = 'citus'"
_CHANGED = """
UPDATE votes_right AS r SET refs = c.refs, used = c.used
FROM unnest($2::bytea[], $3::bytea[], $4::bytea[]) AS c (holder, refs, used) WHERE r.poll = $1 AND r.holder = c.holder
"""
_BALLOTS = f"""
SELECT {", ".join("b." + column for column in Stored._fields)}
FROM unnest($1::smallint[], $2::bigint[], $3::integer[], $4::bytea[]) AS k (writer, batch, place, voter)
JOIN votes_ballot AS b USING (writer, batch, place, voter)
"""
_COMMIT = f"SELECT {COLUMNS} FROM votes_ballot WHERE writer = $1 AND batch = $2 AND poll = $3 ORDER BY place"
_PUT = f"""
INSERT INTO votes_ballot ({COLUMNS})
SELECT $1::smallint, $2::bigint, place, voter, $3::integer, 'ballot', $4::varchar, $5::bigint, asked, entry, leaf
FROM unnest($6::integer[], $7::bytea[], $8::bytea[], $9::bytea[], $10::bytea[]) AS a (place, voter, asked, entry, leaf)
"""
_REFUSED = """
INSERT INTO votes_refusal AS r (poll, minute, rule, writer, count) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (poll, minute, rule, writer) DO UPDATE SET count = r.count + excluded.count
"""
_PUT_SIGNALS = f"INSERT INTO votes_signal ({SIGNAL_COLUMNS}) VALUES ($1, $2, $3, $4, $5)"


class PostgresStore:
    """A store in the database of the address, whose tables the site's migrations have made. Unsafe where commits would not be
    durable. After the connection broke, the next question opens a new one and holds a writer anew."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._wire: Wire | None = None
        self._writer = self._batch = 0
        self.distributed = False
        self._open()

    def polls(self, known: Mapping[int, PollRow]) -> list[PollRow]:
        self._open()
        rows = self._ask("SELECT id, campaign, stage, state, version FROM votes_poll ORDER BY id")
        found = [
            PollRow(as_integer(i), as_text(c), as_text(s), as_text(state), as_integer(v), document="")
            for i, c, s, state, v in rows
        ]
        return [with_document(row, known, self._document) for row in found]

    def _document(self, poll: int) -> str:
        return as_text(self._ask("SELECT document FROM votes_poll WHERE id = $1", [integer(poll)])[0][0])

    def standing(self, poll: int) -> Standing:
        self._open()
        return self._standing(_NOW, poll)

    def _standing(self, statement: str, poll: int) -> Standing:
        rows = self._ask(statement, [integer(poll)])
        return Standing(as_text(rows[0][0]), as_integer(rows[0][1])) if rows else Standing("", 0)

    def next_batch(self) -> tuple[int, int]:
        self._open()
        self._batch += 1
        return self._writer, self._batch

    def put_first(self, batch: Batch) -> tuple[Standing, frozenset[int]]:
        return first_found(self._ask(FIRST, first_values(batch)))

    @contextmanager
    def settling(self, poll: int) -> Iterator[Settling]:
        assert self._wire is not None  # next_batch was asked before
        with self._wire.transaction():
            yield _Settling(self, poll)

    def rights_of(self, poll: int, holders: Sequence[bytes]) -> dict[bytes, Right]:
        self._open()
        return self._rights(_RIGHTS, poll, holders)

    def ballots(self, refs: Iterable[tuple[Ref, bytes]]) -> dict[Ref, Stored]:
        wanted = list(refs)
        values = [
            smalls([r.writer for r, _ in wanted]),
            bigs([r.batch for r, _ in wanted]),
            integers([r.place for r, _ in wanted]),
            bytes_array([voter for _, voter in wanted]),
        ]
        return {s.ref: s for s in map(_stored, self._ask(_BALLOTS, values))} if wanted else {}

    def commit_of(self, ref: Ref, poll: int) -> list[Stored]:
        self._open()
        return [
            _stored(row) for row in self._ask(_COMMIT, [small(ref.writer), big(ref.batch), integer(poll)])
        ]

    def note_refused(self, counts: Refusals) -> None:
        self._open()
        assert self._wire is not None
        with self._wire.transaction():
            for (poll, minute, rule), count in counts.items():
                values = [integer(poll), big(minute), rule.encode(), small(self._writer), integer(count)]
                self._ask(_REFUSED, values)

    def close(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _rights(self, statement: str, poll: int, holders: Sequence[bytes]) -> dict[bytes, Right]:
        return _as_rights(self._ask(statement, [integer(poll), bytes_array(holders)]))

    def _ask(self, statement: str, values: Sequence[bytes] = ()) -> list[tuple[Value, ...]]:
        """Never on a new connection: what was begun, and the writer of a batch, belong to the old one."""
        if self._wire is None:
            raise Unavailable("not connected")
        return self._wire.ask(statement, values)

    def _open(self) -> None:
        """A connection that works, with a writer of its own held for as long as it lives."""
        if self._wire is not None and not self._wire.broken:
            return
        self.close()
        self._wire, self._writer, self._batch = open_writer(self._url)
        self.distributed = is_distributed(self._wire)


def open_writer(url: str) -> tuple[Wire, int, int]:
    """A connection on which commits are durable, the writer that it holds for as long as it lives, and the number of that writer's last
    batch. Raises Unavailable, NotStored and Unsafe."""
    wire = Wire(url)
    try:
        check_durable(wire)
        for setting in ("statement_timeout = '20s'", "lock_timeout = '5s'"):
            wire.ask(f"SET {setting}")
        writer = _held_writer(wire)
        last = wire.ask("SELECT max(batch) FROM votes_ballot WHERE writer = $1", [small(writer)])
    except BaseException:
        wire.close()
        raise
    return wire, writer, as_integer(last[0][0])


def is_distributed(wire: Wire) -> bool:
    """Whether Citus may keep the rows on several servers, by voter."""
    return bool(wire.ask(_CITUS))


def first_values(batch: Batch) -> list[bytes]:
    """What FIRST is asked with."""
    first, columns = batch.rows[0], dict(zip(Stored._fields, zip(*batch.rows, strict=True), strict=True))
    places = columns["place"]
    return [
        integer(batch.poll),
        integers(places),
        bytes_array(columns["voter"]),
        bytes_array(packed_all(first.writer, first.batch, places)),
        bytes_array(columns["asked"]),
        bytes_array(columns["entry"]),
        bytes_array(columns["leaf"]),
        integer(batch.version),
        small(first.writer),
        big(first.batch),
        first.day.encode(),
        big(first.time),
        batch.sealed,
    ]


def first_found(rows: Sequence[tuple[Value, ...]]) -> tuple[Standing, frozenset[int]]:
    """How the poll stands and the places that are stored, as FIRST answered."""
    if not rows:
        return Standing("", 0), frozenset()
    state, version, written = rows[0]
    stored = as_text(written).split()
    return Standing(as_text(state), as_integer(version)), frozenset(map(int, stored))


def _held_writer(wire: Wire) -> int:
    """The first number that no living connection holds. What a connection that broke was doing is over when its lock is gone."""
    for writer in range(1, _MOST_WRITERS):
        held = wire.ask("SELECT pg_try_advisory_lock($1, $2)", [integer(_WRITERS), integer(writer)])
        if held[0][0] == b"\x01":
            return writer
    raise Unavailable(f"{_MOST_WRITERS - 1} processes store ballots already")


class _Settling:
    def __init__(self, store: PostgresStore, poll: int) -> None:
        self._store, self._poll = store, poll

    def standing(self) -> Standing:
        return self._store._standing(_STANDING, self._poll)

    def rights(self, holders: Sequence[bytes]) -> dict[bytes, Right]:
        if self._store.distributed:
            return self._one_by_one(holders)
        self._store._ask(_NEW_RIGHTS, [integer(self._poll), bytes_array(holders)])
        return self._store._rights(f"{_RIGHTS} ORDER BY holder FOR UPDATE", self._poll, holders)

    def _one_by_one(self, holders: Sequence[bytes]) -> dict[bytes, Right]:
        """The same where the rows lie on several servers: Citus locks rows for one holder at a time only, and so they are locked in order."""
        found: list[tuple[Value, ...]] = []
        for holder in holders:
            asked = [integer(self._poll), holder]
            self._store._ask(_NEW_RIGHT, asked)
            found += self._store._ask(_RIGHT, asked)
        return _as_rights(found)

    def ballots(self, refs: Iterable[tuple[Ref, bytes]]) -> dict[Ref, Stored]:
        return self._store.ballots(refs)

    def put(self, batch: Batch, rights: Mapping[bytes, Right]) -> None:
        ask, rows = self._store._ask, batch.rows
        if rows:
            first = rows[0]
            values = [
                small(first.writer),
                big(first.batch),
                integer(batch.poll),
                first.day.encode(),
                big(first.time),
            ]
            arrays = [
                integers([r.place for r in rows]),
                bytes_array([r.voter for r in rows]),
                bytes_array([r.asked for r in rows]),
                bytes_array([r.entry for r in rows]),
                bytes_array([r.leaf for r in rows]),
            ]
            ask(_PUT, [*values, *arrays])
            told = [small(first.writer), big(first.batch), big(first.time), batch.sealed, integer(len(rows))]
            ask(_PUT_SIGNALS, told)
        if rights:
            changed = [
                bytes_array(list(rights)),
                bytes_array([b"".join(map(packed, r.refs)) for r in rights.values()]),
                bytes_array([r.used for r in rights.values()]),
            ]
            ask(_CHANGED, [integer(self._poll), *changed])


def _as_rights(rows: Iterable[tuple[Value, ...]]) -> dict[bytes, Right]:
    return {as_bytes(h): Right(tuple(unpacked(as_bytes(refs))), as_bytes(used)) for h, refs, used in rows}


def _stored(row: tuple[Value, ...]) -> Stored:
    writer, batch, place, voter, poll, kind, day, time, asked, entry, leaf = row
    return Stored(
        as_integer(writer),
        as_integer(batch),
        as_integer(place),
        as_bytes(voter),
        as_integer(poll),
        as_text(kind),
        as_text(day),
        as_integer(time),
        as_bytes(asked),
        as_bytes(entry),
        as_bytes(leaf),
    )
