"""The way of most ballots: those that plainly count are stored by the thread that serves, which waits for nobody and hands nothing over.

Two threads that share the interpreter spend as much on taking turns as on the ballots. Whatever is not plain goes to the batcher:
ballots of voters who have one, those that a rule touches, those that the database refused.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from operator import attrgetter

from guiguan.box.accept import is_first_and_plain
from guiguan.box.asked import Accepted, Asked
from guiguan.box.batcher import MOST_AT_ONCE, MOST_OF_ONE, Batcher
from guiguan.box.committer import Clock
from guiguan.box.directory import Directory
from guiguan.box.line import Found, Line
from guiguan.box.notary import Notary
from guiguan.box.pace import LINGERS_FOR, all_together, by_halves, natural
from guiguan.box.poll import Poll
from guiguan.box.refusals import REASONS, Refused
from guiguan.box.store import Batch, Busy, NotStored, Unavailable

_log = logging.getLogger(__name__)
_BY_VOTER = attrgetter("voter")


class Express:
    """Natural batches: whatever came while the last one was on its way goes by the next, or waits a moment for more, as `pace` says.
    Used in the loop's thread only. `lingers`: other processes store at the same time.
    """

    def __init__(
        self,
        line: Line,
        batcher: Batcher,
        notary: Notary,
        directory: Directory,
        clock: Clock,
        loop: asyncio.AbstractEventLoop,
        *,
        most_waiting: int,
        lingers: bool = False,
    ) -> None:
        self._line, self._batcher, self._notary = line, batcher, notary
        self._directory, self._clock, self._loop = directory, clock, loop
        self._most, self._pause = most_waiting, LINGERS_FOR
        self._pace = natural() if line.blocks else all_together() if lingers else by_halves()
        self._waiting: list[Asked] = []
        self._under_way: dict[tuple[int, bytes], tuple[Asked, ...]] = {}
        """Who has a ballot here, and what else they sent meanwhile."""
        self._going: asyncio.Handle | None = None
        self._at_once = False

    def take(self, asked: Asked) -> bool:
        """Whether the ballot goes this way; else it is the batcher's. Raises Refused where too many wait."""
        who = (asked.poll, asked.voter)
        more = self._under_way.get(who)
        if more is not None:
            if len(more) >= MOST_OF_ONE:
                raise Refused("ballots.too-many")
            self._under_way[who] = (*more, asked)
            return True
        if not self._line.usable:
            return False
        if len(self._waiting) + self._batcher.waiting >= self._most:
            raise Refused("ballots.busy")
        self._under_way[who] = ()
        self._waiting.append(asked)
        self._soon()
        return True

    def close(self) -> None:
        self._line.close()

    def _soon(self) -> None:
        """The next batch goes, unless one is on its way; where the line is lost, those who wait are handed over."""
        if not self._waiting or (self._line.usable and not self._line.free):
            return
        enough = self._pace.enough(len(self._waiting))
        if enough and self._pace.halves:
            self._go()
        elif enough and not self._at_once:  # whatever can be read at once goes together
            self._cancel()
            self._going, self._at_once = self._loop.call_soon(self._go), True
        elif self._going is None:
            self._going = self._loop.call_later(self._pause, self._go)

    def _cancel(self) -> None:
        """Nothing is on its way to go."""
        going, self._going, self._at_once = self._going, None, False
        if going is not None:
            going.cancel()

    def _go(self) -> None:
        """A batch is on its way: ballots of one vote, at most MOST_AT_ONCE."""
        self._cancel()
        if not self._waiting:
            return
        poll = self._waiting[0].poll
        chosen = [a for a in self._waiting if a.poll == poll][:MOST_AT_ONCE]
        self._pace.went(len(chosen))
        if len(chosen) == len(self._waiting):
            self._waiting = []
        else:
            taken = set(chosen)
            self._waiting = [a for a in self._waiting if a not in taken]
        self._send(self._directory.by_id(poll), chosen)
        self._soon()

    def _send(self, poll: Poll | None, asked: Sequence[Asked]) -> None:
        at = self._clock()
        plain: list[Asked] = []
        if poll is not None and poll.row.state == "open" and self._line.free:
            plain = [a for a in asked if is_first_and_plain(poll, a, at)]
        if len(plain) < len(asked):
            chosen = set(plain)
            self._hand_over([a for a in asked if a not in chosen])
        if not plain or poll is None:
            return
        plain.sort(key=_BY_VOTER)
        try:
            batch = self._notary.batch(poll, plain, at, self._line.next_batch())
            self._line.put(batch, lambda found: self._found(poll, plain, batch, found))
        except Exception:  # nothing was sent; the batcher finds out which of them it is
            _log.exception("%d ballots could not be written", len(plain))
            self._hand_over(plain)

    def _found(self, poll: Poll, asked: Sequence[Asked], batch: Batch, found: Found) -> None:
        """What was stored is told; what was not, or could not be told, the batcher decides. The next batch goes before, if it is there,
        so that the database has work meanwhile."""
        if self._pace.halves and self._pace.enough(len(self._waiting)):
            self._soon()
        try:
            left = self._told(poll, asked, batch, found)
        except Exception:
            _log.exception("%d ballots could not be answered", len(asked))
            left = asked
        self._hand_over(left)
        self._let_go(asked)
        self._soon()

    def _told(self, poll: Poll, asked: Sequence[Asked], batch: Batch, found: Found) -> Sequence[Asked]:
        """Whoever can be told has been; the others."""
        if isinstance(found, Unavailable) and not isinstance(found, Busy):
            _log.error("%d ballots not stored: %s", len(asked), found)
            self._batcher.fail(asked, REASONS["ballots.not-stored"])
            return ()
        if isinstance(found, NotStored | Busy):
            _log.info("%d ballots are left to the batcher: %s", len(asked), found)
            return asked
        standing, places = found
        stored, rows = asked, batch.rows
        left: Sequence[Asked] = ()
        if len(places) < len(rows):
            pairs = list(zip(asked, rows, strict=True))
            rows = [row for _, row in pairs if row.place in places]
            stored = [a for a, row in pairs if row.place in places]
            left = [a for a, row in pairs if row.place not in places]
        receipts = self._notary.receipts(poll, rows)
        self._batcher.deliver(
            [(a, Accepted(row, text)) for a, row, text in zip(stored, rows, receipts, strict=True)]
        )
        for a in left:
            a.again = standing == ("open", batch.version)
        return left

    def _hand_over(self, asked: Sequence[Asked]) -> None:
        for a in asked:
            self._to_batcher(a)
        self._let_go(asked)

    def _let_go(self, asked: Sequence[Asked]) -> None:
        """These are not here any more; what their voters sent meanwhile is the batcher's."""
        for a in asked:
            for more in self._under_way.pop((a.poll, a.voter), ()):
                self._to_batcher(more)

    def _to_batcher(self, asked: Asked) -> None:
        try:
            self._batcher.submit(asked)
        except Refused as refused:
            self._batcher.fail([asked], refused.reason)
