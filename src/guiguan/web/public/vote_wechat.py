"""A voter's WeChat proved: away to WeChat and back with a code. The open id is turned into its single id and forgotten."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from guiguan.adapters.wechat import NotAuthorised
from guiguan.apps.votes.queries import Vote
from guiguan.apps.votes.voters import single_id
from guiguan.core.votes.channels import channel_of
from guiguan.web.common.door import door
from guiguan.web.public.vote_find import public_vote
from guiguan.web.public.vote_voter import remember
from guiguan.web.public.vote_who import reverse_with, shown
from guiguan.web.public.wechat_account import account_of, home

SESSION = "wechat-state"


@door("ballot.cast", public_vote)
def begin(request: HttpRequest, vote: Vote) -> HttpResponse:
    """The browser is on its way to WeChat, with a mark by which only this browser can come back."""
    account = account_of(request)
    if account is None or "wechat" not in vote.stage.voter:
        return redirect("vote-who", slug=vote.campaign.pk)
    state = secrets.token_hex(16)
    channel = channel_of(vote.stage, request.GET.get("ch", ""))
    request.session[SESSION] = {"state": state, "slug": vote.campaign.pk, "channel": channel}
    return redirect(
        account.authorize_url(home(request) + reverse("vote-wechat-back", args=[vote.campaign.pk]), state)
    )


@door("ballot.cast", public_vote)
def back(request: HttpRequest, vote: Vote) -> HttpResponse:
    """WeChat's answer: the voter is known, or is told what to do."""
    slug = vote.campaign.pk
    held = request.session.pop(SESSION, {})
    account = account_of(request)
    channel = str(held.get("channel", ""))
    state = request.GET.get("state", "")
    if (
        account is None
        or held.get("slug") != slug
        or not constant_time_compare(state, held.get("state", " "))
    ):
        return shown(
            request, vote, channel, status=400, wechat_error=_("这次微信确认已失效，请再点一次“用微信确认”")
        )
    try:
        openid = account.openid_of(request.GET.get("code", ""))
    except NotAuthorised as error:
        said = _("微信没有确认，请再点一次“用微信确认”") if error.used else _("暂时连不上微信，请稍后再试")
        return shown(request, vote, channel, status=400 if error.used else 502, wechat_error=said)
    remember(request, slug, "wechat", single_id(slug, "wechat", openid))
    return redirect(reverse_with(vote, channel))
