"""The votes that there are, as last read from the database; read again when somebody asks for one that is not known to be open."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from guiguan.box.held import began_with
from guiguan.box.keys import Keys, LostKeys
from guiguan.box.poll import Poll, PollRow, poll_of
from guiguan.box.refusals import REASONS, Refused

_log = logging.getLogger(__name__)


class Directory:
    """Read by everybody, replaced as a whole by the thread that stores. `rows` are those that it was made of, by number, the unusable
    ones among them."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._by_id: dict[int, Poll] = {}
        self._of: dict[str, list[Poll]] = {}
        self._unusable: dict[int, PollRow] = {}
        self._lost: set[int] = set()
        self._told: set[tuple[int, int]] = set()

    def replace(self, rows: Sequence[PollRow]) -> None:
        """These votes and no others. One whose document cannot be read, or whose keys are not those with which it began, is left out, and
        logged once: the others go on. A document that could not be read is not tried again before it changes; keys may come back."""
        by_id, unusable, lost = {}, {}, set()
        for row in rows:
            known = self._by_id.get(row.id)
            if known is not None and known.row == row:
                by_id[row.id] = known
                continue
            if self._unusable.get(row.id) == row and row.id not in self._lost:
                unusable[row.id] = row
                continue
            try:
                by_id[row.id] = self._poll(row)
            except ValueError as error:
                unusable[row.id] = row
                if isinstance(error, LostKeys):
                    lost.add(row.id)
                if (row.id, row.version) not in self._told:
                    _log.exception("vote %s of %s cannot be used", row.stage, row.campaign)
                self._told.add((row.id, row.version))
        of: dict[str, list[Poll]] = {}
        for poll in by_id.values():
            of.setdefault(poll.row.campaign, []).append(poll)
        self._by_id, self._of, self._unusable, self._lost = by_id, of, unusable, lost

    def _poll(self, row: PollRow) -> Poll:
        lost = self._keys.lost(row.campaign, began_with(row.document)) if row.state != "closed" else ()
        if lost:
            raise LostKeys(lost)
        return poll_of(row, self._keys)

    @property
    def rows(self) -> dict[int, PollRow]:
        return self._unusable | {number: poll.row for number, poll in self._by_id.items()}

    def by_id(self, poll: int) -> Poll | None:
        return self._by_id.get(poll)

    def find(self, campaign: str, stage: str = "") -> Poll:
        """The vote that is meant: of the stage, or the campaign's only one, or its only open one. Raises Refused."""
        found = self._of.get(campaign, [])
        if stage:
            found = [poll for poll in found if poll.row.stage == stage]
        if not found:
            raise Refused("ballots.no-campaign")
        if len(found) > 1:
            found = [poll for poll in found if poll.row.state == "open"] or found
        if len(found) > 1:
            raise Refused("ballots.which-stage")
        return found[0]


def closed_reason(state: str) -> str:
    """Why a vote in this state takes no ballots."""
    return {"closed": "ballots.closed", "paused": "ballots.paused"}.get(state, "ballots.not-open")


assert all(closed_reason(state) in REASONS for state in ("draft", "paused", "closed"))
