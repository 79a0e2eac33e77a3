"""Every stored ballot, leaf and checkpoint checked against each other: what was changed after it was signed is found here.

A check reads and never repairs. It yields every damage that it finds, not the first.
"""

from __future__ import annotations

from collections.abc import Iterator

from guiguan.adapters.signing import check_ed25519
from guiguan.box.checkpointer import Entries
from guiguan.box.counts import read_counts
from guiguan.box.damage import Damage
from guiguan.box.entries import LogEntry, read_entry
from guiguan.box.ledger import Log, entry_at, read_cursor, read_entries, size_of
from guiguan.box.logfiles import LogFiles
from guiguan.box.logs import SignedLog
from guiguan.box.polls import PollRow, polls
from guiguan.box.read import Ask, stored_after
from guiguan.box.recount import counted
from guiguan.box.rows import Stored
from guiguan.box.signed import LastSigned
from guiguan.core.integrity.checkpoint import Checkpoint, open_checkpoint
from guiguan.core.integrity.merkle import DIGEST, leaf_hash, root
from guiguan.core.integrity.note import NotANote, NoteKey
from guiguan.core.integrity.tiles import (
    ENTRIES,
    WIDTH,
    BadTile,
    Tile,
    digests_of,
    edge_root,
    read_bundle,
    tile_at,
)
from guiguan.core.values.canonical import NotCanonical, decode


def check_rows(ask: Ask) -> Iterator[tuple[str, Damage]]:
    """Every stored entry has canonical bytes that hash to its leaf and tell of its row. (campaign, damage), "" where no vote has the row's
    number."""
    known = polls(ask)
    at: dict[int, int] = {}
    while True:
        rows, at = stored_after(ask, at)
        if not rows:
            return
        for row in rows:
            where = f"{row.writer}/{row.batch}/{row.place}"
            for found in _faults_of(row, known):
                yield known[row.poll].campaign if row.poll in known else "", Damage("row", where, found)


def _faults_of(row: Stored, known: dict[int, PollRow]) -> Iterator[str]:
    if leaf_hash(row.entry) != row.leaf:
        yield "the bytes do not hash to the leaf"
    try:
        decode(row.entry)
        entry = read_entry(row.entry)
    except (NotCanonical, ValueError) as error:
        yield f"the bytes are no entry: {error}"
        return
    poll = known.get(row.poll)
    if poll is None:
        yield f"no vote has the number {row.poll}"
        return
    told = (entry.c, entry.k, entry.day, entry.t, entry.s or poll.stage)
    meant = (poll.campaign, row.kind, row.day, row.time, poll.stage)
    if told != meant:
        yield f"the bytes tell of {told}, the row of {meant}"


def check_order(ask: Ask, log: Log) -> Iterator[Damage]:
    """The indexes follow each other without a gap, and every batch that was put in order still holds as many entries as then."""
    expected = 0
    order = ask("SELECT first, count FROM votes_logged WHERE log = %s ORDER BY first", [log.id])
    stored: dict[int, int] = dict(
        ask(
            "SELECT l.first, COUNT(*) FROM votes_logged AS l JOIN votes_ballot AS b"
            " ON b.writer = l.writer AND b.batch = l.batch AND b.poll = l.poll WHERE l.log = %s GROUP BY l.first",
            [log.id],
        )
    )
    for first, count in order:
        there = stored.get(first, 0)
        if first != expected:
            yield Damage("order", f"{log.origin} {expected}", f"the next entry in the log is {first}")
        if there != count:
            yield Damage(
                "order", f"{log.origin} {first}", f"{there} entries are stored, {count} were put in order"
            )
        expected = first + count


def check_missing(ask: Ask) -> Iterator[Damage]:
    """No stored entry that the sequencer has passed by is without an index."""
    for writer, batch in sorted(read_cursor(ask).items()):
        stored = ask("SELECT COUNT(*) FROM votes_ballot WHERE writer = %s AND batch <= %s", [writer, batch])[
            0
        ][0]
        logged = ask(
            "SELECT COALESCE(SUM(count), 0) FROM votes_logged AS l WHERE writer = %s AND log IN"
            " (SELECT id FROM votes_log AS m WHERE epoch ="
            " (SELECT MAX(epoch) FROM votes_log AS n WHERE n.campaign = m.campaign))",
            [writer],
        )[0][0]
        if int(stored) != int(logged):
            yield Damage("missing", f"writer {writer}", f"{stored} entries are stored, {logged} are in a log")


def check_noted(ask: Ask) -> Iterator[tuple[str, Damage]]:
    """Every batch still holds as many entries as it noted in its own commit. (campaign, damage), "" where nothing tells whose batch it was."""
    for writer, batch, noted, stored in ask(
        "SELECT s.writer, s.batch, s.entries, COUNT(b.place) FROM votes_signal AS s LEFT JOIN votes_ballot AS b"
        " ON b.writer = s.writer AND b.batch = s.batch WHERE s.entries IS NOT NULL"
        " GROUP BY s.writer, s.batch, s.entries HAVING COUNT(b.place) <> s.entries ORDER BY s.writer, s.batch",
        [],
    ):
        where = f"writer {writer} batch {batch}"
        damage = Damage("lost", where, f"{noted} entries were stored, {stored} are there")
        yield _campaign_of(ask, writer, batch), damage


def _campaign_of(ask: Ask, writer: int, batch: int) -> str:
    """Whose batch it is, by what is left of it or by the order; "" where neither tells. A batch is of one vote."""
    left = ask(
        "SELECT p.campaign FROM votes_ballot AS b JOIN votes_poll AS p ON p.id = b.poll WHERE b.writer = %s AND b.batch = %s LIMIT 1",
        [writer, batch],
    ) or ask(
        "SELECT g.campaign FROM votes_logged AS l JOIN votes_log AS g ON g.id = l.log WHERE l.writer = %s AND l.batch = %s LIMIT 1",
        [writer, batch],
    )
    return str(left[0][0]) if left else ""


def check_signed(
    log: SignedLog, files: LogFiles, key: NoteKey, last: LastSigned | None
) -> tuple[Checkpoint | None, list[Damage]]:
    """The published checkpoint, signed by the log's key and the same as the one remembered as signed last, and what is wrong with it.
    `last` is None where the signer's memory cannot be read."""
    content = files.checkpoint()
    if not content:
        wanted = (
            []
            if last is None
            else [Damage("checkpoint", log.origin, f"none is published, {last.size} was signed")]
        )
        return None, wanted
    try:
        newest = open_checkpoint(content, [key], check_ed25519, log.origin)
    except NotANote as error:
        return None, [Damage("checkpoint", log.origin, str(error))]
    if last is not None and content != last.note:
        return newest, [
            Damage("checkpoint", log.origin, f"size {newest.size} is published, {last.size} was signed last")
        ]
    return newest, []


def check_root(log: SignedLog, files: LogFiles, newest: Checkpoint) -> Iterator[Damage]:
    """The tiles at the right edge give the signed root."""
    try:
        found = edge_root(newest.size, files.read)
    except (OSError, BadTile) as error:
        yield Damage("tile", log.origin, str(error))
        return
    if found != newest.root:
        yield Damage("root", log.origin, f"the tiles give {found.hex()}, signed is {newest.root.hex()}")


def check_slice(
    entries: Entries, log: SignedLog, files: LogFiles, newest: Checkpoint, first: int, last: int
) -> Iterator[Damage]:
    """The entries from `first` up to `last` (multiples of 256, or the end) are those that their tiles name, the tiles those that the
    tiles above name, and the published bundles hold the same bytes."""
    last = min(last, newest.size)
    stored = {index: (entry, leaf) for index, entry, leaf in entries.read(first, last)}
    for number in range(first // WIDTH, -(-last // WIDTH)):
        yield from _check_above(log, files, newest.size, number)
        tile = tile_at(0, number, newest.size)
        content = _read(files, tile)
        for index in range(number * WIDTH, number * WIDTH + tile.width):
            told = content[index % WIDTH * DIGEST :][:DIGEST]
            entry, leaf = stored.get(index, (b"", b""))
            if index not in stored:
                yield Damage("entry", f"{log.origin} {index}", "signed, but not stored any more")
            elif not leaf_hash(entry) == leaf == told:
                yield Damage("entry", f"{log.origin} {index}", "not the entry that was signed")
        if log.published > number * WIDTH:
            yield from _check_bundle(log, files, number, stored)


def _check_above(log: SignedLog, files: LogFiles, size: int, number: int) -> Iterator[Damage]:
    """A full tile of level 0 is named by the tile above it, and so are those above, where this is the last below them."""
    level = 0
    while (tile := tile_at(level, number, size)).is_full:
        above = tile_at(level + 1, number // WIDTH, size)
        told = _read(files, above)[number % WIDTH * DIGEST :][:DIGEST]
        content = _read(files, tile)
        if len(content) != WIDTH * DIGEST or root(digests_of(content, WIDTH)) != told:
            yield Damage("tile", f"{log.origin} {tile.path}", f"not what {above.path} names")
        if number % WIDTH != WIDTH - 1:
            return
        level, number = level + 1, number // WIDTH


def _check_bundle(
    log: SignedLog, files: LogFiles, number: int, stored: dict[int, tuple[bytes, bytes]]
) -> Iterator[Damage]:
    tile = tile_at(ENTRIES, number, log.published)
    try:
        entries = read_bundle(_read(files, tile), tile.width)
    except BadTile as error:
        yield Damage("bundle", f"{log.origin} {tile.path}", str(error))
        return
    for index, entry in enumerate(entries, number * WIDTH):
        if index in stored and stored[index][0] != entry:
            yield Damage("bundle", f"{log.origin} {index}", "published otherwise than stored")


def _read(files: LogFiles, tile: Tile) -> bytes:
    """The tile's bytes; none where it cannot be read, which no digest equals."""
    try:
        return files.read(tile)
    except OSError:
        return b""


def check_counts(ask: Ask, poll: PollRow) -> Iterator[Damage]:
    """The kept counts are those that the log gives, and every voter kept to the limits."""
    counts, kept = counted(ask, poll), read_counts(ask, poll.campaign, poll.stage)
    for cell in sorted(counts.keys() | kept.keys()):
        if counts.get(cell, 0) != kept.get(cell, 0):
            where = f"{poll.campaign}/{poll.stage} {' '.join(cell)}"
            yield Damage(
                "counts", where, f"{kept.get(cell, 0)} votes are kept, {counts.get(cell, 0)} are in the log"
            )


def check_voids(ask: Ask, log: Log) -> Iterator[Damage]:
    """Every void and unvoid names a ballot of the log before it."""
    for index, content, _ in read_entries(ask, log.id, 0, size_of(ask, log.id)):
        entry = _void_in(content)
        if entry is None:
            continue
        meant = entry_at(ask, log.id, entry.ref)
        if entry.ref >= index or meant is None or meant.kind != "ballot" or meant.leaf.hex() != entry.leaf:
            yield Damage(
                "void", f"{log.origin} {index}", f"names {entry.ref}, which is no ballot with that leaf"
            )


def _void_in(content: bytes) -> LogEntry | None:
    """The entry where it is a void or an unvoid; bytes that are no entry at all are told elsewhere."""
    if b'"k":"void"' not in content and b'"k":"unvoid"' not in content:
        return None
    try:
        return read_entry(content)
    except ValueError:
        return None


SLICE = 32 * WIDTH
"""Entries of one slice: some hundredths of a second."""
