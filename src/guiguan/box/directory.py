"""The votes that there are, as last read from the database; read again when somebody asks for one that is not known to be open."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from guiguan.box.keys import Keys
from guiguan.box.poll import Poll, PollRow, poll_of
from guiguan.box.refusals import REASONS, Refused

_log = logging.getLogger(__name__)


class Directory:
    """Read by everybody, replaced as a whole by the thread that stores. `rows` are those that it was made of, by number."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._by_id: dict[int, Poll] = {}
        self._of: dict[str, list[Poll]] = {}

    def replace(self, rows: Sequence[PollRow]) -> None:
        """These votes and no others. One whose document cannot be read is left out, and logged: the others go on."""
        by_id = {}
        for row in rows:
            known = self._by_id.get(row.id)
            if known is not None and known.row == row:
                by_id[row.id] = known
                continue
            try:
                by_id[row.id] = poll_of(row, self._keys)
            except ValueError:
                _log.exception("vote %s of %s: its document cannot be read", row.stage, row.campaign)
        of: dict[str, list[Poll]] = {}
        for poll in by_id.values():
            of.setdefault(poll.row.campaign, []).append(poll)
        self._by_id, self._of = by_id, of

    @property
    def rows(self) -> dict[int, PollRow]:
        return {number: poll.row for number, poll in self._by_id.items()}

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
