"""The cases inside a partner's page: to look at; voting opens on this site, in the whole window, and needs no cookie of ours there."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt

from guiguan.apps.votes.queries import Vote, order_seed
from guiguan.core.blueprint.base import say
from guiguan.core.votes.channels import channel_of, embedders
from guiguan.core.votes.order import order_of
from guiguan.web.common.door import door
from guiguan.web.common.small import repeats, sent_small
from guiguan.web.public import vote_words as words
from guiguan.web.public.campaign_words import lang
from guiguan.web.public.vote_cards import cards_of
from guiguan.web.public.vote_find import public_vote, way_to_vote

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {sites}"


@sent_small
@xframe_options_exempt
@door("ballot.cast", public_vote)
def embed(request: HttpRequest, vote: Vote) -> HttpResponse:
    """Cards and a way on. Only the blueprint's partners may show it; it sets no cookie and asks for none of a voter's."""
    channel = channel_of(vote.stage, request.GET.get("ch", ""))
    repeats(request, ch=channel)
    context = {
        "vote": vote,
        "slug": vote.campaign.pk,
        "title": words.title(vote),
        "campaign_title": say(vote.blueprint.title, lang()),
        "phase_title": words.PHASES[vote.phase](),
        "until": words.until(vote),
        "way": way_to_vote(vote, channel),
        "cards": _cards(vote, channel),
    }
    response = render(request, "vote/embed.html", context)
    sites = " ".join(embedders(vote.stage)) or "'none'"
    response.headers["Content-Security-Policy"] = POLICY.format(sites=sites)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _cards(vote: Vote, channel: str) -> str:
    if vote.poll is None or vote.document is None or vote.phase == "before":
        return ""
    order = order_of(vote.stage, vote.document.rule.votable, order_seed(vote.poll), secrets.token_hex(8))
    return cards_of(vote, "embed").page(order, channel=channel)
