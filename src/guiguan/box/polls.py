"""The votes that a ballot box knows: one row of `votes_poll` each, with the rule by which ballots are judged."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from guiguan.box.read import Ask
from guiguan.core.votes.document import NoDocument, read_poll_text
from guiguan.core.votes.rule import BallotRule


@dataclass(frozen=True)
class PollRow:
    """One vote of a campaign."""

    id: int
    campaign: str
    stage: str
    state: str
    version: int
    document: str
    closed_at: int | None

    @property
    def rule(self) -> BallotRule:
        """NoDocument where the document cannot be read; a draft has none."""
        return _rule(self.document)

    @property
    def is_spoilt(self) -> bool:
        """Whether it ought to have rules that can be read, and has none: somebody changed the row."""
        return not self.is_readable and (bool(self.document) or self.state != "draft")

    @property
    def is_readable(self) -> bool:
        """Whether the document tells a rule. One that somebody changed must keep no other vote from being put in order."""
        try:
            return bool(self.document) and self.rule is not None
        except NoDocument:
            return False


@lru_cache(maxsize=512)  # all are looked at every second, closed ones too
def _rule(document: str) -> BallotRule:
    return read_poll_text(document).rule


def polls(ask: Ask) -> dict[int, PollRow]:
    """Every vote by its number."""
    rows = ask(
        "SELECT id, campaign, stage, state, version, document, closed_at FROM votes_poll ORDER BY id", []
    )
    return {row[0]: PollRow(*row) for row in rows}
