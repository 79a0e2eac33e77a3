"""Natural batches: whatever came while the last commit ran is stored by the next. One thread stores; nobody waits for anybody's hang-up.

A batch holds one ballot of a voter; a second waits for the next commit, so that what it is told is what was stored.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from queue import Empty, SimpleQueue

from guiguan.box.asked import Asked, Front, Outcome
from guiguan.box.committer import Committer, Outcomes
from guiguan.box.refusals import REASONS, Reason, Refused
from guiguan.box.store import NotStored, Unavailable
from guiguan.box.tallied import Tallied

_log = logging.getLogger(__name__)

MOST_WAITING = 2048
"""Ballots that may wait; who comes later is told at once to try again. At ten thousand a second this is a fifth of one."""
MOST_AT_ONCE = 512
CARRIED_EVERY = 5.0
"""Seconds between two times that refusals are carried to the database."""
MOST_OF_ONE = 8
"""Ballots of one voter that may wait for each other."""

Look = Callable[[], None]
"""Something to be done by the storing thread as soon as the votes have been read again."""


class Batcher:
    """Start it once; `stop` ends it when everything that waits has its answer. `failed` is called for each ballot that could
    not be taken whatever it had been, in whichever thread finds it so."""

    def __init__(
        self,
        committer: Committer,
        tallied: Tallied,
        most_waiting: int = MOST_WAITING,
        failed: Callable[[Asked], None] = lambda asked: None,
    ) -> None:
        self._committer, self._tallied, self._most, self._failed = committer, tallied, most_waiting, failed
        self._carried = time.monotonic()
        self._waiting: SimpleQueue[Asked | Look | None] = SimpleQueue()
        self._held: deque[Asked] = deque()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="ballots", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 20.0) -> None:
        """Nothing more is taken; returns when what waited has been answered."""
        self._stopping = True
        self._waiting.put(None)
        self._thread.join(timeout)

    @property
    def waiting(self) -> int:
        """How many ballots wait for the next commit."""
        return self._waiting.qsize()

    def submit(self, asked: Asked) -> None:
        """The ballot's front gets its outcome. Raises Refused where too many wait."""
        if self._stopping or self.waiting >= self._most:
            raise Refused("ballots.busy")
        self._waiting.put(asked)

    def look(self, then: Look) -> None:
        """`then` is called when the votes have been read again. Raises Refused where too many wait."""
        if self._stopping or self.waiting >= self._most:
            raise Refused("ballots.busy")
        self._waiting.put(then)

    def _run(self) -> None:
        while True:
            batch, looks, ended = self._gather()
            if looks:
                self._look(looks)
            if batch:
                self._store(batch)
            self._carry(at_once=ended)
            if ended and not self._held and self._waiting.empty():
                return

    def _gather(self) -> tuple[list[Asked], list[Look], bool]:
        """What is stored next: first who waited longest. Waits where there is nothing to do."""
        batch: dict[tuple[int, bytes], Asked] = {}
        held: Counter[tuple[int, bytes]] = Counter()
        looks: list[Look] = []
        again, self._held = self._held, deque()
        for asked in again:
            self._sort_in(asked, batch, held)
        ended = self._stopping
        while len(batch) < MOST_AT_ONCE:
            try:
                item = self._waiting.get(not (batch or looks or ended), self._patience())
            except Empty:
                break
            if item is None:
                ended = True
            elif isinstance(item, Asked):
                self._sort_in(item, batch, held)
            else:
                looks.append(item)
        return list(batch.values()), looks, ended

    def _sort_in(
        self, asked: Asked, batch: dict[tuple[int, bytes], Asked], held: Counter[tuple[int, bytes]]
    ) -> None:
        who = (asked.poll, asked.voter)
        if who not in batch:
            batch[who] = asked
        elif held[who] < MOST_OF_ONE:
            held[who] += 1
            self._held.append(asked)
        else:
            self.deliver([(asked, REASONS["ballots.too-many"])])

    def _patience(self) -> float | None:
        """How long to wait for ballots: no longer than until the refusals are due to be carried."""
        return max(0.01, self._carried + CARRIED_EVERY - time.monotonic()) if self._tallied else None

    def _carry(self, *, at_once: bool) -> None:
        """The counts of refusals are in the database, every few seconds; what cannot be written now is written later."""
        if not self._tallied or not (at_once or time.monotonic() - self._carried >= CARRIED_EVERY):
            return
        self._carried = time.monotonic()
        counts = self._tallied.taken()
        try:
            self._committer.note_refused(counts)
        except Exception:
            _log.exception("%d refusals could not be noted", counts.total())
            if not at_once:
                self._tallied.back(counts)

    def _look(self, looks: list[Look]) -> None:
        try:
            self._committer.read_polls()
        except (Unavailable, NotStored):
            _log.exception("the votes could not be read")
        for look in looks:
            try:
                look()
            except Exception:
                _log.exception("after the votes were read")

    def _store(self, batch: list[Asked]) -> None:
        """Every ballot of the batch gets its outcome, whatever happens."""
        outcomes: Outcomes = {}
        faulty: set[Asked] = set()
        try:
            self._committer.commit(batch, outcomes)
        except Unavailable as error:
            _log.error("ballots not stored: %s", error)
        except Exception as error:
            self._log_fault(error, len(batch))
            faulty = self._one_by_one([a for a in batch if a not in outcomes], outcomes)
        missing = [a for a in batch if a not in outcomes]
        self.deliver(
            [*outcomes.items(), *((a, REASONS["ballots.not-stored"]) for a in missing if a in faulty)]
        )
        self.fail([a for a in missing if a not in faulty], REASONS["ballots.not-stored"])

    def _one_by_one(self, batch: list[Asked], outcomes: Outcomes) -> set[Asked]:
        """A ballot that cannot be stored does not keep the others from it; those that cannot."""
        if len(batch) < 2:
            return set(batch)
        faulty: set[Asked] = set()
        for asked in batch:
            try:
                self._committer.commit([asked], outcomes)
            except Unavailable as error:
                _log.error("ballots not stored: %s", error)
                break
            except Exception as error:
                self._log_fault(error, 1)
                faulty.add(asked)
        return faulty

    def _log_fault(self, error: Exception, ballots: int) -> None:
        if isinstance(error, NotStored):
            _log.error("%d ballots not stored: %s", ballots, error)
        else:
            _log.exception("%d ballots not stored", ballots, exc_info=error)

    def fail(self, asked: Sequence[Asked], reason: Reason) -> None:
        """These could not be taken, by no fault of theirs; each is told so. Safe to use from several threads."""
        for a in asked:
            self._failed(a)
        self.deliver([(a, reason) for a in asked])

    def deliver(self, outcomes: Iterable[tuple[Asked, Outcome]]) -> None:
        """Each front has its own; refusals are counted. Safe to use from several threads."""
        fronts: dict[Front, list[tuple[Asked, Outcome]]] = {}
        for asked, outcome in outcomes:
            if isinstance(outcome, Reason):
                self._tallied.note(asked.poll, outcome.rule, self._committer.now())
            fronts.setdefault(asked.front, []).append((asked, outcome))
        for front, own in fronts.items():
            try:
                front.deliver(own)
            except Exception:  # who waits no more must not keep the others waiting
                _log.exception("outcomes could not be delivered")
