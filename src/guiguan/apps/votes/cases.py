"""The cases of a vote as everybody sees them: what stands in a vote does not change while it is open, so it is read once for each of
its states."""

from __future__ import annotations

from collections.abc import Mapping

from guiguan.apps.entries.public import Case, public_cases
from guiguan.apps.votes.kept import Kept
from guiguan.apps.votes.queries import Vote

_kept: Kept[Mapping[str, Case]] = Kept(16)


def cases_of(vote: Vote, lang: str = "zh") -> Mapping[str, Case]:
    """Everything that stands in the vote, by number; empty before it has been opened."""
    poll, document = vote.poll, vote.document
    if poll is None or document is None:
        return {}
    numbers = document.rule.votable
    return _kept.get(
        (poll.known_by, lang), lambda: public_cases(vote.campaign, vote.blueprint, numbers, lang)
    )
