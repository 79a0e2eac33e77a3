"""A vote counted anew from the entries of its log, by the same rule as every other count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guiguan.box.counts import Counts, voided
from guiguan.box.entries import LogEntry, read_entry
from guiguan.box.ledger import Log, log_of, read_entries, size_of
from guiguan.box.polls import PollRow
from guiguan.box.read import Ask
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.votes.columns import BallotColumns
from guiguan.core.votes.logged import LoggedBallots
from guiguan.core.votes.packing import DoesNotFit, PackedLog, packs
from guiguan.core.votes.rule import BallotRule
from guiguan.core.votes.tally import cells


def columns_of(rule: BallotRule, entries: Iterable[tuple[int, bytes]], void: frozenset[int]) -> BallotColumns:
    """The ballots among the entries (index, bytes) of one vote, as columns in canonical order."""
    gathered = LoggedBallots(sorted(rule.known))
    for index, content in entries:
        entry = _read(content)
        if entry is not None and entry.k == "ballot":
            gathered.add(index, entry.t, entry.day, entry.nym, entry.choices, ip=entry.net, channel=entry.ch)
    return gathered.columns(void)


def counted(ask: Ask, poll: PollRow) -> Counts:
    """The counts of a vote from nothing but its log. An entry that is not what was stored counts nothing; `fsck` names it."""
    log = log_of(ask, poll.campaign)
    if log is None:
        return {}
    void = voided(ask, log.id)
    rule = poll.rule.of_stored
    if packs(rule):
        try:
            return packed_cells(rule, _intact(ask, log, poll), void, _ballots(ask, log, poll))
        except DoesNotFit:
            pass  # an entry that no ballot box of ours wrote: counted below, in more memory
    return cells(rule, columns_of(rule, _intact(ask, log, poll), void))


def packed_cells(
    rule: BallotRule, entries: Iterable[tuple[int, bytes]], void: frozenset[int], most: int
) -> Counts:
    """The votes of the ballots among the entries (index, bytes) of one vote, at most `most`, read one after another. Raises DoesNotFit."""
    gathered = PackedLog(rule, most)
    for index, content in entries:
        entry = _read(content)
        if entry is not None and entry.k == "ballot" and index not in void:
            gathered.add(entry.t, entry.day, entry.nym, entry.choices, entry.ch)
    return gathered.cells()


def _read(content: bytes) -> LogEntry | None:
    """None where the bytes are no entry: they count nothing."""
    try:
        return read_entry(content)
    except ValueError:
        return None


def _intact(ask: Ask, log: Log, poll: PollRow) -> Iterator[tuple[int, bytes]]:
    stored = read_entries(ask, log.id, 0, size_of(ask, log.id), poll.id)
    return ((index, entry) for index, entry, leaf in stored if leaf_hash(entry) == leaf)


def _ballots(ask: Ask, log: Log, poll: PollRow) -> int:
    """How many entries of the vote have an index; its ballots are not more."""
    where = "log = %s AND poll = %s"
    return int(
        ask(f"SELECT COALESCE(SUM(count), 0) FROM votes_logged WHERE {where}", [log.id, poll.id])[0][0]
    )
