"""Many ballots stored by few commits, each decided by core, each answered by what was stored."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from guiguan.adapters.signing import Ed25519
from guiguan.box.accept import Again, Taken, entry_of, is_first_and_plain, judge, known_again
from guiguan.box.asked import Accepted, Asked, Outcome
from guiguan.box.directory import Directory, closed_reason
from guiguan.box.keys import Keys
from guiguan.box.poll import Poll
from guiguan.box.refusals import REASONS, Reason
from guiguan.box.rows import Stored
from guiguan.box.settle import Decided, decide
from guiguan.box.signals import sealed_signals
from guiguan.box.store import Batch, Right, Standing, Store
from guiguan.box.tallied import Refusals
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.integrity.receipt import receipts

Clock = Callable[[], int]
"""Milliseconds since 1970-01-01T00:00Z."""

Outcomes = dict[Asked, Outcome]
_TRIES = 3  # how often a vote is read again when it changes while ballots are being decided


class Committer:
    """Decides and stores. Used by one thread, as its store is."""

    def __init__(self, store: Store, directory: Directory, keys: Keys, clock: Clock) -> None:
        self._store, self._directory, self._clock = store, directory, clock
        self._signer = Ed25519(keys.receipt)
        self._public = self._signer.public
        self._signals = keys.signal

    def read_polls(self) -> None:
        """The directory is as the database."""
        self._directory.replace(self._store.polls(self._directory.rows))

    def now(self) -> int:
        return self._clock()

    def note_refused(self, counts: Refusals) -> None:
        """The counts are added to those in the database."""
        self._store.note_refused(counts)

    def commit(self, asked: Sequence[Asked], outcomes: Outcomes) -> None:
        """Every ballot has its outcome. Each voter is among them once. Raises Unavailable and NotStored; what then stands in `outcomes`
        holds."""
        for poll in dict.fromkeys(a.poll for a in asked):
            self._of_poll(poll, [a for a in asked if a.poll == poll], outcomes)

    def _of_poll(self, number: int, asked: list[Asked], outcomes: Outcomes) -> None:
        for _ in range(_TRIES):
            poll = self._directory.by_id(number)
            if poll is None:
                outcomes.update(dict.fromkeys(asked, REASONS["ballots.no-campaign"]))
                return
            standing = self._once(poll, asked, outcomes)
            asked = [a for a in asked if a not in outcomes]
            if not asked:
                return
            if standing != (poll.row.state, poll.row.version):
                self.read_polls()
        outcomes.update(dict.fromkeys(asked, REASONS["ballots.not-stored"]))

    def _once(self, poll: Poll, asked: Sequence[Asked], outcomes: Outcomes) -> Standing:
        """What can be decided by the vote as it is in mind is decided; how the vote stands in the database."""
        standing = Standing(poll.row.state, poll.row.version)
        if poll.row.state != "open":
            self._refuse(poll, dict.fromkeys(asked, REASONS[closed_reason(poll.row.state)]), outcomes)
            return standing
        at = self._clock()
        first = [a for a in asked if is_first_and_plain(poll, a, at)]
        if first:
            standing = self._put_first(poll, first, at, outcomes)
            if standing != ("open", poll.row.version):
                return standing
        rest = [a for a in asked if a not in outcomes]
        return self._settle(poll, rest, outcomes) if rest else standing

    def _put_first(self, poll: Poll, asked: Sequence[Asked], at: int, outcomes: Outcomes) -> Standing:
        """Those whose voters had no right yet are stored, all by one commit."""
        ordered = sorted(asked, key=lambda a: a.voter)
        rows = self._rows(poll, ordered, at, self._store.next_batch())
        standing, places = self._store.put_first(self._batch(poll, rows, ordered))
        stored = {a: row for a, row in zip(ordered, rows, strict=True) if row.place in places}
        self._accept(poll, stored, {}, outcomes)
        return standing

    def _settle(self, poll: Poll, asked: Sequence[Asked], outcomes: Outcomes) -> Standing:
        """The others, with their earlier ballots. What no right could save is refused without a lock: a flood of ballots that break
        a rule must not write."""
        at = self._clock()
        judged = {a: judge(poll, a, at, (), {}) for a in asked}
        hopeless = {a: found for a, found in judged.items() if isinstance(found, Reason)}
        if hopeless:
            standing = self._store.standing(poll.row.id)
            if standing != ("open", poll.row.version):
                return standing  # nobody is refused by a rule that is no more
            self._refuse(poll, hopeless, outcomes)
        rest = sorted((a for a in asked if a not in outcomes), key=lambda a: a.voter)
        if not rest:
            return Standing(poll.row.state, poll.row.version)
        number = self._store.next_batch()
        with self._store.settling(poll.row.id) as settling:
            standing = settling.standing()
            if standing != ("open", poll.row.version):
                return standing
            decided = decide(poll, rest, at, settling)
            taken = list(decided.taken)
            rows = self._rows(poll, taken, at, number)
            if rows:
                settling.put(self._batch(poll, rows, taken), decided.changed(rows))
        self._accept(poll, dict(zip(taken, rows, strict=True)), decided.taken, outcomes)
        self._answer(poll, decided, outcomes)
        return standing

    def _refuse(self, poll: Poll, refused: Mapping[Asked, Reason], outcomes: Outcomes) -> None:
        """Refused, save those that are stored already: who asks again with the same key gets the same answer, whatever the time."""
        voters = sorted({a.voter for a in refused if a.key})
        rights = self._store.rights_of(poll.row.id, voters) if voters else {}
        stored = self._store.ballots([(ref, voter) for voter, r in rights.items() for ref in r.refs])
        decided = Decided()
        for a, reason in refused.items():
            earlier = [stored[ref] for ref in rights.get(a.voter, Right()).refs]
            decided.note(a, known_again(poll, a, earlier) or reason)
        self._answer(poll, decided, outcomes)

    def _answer(self, poll: Poll, decided: Decided, outcomes: Outcomes) -> None:
        outcomes.update(decided.refused)
        for a, found in decided.again.items():
            outcomes[a] = self._accepted_before(poll, found)

    def _accepted_before(self, poll: Poll, found: Again) -> Accepted:
        """The answer to a ballot that was stored before: made from all rows of its commit, as they are stored."""
        rows = self._store.commit_of(found.stored.ref, poll.row.id)
        made = dict(zip((row.ref for row in rows), self._receipts(poll, rows), strict=True))
        return Accepted(found.stored, made[found.stored.ref], found.dropped)

    def _accept(
        self, poll: Poll, stored: Mapping[Asked, Stored], taken: Mapping[Asked, Taken], outcomes: Outcomes
    ) -> None:
        made = self._receipts(poll, list(stored.values()))
        for (a, row), text in zip(stored.items(), made, strict=True):
            outcomes[a] = Accepted(row, text, taken[a].dropped if taken else ())

    def _receipts(self, poll: Poll, rows: Sequence[Stored]) -> list[str]:
        """Of the rows of one commit, in their order, under one signature."""
        if not rows:
            return []
        leaves, first = [row.leaf for row in rows], rows[0]
        made = receipts(poll.row.campaign, first.day, first.time, leaves, self._signer.sign, self._public)
        return list(made)

    def _rows(self, poll: Poll, asked: Sequence[Asked], at: int, number: tuple[int, int]) -> list[Stored]:
        """The rows to be stored, placed in this order."""
        (writer, batch), day, voted = number, poll.day(at), poll.row.id
        salts = os.urandom(16 * len(asked)).hex()
        rows = []
        for place, a in enumerate(asked):
            entry = entry_of(poll, a, at, day, salts[32 * place : 32 * place + 32])
            key = a.key + a.body if a.key else b""
            row = Stored(
                writer, batch, place, a.voter, voted, "ballot", day, at, key, entry, leaf_hash(entry)
            )
            rows.append(row)
        return rows

    def _batch(self, poll: Poll, rows: Sequence[Stored], asked: Sequence[Asked]) -> Batch:
        senders = [(row.leaf, a.sender) for row, a in zip(rows, asked, strict=True)]
        return Batch(poll.row.id, poll.row.version, rows, sealed_signals(self._signals, senders))
