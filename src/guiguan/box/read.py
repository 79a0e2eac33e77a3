"""Stored entries read by others: in storing order after a cursor, and those of one voter. Never writes.

`ask` runs one statement with `%s` parameters and returns all rows: `asking(cursor)` makes one of any DB-API cursor, Django's among them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from guiguan.box.rows import APPENDER, COLUMNS, OPENER, Ref, Stored, unpacked

Ask = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
Cursor = Mapping[int, int]
"""How far one has read: of each writer the number of its last whole batch. {} is the beginning."""


Brief = tuple[int, int, int, int, bytes, bytes]
"""What must be known of a stored entry to put it in order and to count it: writer, batch, poll, time, entry and leaf, as in `Stored`. Every
value more, or a class of its own, would cost as much as a fourth of the entry's hash."""
WRITER: Final = 0  # places in it
BATCH: Final = 1
POLL: Final = 2
TIME: Final = 3
ENTRY: Final = 4
LEAF: Final = 5
_BRIEF = ("writer", "batch", "poll", "time", "entry", "leaf")


class OfVoter(NamedTuple):
    """A stored ballot with what it takes to judge it beside the others of its voter; as in `Stored`."""

    writer: int
    batch: int
    place: int
    voter: bytes
    time: int
    entry: bytes
    leaf: bytes

    @property
    def ref(self) -> Ref:
        return Ref(self.writer, self.batch, self.place)


def asking(cursor: Any, **how: bool) -> Ask:
    """How to ask through a DB-API cursor whose parameters are written %s (psycopg's, Django's); `how` goes with every statement."""

    def ask(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        cursor.execute(statement, parameters, **how)
        return list(cursor.fetchall())

    return ask


def writers(ask: Ask) -> list[int]:
    """Every writer that has stored something: found by leaps along the primary key, not by reading all rows."""
    found: list[int] = []
    while rows := ask(
        "SELECT writer FROM votes_ballot WHERE writer > %s ORDER BY writer LIMIT 1",
        [found[-1] if found else OPENER - 1],
    ):
        found.append(rows[0][0])
    return found


def stored_after(ask: Ask, cursor: Cursor, limit: int = 10_000) -> tuple[list[Stored], dict[int, int]]:
    """The next entries after the cursor, with all that is stored, and the cursor behind them; see `_rows_after`."""
    rows, behind = _rows_after(ask, cursor, limit, Stored._fields)
    return [as_stored(row) for row in rows], behind


def brief_after(ask: Ask, cursor: Cursor, limit: int) -> tuple[list[Brief], dict[int, int]]:
    """The same with what a sequencer must know."""
    rows, behind = _rows_after(ask, cursor, limit, _BRIEF)
    return cast(list[Brief], rows), behind


def _rows_after(
    ask: Ask, cursor: Cursor, limit: int, fields: Sequence[str]
) -> tuple[list[tuple[Any, ...]], dict[int, int]]:
    """The next entries in storing order, whole batches of about `limit` entries together, and the cursor behind them; nothing where
    there is no more. Nothing is ever missed: a writer's batches become visible in the order of their numbers.

    Ask inside one transaction that sees one state (SQLite: any; PostgreSQL: REPEATABLE READ). Then an appended entry (a `close`)
    comes only after every ballot that was committed before it, since the appender's entries are taken last, and only when nothing
    else is left; and an opening, without which there is no ballot, before every ballot of its vote, since openings are taken first.
    """
    rows: list[tuple[Any, ...]] = []
    behind = dict(cursor)
    everybody = writers(ask)
    for writer in sorted(everybody, key=lambda w: (w == APPENDER, w)):
        if len(rows) >= limit:
            break
        found = _of_writer(ask, writer, behind.get(writer, 0), limit - len(rows), fields)
        rows += found
        if found:
            behind[writer] = found[-1][fields.index("batch")]
    return rows, behind


def _of_writer(ask: Ask, writer: int, after: int, limit: int, fields: Sequence[str]) -> list[tuple[Any, ...]]:
    """Whole batches of one writer: about `limit` rows; the batch that was cut is read anew."""
    columns, batch = ", ".join(fields), fields.index("batch")
    found = ask(
        f"SELECT {columns} FROM votes_ballot WHERE writer = %s AND batch > %s ORDER BY batch, place LIMIT %s",
        [writer, after, limit],
    )
    if len(found) == limit:
        last = found[-1][batch]
        while found and found[-1][batch] == last:
            found.pop()
        found += ask(
            f"SELECT {columns} FROM votes_ballot WHERE writer = %s AND batch = %s ORDER BY place",
            [writer, last],
        )
    return found


def ballots_between(ask: Ask, cursor: Cursor, behind: Cursor, poll: int) -> list[OfVoter]:
    """The ballots of a poll after the one cursor and up to the other, in storing order."""
    columns = ", ".join(OfVoter._fields)
    found: list[tuple[Any, ...]] = []
    for writer in sorted(behind):
        if writer > APPENDER and behind[writer] > cursor.get(writer, 0):
            found += ask(
                f"SELECT {columns} FROM votes_ballot WHERE writer = %s AND batch > %s AND batch <= %s AND poll = %s ORDER BY batch, place",
                [writer, cursor.get(writer, 0), behind[writer], poll],
            )
    return [OfVoter(*row) for row in found]


def ballots_of(ask: Ask, poll: int, voter: bytes) -> list[Stored]:
    """The ballots of one voter in a poll, oldest first. `voter`: the 16 bytes of `Stored.voter`."""
    right = ask("SELECT refs FROM votes_right WHERE poll = %s AND holder = %s", [poll, voter])
    refs = unpacked(bytes(right[0][0])) if right else []
    where = "writer = %s AND batch = %s AND place = %s AND voter = %s"
    found = [ask(f"SELECT {COLUMNS} FROM votes_ballot WHERE {where}", [*ref, voter]) for ref in refs]
    return [as_stored(rows[0]) for rows in found]


def as_stored(row: Sequence[Any]) -> Stored:
    """A row of the table with bytes where the driver gave views of them."""
    writer, batch, place, voter, poll, kind, day, time, asked, entry, leaf = row
    return Stored(
        writer, batch, place, bytes(voter), poll, kind, day, time, bytes(asked), bytes(entry), bytes(leaf)
    )
