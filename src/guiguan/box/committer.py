"""Many ballots stored by few commits, each decided by core, each answered by what was stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from guiguan.box.accept import Again, Taken, is_first_and_plain, judge, known_again
from guiguan.box.asked import Accepted, Asked, Outcome
from guiguan.box.directory import Directory, closed_reason
from guiguan.box.notary import Notary
from guiguan.box.poll import Poll
from guiguan.box.refusals import REASONS, Reason
from guiguan.box.rows import Stored
from guiguan.box.settle import Decided, decide
from guiguan.box.store import Right, Standing, Store
from guiguan.box.tallied import Refusals

Clock = Callable[[], int]
"""Milliseconds since 1970-01-01T00:00Z."""

Outcomes = dict[Asked, Outcome]
_TRIES = 3  # how often a vote is read again when it changes while ballots are being decided


class Committer:
    """Decides and stores. Used by one thread, as its store is."""

    def __init__(self, store: Store, directory: Directory, notary: Notary, clock: Clock) -> None:
        self._store, self._directory, self._notary, self._clock = store, directory, notary, clock

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
        first = [a for a in asked if not a.again and is_first_and_plain(poll, a, at)]
        if first:
            standing = self._put_first(poll, first, at, outcomes)
            if standing != ("open", poll.row.version):
                return standing
        rest = [a for a in asked if a not in outcomes]
        return self._settle(poll, rest, outcomes) if rest else standing

    def _put_first(self, poll: Poll, asked: Sequence[Asked], at: int, outcomes: Outcomes) -> Standing:
        """Those whose voters had no right yet are stored, all by one commit."""
        ordered = sorted(asked, key=lambda a: a.voter)
        batch = self._notary.batch(poll, ordered, at, self._store.next_batch())
        standing, places = self._store.put_first(batch)
        stored = {a: row for a, row in zip(ordered, batch.rows, strict=True) if row.place in places}
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
            rows: Sequence[Stored] = ()
            if taken:
                batch = self._notary.batch(poll, taken, at, number)
                rows = batch.rows
                settling.put(batch, decided.changed(rows))
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
        made = dict(zip((row.ref for row in rows), self._notary.receipts(poll, rows), strict=True))
        return Accepted(found.stored, made[found.stored.ref], found.dropped)

    def _accept(
        self, poll: Poll, stored: Mapping[Asked, Stored], taken: Mapping[Asked, Taken], outcomes: Outcomes
    ) -> None:
        made = self._notary.receipts(poll, list(stored.values()))
        for (a, row), text in zip(stored.items(), made, strict=True):
            outcomes[a] = Accepted(row, text, taken[a].dropped if taken else ())
