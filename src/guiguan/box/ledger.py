"""The order of a campaign's log: which stored entries stand at which index, and how many votes they make. Sole writer: the sequencer.

A row of `votes_logged` gives the entries that one batch holds of one poll their indexes: `first`, `first + 1`, … in the order of
their places. So an order costs one small row a batch, whatever the batch holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from guiguan.box.read import Ask, as_stored
from guiguan.box.rows import APPENDER, COLUMNS, OPENER, Ref, Stored

PAGE = 8192
"""Indexes read in one statement."""
AT_ONCE = 7
"""Rows written in one statement: the driver and the server know a short one again, and a long one takes them longer to read than to do."""


@dataclass(frozen=True)
class Log:
    """One log of a campaign. After a real loss of entries a new one is begun: `epoch` 2, 3, …"""

    id: int
    campaign: str
    epoch: int
    origin: str
    published: int

    @property
    def folder(self) -> str:
        """Its folder below the folder of all logs, and its address below /log/."""
        return self.campaign if self.epoch == 1 else f"{self.campaign}/{self.epoch}"


class Logged(NamedTuple):
    """One row of `votes_logged`; `entries` is its `count`."""

    log: int
    first: int
    entries: int
    writer: int
    batch: int
    poll: int
    time: int


def log_of(ask: Ask, campaign: str) -> Log | None:
    """The campaign's newest log."""
    rows = ask(
        "SELECT id, campaign, epoch, origin, published FROM votes_log WHERE campaign = %s ORDER BY epoch DESC LIMIT 1",
        [campaign],
    )
    return Log(*rows[0]) if rows else None


def logs(ask: Ask) -> list[Log]:
    """The newest log of every campaign that has one."""
    rows = ask(
        "SELECT id, campaign, epoch, origin, published FROM votes_log AS l WHERE epoch ="
        " (SELECT MAX(epoch) FROM votes_log AS m WHERE m.campaign = l.campaign) ORDER BY campaign",
        [],
    )
    return [Log(*row) for row in rows]


def begin_log(ask: Ask, campaign: str, prefix: str, at: int) -> Log:
    """The campaign has one log more. `prefix`: host and path of all logs, without a scheme."""
    had = log_of(ask, campaign)
    epoch = had.epoch + 1 if had else 1
    origin = f"{prefix}/{campaign}" + ("" if epoch == 1 else f"/{epoch}")
    rows = ask(
        "INSERT INTO votes_log (campaign, epoch, origin, begun_at, published) VALUES (%s, %s, %s, %s, 0) RETURNING id",
        [campaign, epoch, origin, at],
    )
    return Log(rows[0][0], campaign, epoch, origin, 0)


def size_of(ask: Ask, log: int) -> int:
    """How many entries have an index."""
    rows = ask("SELECT first + count FROM votes_logged WHERE log = %s ORDER BY first DESC LIMIT 1", [log])
    return int(rows[0][0]) if rows else 0


def add_logged(ask: Ask, rows: list[Logged]) -> None:
    """The rows are there; another sequencer's at the same place makes the whole transaction fail."""
    for at in range(0, len(rows), AT_ONCE):
        part = rows[at : at + AT_ONCE]
        marks = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(part))
        ask(
            "INSERT INTO votes_logged (log, first, count, writer, batch, poll, time)"
            f" VALUES {marks} RETURNING first",
            [value for row in part for value in row],
        )


def read_cursor(ask: Ask) -> dict[int, int]:
    """How far the sequencer has read of each writer."""
    return {int(writer): int(batch) for writer, batch in ask("SELECT writer, batch FROM votes_cursor", [])}


def move_cursor(ask: Ask, cursor: Mapping[int, int]) -> None:
    """The next round goes on behind these batches."""
    for writer, batch in cursor.items():
        ask(
            "INSERT INTO votes_cursor (writer, batch) VALUES (%s, %s)"
            " ON CONFLICT (writer) DO UPDATE SET batch = excluded.batch RETURNING batch",
            [writer, batch],
        )


def read_entries(
    ask: Ask, log: int, first: int, last: int, poll: int | None = None
) -> Iterator[tuple[int, bytes, bytes]]:
    """(index, bytes, stored leaf) of the entries, or of those of one poll, that stand from `first` up to, but not including, `last`, as the table of ballots
    has them now, some thousand at a time. Where entries are missing, so are their indexes."""
    last = min(last, size_of(ask, log))
    start = ask(
        "SELECT first FROM votes_logged WHERE log = %s AND first <= %s ORDER BY first DESC LIMIT 1",
        [log, first],
    )
    at = int(start[0][0]) if start else first
    while at < last:
        rows = ask(
            "SELECT l.first, l.count, b.entry, b.leaf FROM votes_logged AS l JOIN votes_ballot AS b"
            " ON b.writer = l.writer AND b.batch = l.batch AND b.poll = l.poll"
            f" WHERE l.log = %s AND l.first >= %s AND l.first < %s{' AND l.poll = %s' if poll else ''}"
            " ORDER BY l.first, b.place",
            [log, at, min(at + PAGE, last), *([poll] if poll else [])],
        )
        before, index = -1, 0
        for begin, count, entry, leaf in rows:
            index = begin if begin != before else index + 1
            before = begin
            if first <= index < last and index < begin + count:
                yield index, entry, leaf
        at += PAGE


def appended_left(ask: Ask) -> bool:
    """Whether an entry that is no ballot (an opening, a void, a close) waits for its index."""
    behind = read_cursor(ask)
    waiting = "SELECT 1 FROM votes_ballot WHERE writer = %s AND batch > %s LIMIT 1"
    return any(ask(waiting, [writer, behind.get(writer, 0)]) for writer in (OPENER, APPENDER))


def appended_in(ask: Ask, log: int) -> int:
    """The size that a log must have to hold its last entry that is no ballot; 0 where it has none."""
    last = "SELECT first + count FROM votes_logged WHERE log = %s AND writer = %s ORDER BY batch DESC LIMIT 1"
    return max((int(row[0]) for writer in (OPENER, APPENDER) for row in ask(last, [log, writer])), default=0)


def index_of(ask: Ask, log: int, poll: int, ref: Ref) -> int | None:
    """The index of a stored entry; None where it has none yet."""
    rows = ask(
        "SELECT first FROM votes_logged WHERE log = %s AND writer = %s AND batch = %s AND poll = %s",
        [log, ref.writer, ref.batch, poll],
    )
    if not rows:
        return None
    before = ask(
        "SELECT COUNT(*) FROM votes_ballot WHERE writer = %s AND batch = %s AND poll = %s AND place < %s",
        [ref.writer, ref.batch, poll, ref.place],
    )
    return int(rows[0][0]) + int(before[0][0])


def entry_at(ask: Ask, log: int, index: int) -> Stored | None:
    """The stored entry with this index."""
    rows = ask(
        "SELECT first, count, writer, batch, poll FROM votes_logged WHERE log = %s AND first <= %s ORDER BY first DESC LIMIT 1",
        [log, index],
    )
    if not rows or index >= rows[0][0] + rows[0][1]:
        return None
    first, _, writer, batch, poll = rows[0]
    found = ask(
        f"SELECT {COLUMNS} FROM votes_ballot WHERE writer = %s AND batch = %s AND poll = %s ORDER BY place LIMIT 1 OFFSET %s",
        [writer, batch, poll, index - first],
    )
    return as_stored(found[0]) if found else None


def starts_at(ask: Ask, log: int, time: int) -> list[tuple[int, int]]:
    """(first, count) of the batches stored at this moment (ms): by its receipt's time an entry is found."""
    rows = ask(
        "SELECT first, count FROM votes_logged WHERE log = %s AND time = %s ORDER BY first", [log, time]
    )
    return [(int(first), int(count)) for first, count in rows]
