"""Where a voter proves who they are, as the vote asks."""

from __future__ import annotations

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.votes.queries import Vote
from guiguan.apps.votes.voters import asked_of
from guiguan.core.blueprint.base import say
from guiguan.core.votes.channels import channel_of
from guiguan.web.common.door import door
from guiguan.web.public import vote_words as words
from guiguan.web.public.campaign_words import lang
from guiguan.web.public.vote_find import by_channel, public_vote, way_to_vote
from guiguan.web.public.vote_pass import by_phone
from guiguan.web.public.vote_phone import waiting
from guiguan.web.public.vote_voter import forget, proved, still_missing
from guiguan.web.public.wechat_account import account_of


def back_to_vote(vote: Vote, channel: str) -> str:
    """The vote's page, by the channel by which the voter came."""
    return f"{way_to_vote(vote, channel)}#cases"


def reverse_with(vote: Vote, channel: str) -> str:
    """This page again, which leads on where nothing is missing any more."""
    return by_channel(reverse("vote-who", args=[vote.campaign.pk]), channel)


@door("ballot.cast", public_vote)
def who(request: HttpRequest, vote: Vote) -> HttpResponse:
    """One step for each thing asked; who has proved them all goes on to the vote, or gets another code in place of a challenge."""
    channel = channel_of(vote.stage, request.GET.get("ch", ""))
    if not still_missing(request, vote) and not _wants_code(request, vote):
        return redirect(back_to_vote(vote, channel))
    return shown(request, vote, channel)


def shown(request: HttpRequest, vote: Vote, channel: str, **more: Any) -> HttpResponse:
    """The page, with what was wrong."""
    here = request.build_absolute_uri(reverse_with(vote, channel))
    title = say(vote.blueprint.title, lang())
    held = proved(request, vote)
    if _wants_code(request, vote) or "phone_error" in more or "code_error" in more:
        held.pop("phone", None)
    context = {
        "vote": vote,
        "slug": vote.campaign.pk,
        "channel": channel,
        "steps": [(k, words.KINDS[k](), k in held) for k in asked_of(vote.stage)],
        "wechat": account_of(request) is not None,
        "inside_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
        "qr": segno.make(here, error="m").svg_data_uri(border=4, scale=4, light="white")
        if "wechat" in vote.stage.voter
        else "",
        "code_sent": waiting(request, vote.campaign.pk),
        "here": reverse_with(vote, channel),
        "way": way_to_vote(vote, channel),
        "trail": [
            (title, reverse("campaign-notice", args=[vote.campaign.pk])),
            (words.title(vote), way_to_vote(vote, channel)),
            (_("确认身份"), ""),
        ],
        **more,
    }
    return render(request, "vote/who.html", context, status=more.get("status", 200))


def _wants_code(request: HttpRequest, vote: Vote) -> bool:
    """Whether another code is asked for or on its way, though the phone is proved: it pays for a ballot without scripts."""
    return by_phone(vote) and ("code" in request.GET or bool(waiting(request, vote.campaign.pk)))


@door("ballot.cast", public_vote, methods=("POST",))
def forget_me(request: HttpRequest, vote: Vote) -> HttpResponse:
    """Somebody else may vote in this browser, such as on a shared phone."""
    forget(request, vote.campaign.pk)
    return redirect("vote-who", slug=vote.campaign.pk)
