"""Gives stored entries their index in their campaign's log, in a stable order, and keeps the counts. One process does it.

One round is one transaction of the caller's: the order, the counts and how far was read stand together or not at all. On
PostgreSQL it sees one state of the database (REPEATABLE READ), on SQLite it holds the write lock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from guiguan.box.counts import add_counts, unvoid, void
from guiguan.box.entries import read_cast, read_entry
from guiguan.box.ledger import Log, Logged, add_logged, begin_log, log_of, move_cursor, read_cursor, size_of
from guiguan.box.polls import PollRow, polls
from guiguan.box.read import Ask, StoredBriefly, rows_after
from guiguan.core.integrity.merkle import leaf_hashes

MOST = 20_000
"""Entries of one round: bounds its memory, and how long ballots wait for the write lock of SQLite."""


@dataclass
class Round:
    """What one round did. `stale` names the votes whose counts cannot be kept by adding up and must be counted anew; `damaged` the
    entries whose bytes do not hash to their leaf: they have an index but count nothing, and the signer will refuse them."""

    entries: int = 0
    sizes: dict[str, int] = field(default_factory=dict)
    stale: set[int] = field(default_factory=set)
    damaged: list[StoredBriefly] = field(default_factory=list)


def sequence(ask: Ask, prefix: str, at: int, most: int = MOST) -> Round:
    """The next stored entries have their indexes and their votes are counted. `prefix`: host and path of all logs."""
    rows, behind = rows_after(ask, read_cursor(ask), most, StoredBriefly)
    done = Round(entries=len(rows))
    if not rows:
        return done
    known = polls(ask)
    place: dict[str, tuple[Log, int]] = {}
    order: list[Logged] = []
    for poll, entries in _batches(rows):
        campaign = known[poll].campaign
        log, size = place.get(campaign) or _end(ask, campaign, prefix, at)
        head = entries[0]
        order.append(Logged(log.id, size, len(entries), head.writer, head.batch, poll, head.time))
        place[campaign] = log, size + len(entries)
    add_logged(ask, order)
    _count(ask, rows, known, {campaign: log for campaign, (log, _) in place.items()}, done)
    move_cursor(ask, behind)
    done.sizes = {campaign: size for campaign, (_, size) in place.items()}
    return done


def _end(ask: Ask, campaign: str, prefix: str, at: int) -> tuple[Log, int]:
    log = log_of(ask, campaign) or begin_log(ask, campaign, prefix, at)
    return log, size_of(ask, log.id)


def _batches(rows: Iterable[StoredBriefly]) -> Iterator[tuple[int, list[StoredBriefly]]]:
    """(poll, its entries) of each batch; a batch may hold entries of several votes."""
    for _, batch in groupby(rows, lambda r: (r.writer, r.batch)):
        by_poll: dict[int, list[StoredBriefly]] = {}
        for row in batch:
            by_poll.setdefault(row.poll, []).append(row)
        yield from by_poll.items()


def _count(
    ask: Ask, rows: list[StoredBriefly], known: dict[int, PollRow], logs: dict[str, Log], done: Round
) -> None:
    """The votes of these entries are added to the counts; voids take theirs off."""
    votes: dict[tuple[int, str, str], list[str]] = {}
    whole = {number: poll.rule.counts_whole for number, poll in known.items()}
    later: list[StoredBriefly] = []
    for row, leaf in zip(rows, leaf_hashes(row.entry for row in rows), strict=True):
        if leaf != row.leaf:
            done.damaged.append(row)
        elif row.kind == "ballot":
            if whole[row.poll]:
                cast = read_cast(row.entry)
                votes.setdefault((row.poll, cast.day, cast.ch), []).extend(cast.choices)
        elif row.kind in ("void", "unvoid"):
            later.append(row)
    done.stale |= {row.poll for row in rows if not whole[row.poll]}
    add_counts(
        ask,
        known,
        {
            (poll, day, entry, ch): n
            for (poll, day, ch), chosen in votes.items()
            for entry, n in Counter(chosen).items()
        },
    )
    for row in later:
        act = void if row.kind == "void" else unvoid
        act(ask, logs[known[row.poll].campaign], known[row.poll], read_entry(row.entry))
