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
from guiguan.web.public.vote_find import by_channel
from guiguan.web.public.vote_words import daily

_WAY = "\0way\0"
"""No text of a case holds it."""


@dataclass(frozen=True)
class Cards:
    """Cases and their cards, by number. In a card's links _WAY stands for what `page` puts there."""

    slug: str
    form: str
    daily: bool
    cases: Mapping[str, Case]
    cards: Mapping[str, SafeString]

    def page(
        self,
        order: tuple[str, ...],
        chosen: frozenset[str] = frozenset(),
        closed: frozenset[str] = frozenset(),
        channel: str = "",
    ) -> SafeString:
        """The cards in this order, those chosen ticked, those closed to the voter marked and not to be chosen; their links go on by the
        channel. What is one voter's own is drawn anew and never kept."""
        drawn = "".join([self._card(n, chosen, closed) for n in order if n in self.cards])
        return SafeString(drawn.replace(_WAY, by_channel("", channel)))

    def _card(self, number: str, chosen: frozenset[str], closed: frozenset[str]) -> SafeString:
        if number not in chosen and number not in closed:
            return self.cards[number]
        shut = number in closed
        return _card(
            self.slug,
            self.cases[number],
            self.form,
            daily=self.daily,
            ticked=number in chosen and not shut,
            closed=shut,
        )


_kept: Memo[Cards] = Memo(16, A_WHILE)


def cards_of(vote: Vote, form: str) -> Cards:
    """The cards of everything that stands in the vote. `form`: "box" to tick, "dot" where one alone is chosen, "link" to read."""
    return _kept.get((vote.known_by, form, lang()), lambda: _made(vote, form))


def _made(vote: Vote, form: str) -> Cards:
    slug, cases, by_day = vote.campaign.pk, cases_of(vote, lang()), daily(vote.stage)
    return Cards(slug, form, by_day, cases, {n: _card(slug, c, form, daily=by_day) for n, c in cases.items()})


def _card(
    slug: str, case: Case, form: str, *, daily: bool, ticked: bool = False, closed: bool = False
) -> SafeString:
    context = {"slug": slug, "case": case, "form": form, "daily": daily, "ticked": ticked, "closed": closed}
    return render_to_string("vote/card.html", context | {"way": _WAY})
