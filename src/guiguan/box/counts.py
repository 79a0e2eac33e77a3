"""The counts of every vote by day, entry and channel, as the site shows them; and which ballots are void. Sole writer: the sequencer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from guiguan.box.entries import LogEntry, read_entry
from guiguan.box.ledger import AT_ONCE, Log, entry_at
from guiguan.box.polls import PollRow
from guiguan.box.read import Ask

Cells = Mapping[tuple[int, str, str, str], int]
"""Poll, day, entry, channel: votes to add."""

Counts = dict[tuple[str, str, str], int]
"""(day, entry, channel) of one vote: its votes; none is 0."""


def add_counts(ask: Ask, known: Mapping[int, PollRow], votes: Cells) -> None:
    """These votes are added, negative ones taken off."""
    cells = sorted((known[p].campaign, known[p].stage, d, e, c, n) for (p, d, e, c), n in votes.items())
    for at in range(0, len(cells), AT_ONCE):
        part = cells[at : at + AT_ONCE]
        marks = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(part))
        ask(
            f"INSERT INTO votes_count (campaign, stage, day, entry, channel, votes) VALUES {marks}"
            " ON CONFLICT (campaign, stage, day, entry, channel)"
            " DO UPDATE SET votes = votes_count.votes + excluded.votes RETURNING votes",
            [value for cell in part for value in cell],
        )


def read_counts(ask: Ask, campaign: str, stage: str) -> Counts:
    """The counts as they are kept."""
    rows = ask(
        "SELECT day, entry, channel, votes FROM votes_count WHERE campaign = %s AND stage = %s AND votes <> 0",
        [campaign, stage],
    )
    return {(day, entry, channel): int(votes) for day, entry, channel, votes in rows}


def set_counts(ask: Ask, poll: PollRow, counts: Counts) -> None:
    """The counts are exactly these."""
    now = Counter({(poll.id, *cell): n for cell, n in counts.items()})
    now.subtract({(poll.id, *cell): n for cell, n in read_counts(ask, poll.campaign, poll.stage).items()})
    add_counts(ask, {poll.id: poll}, {cell: n for cell, n in now.items() if n})


def voided(ask: Ask, log: int) -> frozenset[int]:
    """The indexes of the ballots that are void now."""
    return frozenset(int(row[0]) for row in ask("SELECT number FROM votes_voided WHERE log = %s", [log]))


def void(ask: Ask, log: Log, poll: PollRow, entry: LogEntry) -> None:
    """The ballot that the entry names counts no more. An entry that names no ballot of this vote changes nothing; `fsck` tells it."""
    ballot = _meant(ask, log, poll, entry)
    if ballot is not None and ask(
        "INSERT INTO votes_voided (log, number) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING number",
        [log.id, entry.ref],
    ):
        _take(ask, poll, ballot, -1)


def unvoid(ask: Ask, log: Log, poll: PollRow, entry: LogEntry) -> None:
    """The ballot that the entry names counts again, if it was void."""
    ballot = _meant(ask, log, poll, entry)
    if ballot is not None and ask(
        "DELETE FROM votes_voided WHERE log = %s AND number = %s RETURNING number", [log.id, entry.ref]
    ):
        _take(ask, poll, ballot, 1)


def _meant(ask: Ask, log: Log, poll: PollRow, entry: LogEntry) -> LogEntry | None:
    """The ballot of this vote at the index that the entry names, if its leaf is the one that the entry names."""
    found = entry_at(ask, log.id, entry.ref)
    if found is None or found.poll != poll.id or found.kind != "ballot" or found.leaf.hex() != entry.leaf:
        return None
    try:
        return read_entry(found.entry)
    except ValueError:  # no ballot at all, which took no vote
        return None


def _take(ask: Ask, poll: PollRow, ballot: LogEntry, sign: int) -> None:
    if poll.is_readable and poll.rule.counts_whole:
        votes = Counter((poll.id, ballot.day, choice, ballot.ch) for choice in ballot.choices)
        add_counts(ask, {poll.id: poll}, {cell: sign * n for cell, n in votes.items()})
