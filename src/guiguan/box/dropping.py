"""What new ballots add to the counts of a vote whose rules may drop single choices: their voters' earlier ballots decide, and no others do.

The same as a recount of the whole log, which core does; a property test holds them equal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from guiguan.box.entries import read_entry
from guiguan.box.ledger import index_of
from guiguan.box.polls import PollRow
from guiguan.box.read import Ask, Cursor, OfVoter
from guiguan.box.rows import unpacked
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.votes.judge import Ballot, Used, judge_ballot
from guiguan.core.votes.rule import BallotRule

Votes = Counter[tuple[str, str, str]]
"""(day, entry, channel) of one vote: votes to add, negative ones to take off."""

_COLUMNS = ", ".join(OfVoter._fields)
_VOTER = "voter"  # of whom all ballots that are judged together are


def by_voter(rule: BallotRule) -> bool:
    """Whether what a ballot counts depends on its own voter's ballots alone."""
    alone = "ip" if tuple(rule.stage.voter) == ("ip",) else "voter"
    return all("voter" in limit.per or alone in limit.per for limit in rule.limits)


def added(
    ask: Ask,
    poll: PollRow,
    log: int | None,
    rows: Sequence[OfVoter],
    cursor: Cursor,
    void: frozenset[int],
) -> Votes | None:
    """What these ballots add, the next ones of the poll in the order of the log; all before them are up to the cursor. `void`: indexes that
    do not count. None where it cannot be told from the voters' own ballots: then the whole vote is to be counted anew."""
    rule = poll.rule.of_stored
    if not by_voter(rule):
        return None
    fresh: dict[bytes, list[OfVoter]] = {}
    for row in rows:
        fresh.setdefault(row.voter, []).append(row)
    votes: Votes = Counter()
    for voter, own in fresh.items():
        before = _before(ask, poll.id, voter, own, cursor)
        if before is None:
            return None
        counted = []
        for row in before:
            index = index_of(ask, log, poll.id, row.ref) if log is not None else None
            if index is None:
                return None
            if index not in void:
                counted.append((row.time, index, row))
        earlier = [row for _, _, row in sorted(counted)]
        votes.update(_votes(rule, sorted([*earlier, *own], key=lambda row: row.time)))
        votes.subtract(_votes(rule, earlier))
    return votes


def _before(
    ask: Ask, poll: int, voter: bytes, own: Iterable[OfVoter], cursor: Mapping[int, int]
) -> list[OfVoter] | None:
    """The voter's ballots up to the cursor; None where the voter's right does not tell of all."""
    right = ask("SELECT refs FROM votes_right WHERE poll = %s AND holder = %s", [poll, voter])
    refs = unpacked(bytes(right[0][0])) if right else []
    if not {row.ref for row in own} <= set(refs):
        return None
    found = []
    for ref in refs:
        if ref.batch > cursor.get(ref.writer, 0):
            continue
        where = "writer = %s AND batch = %s AND place = %s AND voter = %s AND poll = %s"
        rows = ask(f"SELECT {_COLUMNS} FROM votes_ballot WHERE {where}", [*ref, voter, poll])
        if not rows:
            return None
        stored = OfVoter(*rows[0])
        if leaf_hash(stored.entry) == stored.leaf:  # what is not as it was stored counts nothing
            found.append(stored)
    return found


def _votes(rule: BallotRule, ballots: Iterable[OfVoter]) -> Votes:
    """What one voter's ballots count, in this order."""
    used: Used = {}
    votes: Votes = Counter()
    for stored in ballots:
        entry = read_entry(stored.entry)
        ballot = Ballot(entry.t, entry.day, _VOTER, entry.choices, entry.net or None, entry.ch)
        votes.update((entry.day, choice, entry.ch) for choice in judge_ballot(rule, ballot, used).counted)
    return votes
