"""Batches that are seen in part: where Citus keeps the rows of one commit on several servers, a reader may find them on one server and
not yet on another.

What a commit stored is noted in that very commit on the coordinator (`votes_signal.entries`). The coordinator commits before its workers
do, so whoever sees every row of the note sees the whole batch. One database alone shows a batch whole or not at all and needs none of this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from guiguan.box.read import BATCH, TIME, WRITER, Ask, Brief, Cursor
from guiguan.box.rows import APPENDER, OPENER

LATE = 60_000
"""Ms after which nothing is on its way any more: a statement of the box may take twenty seconds. A batch without a note is whole then (a
note goes with the signals of its senders, or was lost with a coordinator that died); one with a note that lacks rows is reported."""

_CITUS = "SELECT 1 FROM pg_extension WHERE extname = 'citus'"
_NEWEST = "SELECT MAX(batch) FROM votes_ballot WHERE writer = %s"
_NOTED = (
    "SELECT batch, at, entries FROM votes_signal WHERE writer = %s AND batch > %s ORDER BY batch LIMIT %s"
)
_NEXT_WRITER = "SELECT writer FROM votes_signal WHERE writer > %s ORDER BY writer LIMIT 1"


@dataclass(frozen=True)
class Before:
    """What was seen in an earlier transaction. `appended`: the last batch of other entries; every ballot that was stored before it has
    its note now. `at`: the time (ms)."""

    appended: int
    at: int


@dataclass
class Whole:
    """The rows of whole batches and the cursor behind them; `late`: the batches (writer, batch) that have lacked rows for too long."""

    rows: list[Brief] = field(default_factory=list)
    behind: dict[int, int] = field(default_factory=dict)
    late: list[tuple[int, int]] = field(default_factory=list)

    def take(self, writer: int, batch: int, rows: Sequence[Brief]) -> None:
        """The writer's next batch is one of them."""
        self.rows += rows
        self.behind[writer] = batch


def seen_before(ask: Ask, at: int) -> Before | None:
    """None where batches are always seen whole. PostgreSQL only."""
    if not ask(_CITUS, []):
        return None
    return Before(int(ask(_NEWEST, [APPENDER])[0][0] or 0), at)


def whole_batches(ask: Ask, found: list[Brief], most: int, cursor: Cursor, before: Before) -> Whole:
    """Of what was found behind the cursor (`most` rows, or all that there are), each writer's batches up to the first that is not there in
    full. While an opening is awaited no ballot is taken, and while a ballot is awaited no other entry."""
    batches: dict[int, dict[int, list[Brief]]] = {}
    for row in found:
        batches.setdefault(row[WRITER], {}).setdefault(row[BATCH], []).append(row)
    whole = Whole(behind=dict(cursor))
    openings, appended = batches.pop(OPENER, {}), batches.pop(APPENDER, {})
    if not _take_whole(ask, whole, OPENER, openings, before, None):
        return whole
    cut = not appended and len(found) >= most  # other entries are read when no ballot is left
    waits = False
    for writer in sorted(batches if cut else {*batches, *_noted_writers(ask)}):
        own = batches.get(writer, {})
        if not _take_whole(ask, whole, writer, own, before, max(own) if cut else None):
            waits = True
    for batch, rows in sorted(appended.items()):
        if not waits and batch <= before.appended:
            whole.take(APPENDER, batch, rows)
    return whole


def _take_whole(
    ask: Ask, whole: Whole, writer: int, own: Mapping[int, list[Brief]], before: Before, until: int | None
) -> bool:
    """The writer's batches are taken, `until` this one, up to the first that is not whole; whether all were."""
    noted = ask(_NOTED, [writer, whole.behind.get(writer, 0), len(own) + 1])
    notes: dict[int, tuple[int, int | None]] = {batch: (at, entries) for batch, at, entries in noted}
    for batch in sorted(own.keys() | notes.keys()):
        if until is not None and batch > until:
            break
        rows, note = own.get(batch, []), notes.get(batch)
        late = before.at - (note[0] if note else rows[0][TIME]) > LATE
        if not _is_whole(rows, note, late=late):
            if late:
                whole.late.append((writer, batch))
            return False
        whole.take(writer, batch, rows)
    return True


def _is_whole(rows: Sequence[Brief], note: tuple[int, int | None] | None, *, late: bool) -> bool:
    if note is None:
        return late
    return len(rows) >= (note[1] or 1)


def _noted_writers(ask: Ask) -> Iterator[int]:
    """Found by leaps along the key."""
    last = APPENDER
    while rows := ask(_NEXT_WRITER, [last]):
        last = int(rows[0][0])
        yield last
