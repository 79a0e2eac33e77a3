"""The cases as pieces of a page, made once for each state of a vote: a page is then only put together, in the viewer's order."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from guiguan.apps.entries.public import Case, public_cases
from guiguan.apps.votes.models import Poll
from guiguan.apps.votes.queries import Vote
from guiguan.web.public.campaign_words import lang

KEPT = 8


@dataclass(frozen=True)
class Cards:
    """Cases and their cards, by number."""

    slug: str
    form: str
    cases: Mapping[str, Case]
    cards: Mapping[str, SafeString]

    def page(self, order: tuple[str, ...], chosen: frozenset[str] = frozenset()) -> SafeString:
        """The cards in this order, those chosen ticked."""
        return format_html_join("", "{}", ((self._card(n, chosen),) for n in order if n in self.cards))

    def _card(self, number: str, chosen: frozenset[str]) -> SafeString:
        if number in chosen:
            return _card(self.slug, self.cases[number], self.form, ticked=True)
        return self.cards[number]


_kept: OrderedDict[tuple[object, ...], Cards] = OrderedDict()
_lock = threading.Lock()


def cards_of(vote: Vote, form: str) -> Cards:
    """The cards of everything that stands in the vote. `form`: "box" to tick, "dot" where one alone is chosen, "link" to read."""
    poll = vote.poll
    assert poll is not None
    assert vote.document is not None
    key = (poll.campaign, poll.stage, poll.pk, poll.version, poll.opened_at, form, lang())
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _made(vote, poll, form)
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def _made(vote: Vote, poll: Poll, form: str) -> Cards:
    assert vote.document is not None
    cases = public_cases(vote.campaign, vote.blueprint, vote.document.rule.votable, lang())
    cards = {n: _card(poll.campaign, case, form) for n, case in cases.items()}
    return Cards(poll.campaign, form, cases, cards)


def _card(slug: str, case: Case, form: str, *, ticked: bool = False) -> SafeString:
    context = {"slug": slug, "case": case, "form": form, "ticked": ticked}
    return render_to_string("vote/card.html", context)
