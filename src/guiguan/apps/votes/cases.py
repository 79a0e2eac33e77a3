"""The cases of a vote as everybody sees them: what stands in a vote changes only with its state, and what is said of a case seldom, so
they are read once for each state, and anew after a while."""

from __future__ import annotations

from collections.abc import Mapping

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.entries.public import Case, public_cases
from guiguan.apps.votes.memo import A_WHILE, Memo
from guiguan.apps.votes.models import Act
from guiguan.apps.votes.queries import Vote, acts_public, votes_of

_kept: Memo[Mapping[str, Case]] = Memo(16, A_WHILE)
_left: Memo[Mapping[str, Case]] = Memo(16, A_WHILE)


def cases_of(vote: Vote, lang: str = "zh") -> Mapping[str, Case]:
    """Everything that stands in the vote, by number; empty before it has been opened."""
    if vote.document is None:
        return {}
    numbers = vote.document.rule.votable
    return _kept.get(
        (vote.known_by, lang), lambda: public_cases(vote.campaign, vote.blueprint, numbers, lang)
    )


def left_cases(vote: Vote, lang: str = "zh") -> Mapping[str, Case]:
    """Every case that stood in the vote and has left it, by number. An entry that never stood in it is not among them."""
    if vote.poll is None or vote.document is None or not (gone := vote.document.rule.removed):
        return {}
    return _left.get((vote.known_by, lang), lambda: public_cases(vote.campaign, vote.blueprint, gone, lang))


def departure_of(vote: Vote, number: str) -> Act | None:
    """The published act by which the case left the vote; None while it stands in it, and for what never did."""
    if vote.poll is None or vote.document is None or number not in vote.document.rule.removed:
        return None
    return acts_public(vote.poll).filter(act="remove", entry=number).last()


def stood_in_a_vote(campaign: Campaign, number: str, at: int) -> bool:
    """Whether the case was ever in one of the campaign's votes; an entry that did not come that far was not."""
    documents = (v.document for v in votes_of(campaign, at) if v.phase != "before")
    return any(number in document.rule.of_stored.votable for document in documents if document)
