"""A vote counted anew from the entries of its log, by the same rule as every other count."""

from __future__ import annotations

from collections.abc import Iterable

from guiguan.box.counts import Counts, read_counts, set_counts, voided
from guiguan.box.entries import read_entry
from guiguan.box.ledger import log_of, read_entries, size_of
from guiguan.box.polls import PollRow
from guiguan.box.read import Ask
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.votes.columns import BallotColumns
from guiguan.core.votes.logged import LoggedBallots
from guiguan.core.votes.rule import BallotRule
from guiguan.core.votes.tally import cells


def columns_of(rule: BallotRule, entries: Iterable[tuple[int, bytes]], void: frozenset[int]) -> BallotColumns:
    """The ballots among the entries (index, bytes) of one vote, as columns in canonical order."""
    gathered = LoggedBallots(sorted(rule.known))
    for index, content in entries:
        entry = read_entry(content)
        if entry.k == "ballot":
            gathered.add(index, entry.t, entry.day, entry.nym, entry.choices, ip=entry.net, channel=entry.ch)
    return gathered.columns(void)


def counted(ask: Ask, poll: PollRow) -> Counts:
    """The counts of a vote from nothing but its log. An entry that is not what was stored counts nothing; `fsck` names it."""
    log = log_of(ask, poll.campaign)
    if log is None:
        return {}
    stored = read_entries(ask, log.id, 0, size_of(ask, log.id), poll.id)
    entries = ((index, entry) for index, entry, leaf in stored if leaf_hash(entry) == leaf)
    rule = poll.rule.of_stored
    return cells(rule, columns_of(rule, entries, voided(ask, log.id)))


def recount(ask: Ask, poll: PollRow) -> bool:
    """The kept counts are those that the log gives; whether they were before."""
    counts = counted(ask, poll)
    same = counts == read_counts(ask, poll.campaign, poll.stage)
    if not same:
        set_counts(ask, poll, counts)
    return same
