"""The cases of a vote as everybody sees them: what stands in a vote changes only with its state, and what is said of a case seldom, so
they are read once for each state, and anew after a while."""

from __future__ import annotations

from collections.abc import Mapping

from guiguan.apps.entries.public import Case, public_cases
from guiguan.apps.votes.memo import A_WHILE, Memo
from guiguan.apps.votes.queries import Vote

_kept: Memo[Mapping[str, Case]] = Memo(16, A_WHILE)


def cases_of(vote: Vote, lang: str = "zh") -> Mapping[str, Case]:
    """Everything that stands in the vote, by number; empty before it has been opened."""
    if vote.document is None:
        return {}
    numbers = vote.document.rule.votable
    return _kept.get(
        (vote.known_by, lang), lambda: public_cases(vote.campaign, vote.blueprint, numbers, lang)
    )
