"""What the sequencer adds to a campaign's public record, log A: the ballot log's key, its checkpoints, and the counts after the close."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from guiguan.apps.gazette.queries import entries_of, logs_a, newest, newest_numbers
from guiguan.apps.gazette.services import publish
from guiguan.apps.votes.public_record import changed_cases, named_key, publish_cases
from guiguan.apps.votes.sequencing import one_view, signer
from guiguan.box.counts import read_counts
from guiguan.box.ledger import Log, appended_in, appended_left, logs, size_of
from guiguan.box.polls import PollRow, polls
from guiguan.box.read import Ask
from guiguan.core.integrity.public_entry import Kind, tally_parts
from guiguan.core.votes.showing import shows_all

EMBED_EVERY = 5_000  # ms between two looks
COUNT_EVERY = 60_000  # ms between two at the counts of closed votes, which seldom change
HOUR = 3_600_000
"""ms between two checkpoints in the record while a vote is under way."""


@dataclass
class Looked:
    """When this process looked last, and when at counts; a restart looks at once."""

    at: int = 0
    counts_at: int = 0


_LOOKED = Looked()


@dataclass(frozen=True)
class Ballots:
    """A campaign's ballot log as one view of the database shows it. `counted` are the votes of each closed stage whose counts are public."""

    log: Log
    size: int
    needed: int
    under_way: Sequence[PollRow]
    counted: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def embed_due(at: int, looked: Looked = _LOOKED) -> int:
    """Every public record names the key of its campaign's ballot log, holds a checkpoint of it from after every act and of the last hour
    while a vote is under way, the cases that stand in it as they are shown by then, and the counts of closed votes; how many entries that
    took."""
    if 0 <= at - looked.at < EMBED_EVERY:
        return 0
    looked.at = at
    counts = not 0 <= at - looked.counts_at < COUNT_EVERY
    looked.counts_at = at if counts else looked.counts_at
    records = {log.campaign for log in logs_a()}
    last = newest_numbers(
        ("admin", "bcheck")
    )  # read before the ballots: what belongs to an act is stored before the act is told
    with one_view() as ask:
        known = list(polls(ask).values())
        found = [
            _ballots(ask, log, [p for p in known if p.campaign == log.campaign], at, counts=counts)
            for log in logs(ask)
            if log.campaign in records and not appended_left(ask)
        ]
    done = 0
    for ballots in found:
        acts = last.get((ballots.log.campaign, "admin"), -1), last.get((ballots.log.campaign, "bcheck"), -1)
        done += _embed(ballots, acts[0] > acts[1], at)
    return done


def _ballots(ask: Ask, log: Log, mine: Sequence[PollRow], at: int, *, counts: bool) -> Ballots:
    size = size_of(ask, log.id)
    mine = [p for p in mine if p.is_readable]
    told = [p for p in mine if p.state == "closed" and shows_all(p.rule.stage, at, p.closed_at)]
    counted = {p.stage: votes_kept(ask, p) for p in told} if counts and log.published == size else {}
    under_way = [p for p in mine if p.state in ("open", "paused")]
    return Ballots(log, size, appended_in(ask, log.id), under_way, counted)


def votes_kept(ask: Ask, poll: PollRow) -> Mapping[str, int]:
    """The votes of everything that stands in the vote or ever got one, as they are counted now."""
    votes: Counter[str] = Counter(dict.fromkeys(poll.rule.votable, 0))
    for (_, entry, _), n in read_counts(ask, poll.campaign, poll.stage).items():
        votes[entry] += n
    return votes


def _embed(ballots: Ballots, acted: bool, at: int) -> int:
    """A checkpoint must hold everything that the acts have written in the log; while none does, the next look finds it so."""
    log, campaign = ballots.log, ballots.log.campaign
    own = signer()
    signed = own.signed.last(log.origin)
    if signed is None:
        return 0
    news: list[tuple[Kind, dict[str, Any]]] = []
    key = own.key(log.origin).vkey
    if named_key(campaign, "log") != key:
        news.append(("key", {"use": "log", "key": key}))
    before = newest(campaign, "bcheck")
    late = bool(ballots.under_way) and (before is None or at - before.time >= HOUR)
    checked = (acted or late) and signed.size >= ballots.needed
    if checked:
        news.append(
            ("bcheck", {"size": signed.size, "root": signed.root.hex(), "note": signed.note.decode()})
        )
    for stage, votes in sorted(ballots.counted.items()):
        told = newest_tally(campaign, stage)
        if told is None or told.votes != votes:
            news += _tally(stage, votes, ballots.size)
    if not news:
        return 0
    under_way = ballots.under_way if checked else ()
    changed = {p.stage: changed_cases(campaign, p.stage, p.rule.votable) for p in under_way}
    with transaction.atomic():
        for stage, documents in changed.items():
            publish_cases(campaign, stage, documents, at)
        for kind, fields in news:
            publish(campaign, kind, at, **fields)
    return len(news) + sum(map(len, changed.values()))


def _tally(stage: str, votes: Mapping[str, int], size: int) -> Iterator[tuple[Kind, dict[str, Any]]]:
    """The counts as entries; they were made from the first `size` entries of the ballot log."""
    parts = tally_parts(votes)
    for n, rows in enumerate(parts, 1):
        yield "tally", {"s": stage, "size": size, "votes": rows, "part": n, "parts": len(parts)}


@dataclass(frozen=True)
class Tally:
    """Counts in the record: votes by entry, from the first `size` entries of the ballot log."""

    size: int
    votes: Mapping[str, int]


def newest_tally(campaign: str, stage: str) -> Tally | None:
    """The counts of a vote that the record tells last; None where it tells none yet."""
    votes: dict[str, int] = {}
    for told in (row.told for row in entries_of(campaign).filter(kind="tally").reverse()):
        if told["s"] == stage:
            votes |= dict(told["votes"])
            if told["part"] == 1:
                return Tally(told["size"], votes)
    return None
