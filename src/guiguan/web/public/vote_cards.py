"""The cases as pieces of a page, made once for each state of a vote: a page is then only put together, in the viewer's order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from guiguan.apps.entries.public import Case
from guiguan.apps.votes.cases import cases_of
from guiguan.apps.votes.memo import A_WHILE, Memo
from guiguan.apps.votes.queries import Vote
from guiguan.web.public.campaign_words import lang


@dataclass(frozen=True)
class Cards:
    """Cases and their cards, by number."""

    slug: str
    form: str
    cases: Mapping[str, Case]
    cards: Mapping[str, SafeString]

    def page(self, order: tuple[str, ...], chosen: frozenset[str] = frozenset()) -> SafeString:
        """The cards in this order, those chosen ticked."""
        return SafeString("".join([self._card(n, chosen) for n in order if n in self.cards]))

    def _card(self, number: str, chosen: frozenset[str]) -> SafeString:
        if number in chosen:
            return _card(self.slug, self.cases[number], self.form, ticked=True)
        return self.cards[number]


_kept: Memo[Cards] = Memo(16, A_WHILE)


def cards_of(vote: Vote, form: str) -> Cards:
    """The cards of everything that stands in the vote. `form`: "box" to tick, "dot" where one alone is chosen, "link" to read."""
    return _kept.get((vote.known_by, form, lang()), lambda: _made(vote, form))


def _made(vote: Vote, form: str) -> Cards:
    slug, cases = vote.campaign.pk, cases_of(vote, lang())
    return Cards(slug, form, cases, {n: _card(slug, case, form) for n, case in cases.items()})


def _card(slug: str, case: Case, form: str, *, ticked: bool = False) -> SafeString:
    context = {"slug": slug, "case": case, "form": form, "ticked": ticked}
    return render_to_string("vote/card.html", context)
