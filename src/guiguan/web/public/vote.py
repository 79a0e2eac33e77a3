"""The page on which the public votes. It works without scripts; with them the choices survive a lost network."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from guiguan.apps.campaigns.queries import downloads_of
from guiguan.apps.votes.cases import left_cases
from guiguan.apps.votes.queries import Vote, acts_public, order_seed
from guiguan.apps.votes.rights import left_today, may_tomorrow
from guiguan.core.blueprint.base import say
from guiguan.core.votes.access import may_fill
from guiguan.core.votes.channels import channel_of
from guiguan.core.votes.order import order_of
from guiguan.web.common.clock import now
from guiguan.web.common.door import door
from guiguan.web.common.small import repeats, sent_small
from guiguan.web.public import vote_words as words
from guiguan.web.public.campaign_words import lang, listed
from guiguan.web.public.vote_cards import cards_of
from guiguan.web.public.vote_find import public_vote
from guiguan.web.public.vote_pass import by_phone, has_one
from guiguan.web.public.vote_refusals import as_told, few, odd
from guiguan.web.public.vote_voter import still_missing, token, viewer, voter, whose, with_marks

CHALLENGES = ("vote/challenge.html", "vote/challenge_none.html")
"""What stands before a ballot, where something does; the first of these templates that exists."""
_ONCE = "again"
"""In the address of who has been sent back once: without cookies it would never end."""


@sent_small
@door("ballot.cast", public_vote)
def vote_page(request: HttpRequest, vote: Vote) -> HttpResponse:
    """Everything that a voter needs: what to do, the guide, the cases, the tray."""
    if vote.phase == "open" and still_missing(request, vote) == ("device",) and _ONCE not in request.GET:
        # a device is known by the cookie that it sends back: it comes at once, so that nobody is asked for what is there
        query = request.GET.copy()
        query[_ONCE] = "1"
        again = redirect(f"{request.path}?{query.urlencode()}")
        return with_marks(request, again, vote, viewer(request))
    return shown(request, vote)


def shown(
    request: HttpRequest, vote: Vote, chosen: frozenset[str] = frozenset(), **more: Any
) -> HttpResponse:
    """The page, with what became of a ballot that could not be taken and the choices on it."""
    seen_as = viewer(request)
    repeats(request, ch=_channel(request, vote))
    response = render(
        request,
        "vote/page.html",
        {**_head(vote), **_cards(request, vote, seen_as, chosen), **more},
        status=more.get("status", 200),
    )
    return with_marks(request, response, vote, seen_as)


def _channel(request: HttpRequest, vote: Vote) -> str:
    """By which way the voter came, in the address or in a form that was sent."""
    return channel_of(vote.stage, request.GET.get("ch", "") or request.POST.get("channel", ""))


def _head(vote: Vote) -> dict[str, Any]:
    files = downloads_of(vote.campaign)
    guides = [d for d in vote.blueprint.documents if d.kind == "guide"]
    campaign = say(vote.blueprint.title, lang())
    return {
        "vote": vote,
        "slug": vote.campaign.pk,
        "campaign_title": campaign,
        "title": words.title(vote),
        "trail": [(campaign, reverse("campaign-notice", args=[vote.campaign.pk])), (words.title(vote), "")],
        "phase_title": words.PHASES[vote.phase](),
        "starts": words.minute(vote, vote.window.start),
        "until": words.until(vote),
        "choose": words.choose(vote.stage),
        "limits": words.limits(vote.stage),
        "counts_words": words.counts_words(vote.stage),
        "identity": listed([words.KINDS[k]() for k in vote.stage.voter]),
        "criteria": words.criteria(vote),
        "guides": [(say(d.title, lang()), d.id if d.id in files else "") for d in guides],
        "events": _events(vote),
    }


def _events(vote: Vote) -> list[dict[str, str]]:
    if vote.poll is None:
        return []
    names = {number: case.title for number, case in left_cases(vote, lang()).items()}
    return words.act_events(vote, list(acts_public(vote.poll)), names)


def _cards(request: HttpRequest, vote: Vote, seen_as: str, chosen: frozenset[str]) -> dict[str, Any]:
    """The cases in the viewer's order, and whether and how they can be chosen."""
    channel = _channel(request, vote)
    if vote.poll is None or vote.document is None or vote.phase == "before":
        return {"cards": "", "channel": channel}
    rule, at = vote.document.rule, now()
    code_query = {"code": "1"} | ({"ch": channel} if channel else {})
    lacking = still_missing(request, vote)
    closed = frozenset[str]()
    if vote.phase == "open" and not lacking:
        closed = left_today(vote, voter(request, vote), channel, at)
    can = vote.phase == "open" and may_fill(rule, closed)
    used_up = vote.phase == "open" and not lacking and not can
    order = order_of(vote.stage, rule.votable, order_seed(vote.poll), seen_as)
    cards = cards_of(vote, "link" if not can else "dot" if rule.high == 1 else "box")
    found = sorted({(c.category, c.category_title) for c in cards.cases.values() if c.category})
    return {
        "cards": cards.page(order, chosen if can else frozenset(), closed, channel),
        "total": len(order),
        "categories": [(i, t) for i, t in found] if len(found) > 1 else [],
        "can": can,
        "used_up": used_up,
        "tomorrow": used_up and may_tomorrow(vote, voter(request, vote), channel, at),
        "daily": words.daily(vote.stage),
        "lacking": [words.KINDS[k]() for k in lacking],
        "few": few(rule.low, rule.high) if can else "",
        "refusals": as_told(vote) if can else "",
        "odd": odd(),
        "low": rule.low,
        "high": rule.high,
        "closed": " ".join(sorted(closed)),
        "closed_count": len(closed),
        "token": token(request, vote, at) if can else "",
        "whose": whose(request, vote),
        "channel": channel,
        "challenge_templates": CHALLENGES,
        "by_phone": by_phone(vote),
        "code_way": f"{reverse('vote-who', args=[vote.campaign.pk])}?{urlencode(code_query)}",
        "paid": has_one(request, vote),
        "stage": vote.stage,
        "campaign": vote.campaign,
        "attempt": secrets.token_hex(16),
    }
