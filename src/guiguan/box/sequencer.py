"""Gives stored entries their index in their campaign's log, in a stable order, and keeps the counts. One process does it.

One round reads and counts in one view of the database, which holds no lock on SQLite, then writes in one transaction of the caller's: the
order, the counts and how far was read stand together or not at all. On PostgreSQL both see one state (REPEATABLE READ).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, takewhile
from operator import itemgetter
from typing import Final

from guiguan.box.checkpointer import Hashed
from guiguan.box.counts import add_counts, unvoid, void, voided
from guiguan.box.dropping import added
from guiguan.box.entries import LogEntry, read_cast, read_entry
from guiguan.box.ledger import Log, Logged, add_logged, begin_log, log_of, move_cursor, read_cursor, size_of
from guiguan.box.parts import Before, Whole, whole_batches
from guiguan.box.polls import PollRow, polls
from guiguan.box.read import (
    BATCH,
    ENTRY,
    LEAF,
    POLL,
    WRITER,
    Ask,
    Brief,
    Cursor,
    ballots_between,
    brief_after,
)
from guiguan.box.rows import APPENDER
from guiguan.core.integrity.merkle import leaf_hashes

MOST = 40_000
"""Entries of one round: bounds its memory."""
MOST_JUDGED = 10_000
"""The same while a vote is there that may drop choices: each of its ballots is judged beside its voter's others, which takes a fifth of a
millisecond, and none may wait for long for its proof."""
MOST_APPENDED = 1_000
"""Of them entries that are no ballots: each void is looked up and taken off under the write lock, a fifth of a millisecond each."""

_SOME: Final = 2_000  # choices that are counted together: a call for each ballot takes longer, and so does memory that grows cold

_BATCH: Callable[[Brief], tuple[int, int]] = itemgetter(WRITER, BATCH)


@dataclass
class Round:
    """What one round did. `stale` names the votes whose counts cannot be kept by adding up and must be counted anew; `damaged` the
    entries whose bytes do not hash to their leaf, which the signer will refuse, or are none: they have an index but count nothing. `hashed`, by the
    number of a log: what the signer need not read again, if it goes on at once."""

    entries: int = 0
    sizes: dict[str, int] = field(default_factory=dict)
    stale: set[int] = field(default_factory=set)
    damaged: list[Brief] = field(default_factory=list)
    hashed: dict[int, Hashed] = field(default_factory=dict)


@dataclass
class Gathered:
    """The next entries in storing order as one reader saw them behind the cursor, and what they count: `votes` by poll, day and channel.
    `later`: voids, by poll, which come after the ballots. `behind`: the cursor after them. `late`: batches that have lacked rows for too long."""

    cursor: Cursor
    behind: Cursor
    rows: list[Brief]
    known: dict[int, PollRow]
    votes: dict[tuple[int, str, str], Counter[str]] = field(default_factory=dict)
    later: list[tuple[int, LogEntry]] = field(default_factory=list)
    late: list[tuple[int, int]] = field(default_factory=list)
    stale: set[int] = field(default_factory=set)
    damaged: list[Brief] = field(default_factory=list)

    @property
    def strange(self) -> list[int]:
        """The numbers of votes that are not there, but have entries here."""
        return sorted({row[POLL] for row in self.rows} - self.known.keys())

    @property
    def unreadable(self) -> list[PollRow]:
        """The votes whose rules cannot be read. Their ballots get their indexes and count nothing until they can."""
        return [poll for poll in self.known.values() if poll.is_spoilt]


def gather(ask: Ask, most: int | None = None, before: Before | None = None) -> Gathered:
    """What is to be put in order next, read and counted without a lock: what is stored never changes, and nobody else moves the cursor.
    `most`: how much at once, if not as usual. `before`: where batches may be seen in part (box.parts)."""
    cursor, known = read_cursor(ask), polls(ask)
    whole = {number: poll.rule.counts_whole for number, poll in known.items() if poll.is_readable}
    most = most or (MOST if all(whole.values()) else MOST_JUDGED)
    next_ = Whole(*brief_after(ask, cursor, most))
    if before is not None:
        next_ = whole_batches(ask, next_.rows, most, cursor, before)
    rows, behind = _cut(next_.rows, next_.behind)
    found = Gathered(cursor, behind, rows, known, late=next_.late)
    dropping: set[int] = set()
    chosen: dict[tuple[int, str, str], list[str]] = {}
    votes = found.votes
    last: tuple[int, str, str] | None = None
    some: list[str] = []
    for row, hashed in zip(rows, leaf_hashes([row[ENTRY] for row in rows]), strict=True):
        writer, _, poll, _, entry, leaf = row
        if leaf != hashed:
            found.damaged.append(row)
            continue
        try:
            if writer <= APPENDER:
                _note_appended(found, poll, read_entry(entry), added_up=whole.get(poll, False))
                continue
            cast = read_cast(entry)
        except ValueError:
            found.damaged.append(row)
            continue
        if poll not in whole:
            found.stale.add(poll)
        elif whole[poll]:
            where = poll, cast.day, cast.ch
            if where != last:
                last, some = where, chosen.setdefault(where, [])
            some += cast.choices
            if len(some) >= _SOME:
                votes.setdefault(where, Counter()).update(some)
                some.clear()
        else:
            dropping.add(poll)
    for where, some in chosen.items():
        votes.setdefault(where, Counter()).update(some)
    for poll in sorted(dropping):
        _gather_dropping(ask, found, found.known[poll])
    return found


def _note_appended(found: Gathered, poll: int, entry: LogEntry, *, added_up: bool) -> None:
    if entry.k in ("void", "unvoid"):
        found.later.append((poll, entry))
        if not added_up:
            found.stale.add(poll)


def _cut(rows: list[Brief], behind: dict[int, int]) -> tuple[list[Brief], dict[int, int]]:
    """At most about MOST_APPENDED appended entries, which come last, in whole batches; the cursor behind them."""
    appended = [row[BATCH] for row in takewhile(lambda row: row[WRITER] == APPENDER, reversed(rows))][::-1]
    if len(appended) <= MOST_APPENDED:
        return rows, behind
    last = max(appended[MOST_APPENDED] - 1, appended[0])
    return [r for r in rows if r[0] != APPENDER or r[1] <= last], behind | {APPENDER: last}


def _gather_dropping(ask: Ask, found: Gathered, poll: PollRow) -> None:
    """The votes of the ballots of a vote that may drop choices are among those found, or the vote is stale."""
    rows = ballots_between(ask, found.cursor, found.behind, poll.id)
    hashed = leaf_hashes([row.entry for row in rows])
    damaged = {row[LEAF] for row in found.damaged}
    rows = [r for r, leaf in zip(rows, hashed, strict=True) if r.leaf == leaf and leaf not in damaged]
    log = log_of(ask, poll.campaign)
    void = voided(ask, log.id) if log else frozenset()
    try:
        votes = added(ask, poll, log.id if log else None, rows, found.cursor, void)
    except ValueError:  # an earlier one of theirs is no ballot
        votes = None
    if votes is None:
        found.stale.add(poll.id)
        return
    for (day, entry, channel), n in votes.items():
        found.votes.setdefault((poll.id, day, channel), Counter())[entry] += n


def sequence(ask: Ask, found: Gathered, prefix: str, at: int) -> Round:
    """The gathered entries have their indexes and their votes are counted; nothing is done where another sequencer was faster. `prefix`: host
    and path of all logs."""
    rows, known = found.rows, found.known
    if not rows or read_cursor(ask) != found.cursor:
        return Round()
    place: dict[str, tuple[Log, int]] = {}
    order: list[Logged] = []
    hashed: dict[int, Hashed] = {}
    for poll, entries in _batches(rows):
        campaign = known[poll].campaign
        log, size = place.get(campaign) or _end(ask, campaign, prefix, at)
        writer, batch, _, time, _, _ = entries[0]
        order.append(Logged(log.id, size, len(entries), writer, batch, poll, time))
        hashed.setdefault(log.id, Hashed(size)).leaves += [row[LEAF] for row in entries]
        place[campaign] = log, size + len(entries)
    add_logged(ask, order)
    _count(ask, found, {campaign: log for campaign, (log, _) in place.items()})
    move_cursor(ask, found.behind)
    sizes = {campaign: size for campaign, (_, size) in place.items()}
    for row in found.damaged:  # the signer sees for itself, and says which it refuses
        hashed.pop(place[known[row[POLL]].campaign][0].id, None)
    return Round(len(rows), sizes, found.stale, found.damaged, hashed)


def _end(ask: Ask, campaign: str, prefix: str, at: int) -> tuple[Log, int]:
    log = log_of(ask, campaign) or begin_log(ask, campaign, prefix, at)
    return log, size_of(ask, log.id)


def _batches(rows: Iterable[Brief]) -> Iterator[tuple[int, list[Brief]]]:
    """(poll, its entries) of each batch; a batch may hold entries of several votes."""
    for _, batch in groupby(rows, _BATCH):
        by_poll: dict[int, list[Brief]] = {}
        for row in batch:
            by_poll.setdefault(row[POLL], []).append(row)
        yield from by_poll.items()


def _count(ask: Ask, found: Gathered, logs: dict[str, Log]) -> None:
    """The votes of these entries are added to the counts; voids take theirs off."""
    votes = {
        (poll, day, entry, ch): n
        for (poll, day, ch), counted in found.votes.items()
        for entry, n in counted.items()
        if n
    }
    add_counts(ask, found.known, votes)
    for number, entry in found.later:
        poll = found.known[number]
        act = void if entry.k == "void" else unvoid
        act(ask, logs[poll.campaign], poll, entry)
