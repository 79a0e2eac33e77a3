"""A voter's phone proved by a code. The number goes to the gateway and is then forgotten: the session keeps its single id."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from guiguan.adapters.sms import NotDelivered
from guiguan.apps.accounts.codes import TooManyCodes, send_code
from guiguan.apps.accounts.phone_field import PhoneField
from guiguan.apps.accounts.sealing import masked_phone
from guiguan.apps.votes.queries import Vote
from guiguan.apps.votes.voters import single_id
from guiguan.core.votes.channels import channel_of
from guiguan.web.common.client import address
from guiguan.web.common.clock import now
from guiguan.web.common.door import door
from guiguan.web.public.vote_find import public_vote
from guiguan.web.public.vote_pass import give
from guiguan.web.public.vote_voter import remember

SESSION = "voter-code"
MINUTES_15, TRIES = 15 * 60_000, 5


def waiting(request: HttpRequest, slug: str) -> str:
    """To which number a code is on its way, masked; "" where none is."""
    held = request.session.get(SESSION, {})
    fresh = held.get("slug") == slug and now() < held.get("until", 0) and held.get("tries", 0) < TRIES
    return str(held["masked"]) if fresh else ""


@door("ballot.cast", public_vote, methods=("POST",))
def send(request: HttpRequest, vote: Vote) -> HttpResponse:
    """A code is on its way, within the limits against flooding."""
    if "phone" not in vote.stage.voter:
        return redirect("vote-who", slug=vote.campaign.pk)
    if vote.phase != "open":
        return _again(request, vote, phone_error=_("现在不在投票时间，不发送验证码"), status=403)
    try:
        phone = PhoneField().clean(request.POST.get("phone", ""))
    except ValidationError as error:
        return _again(request, vote, phone_error=" ".join(error.messages))
    code, at = f"{secrets.randbelow(1_000_000):06}", now()
    try:
        send_code(phone, code, address=address(request), at=at)
    except TooManyCodes as error:
        return _again(request, vote, phone_error=_wait(error.wait), status=429)
    except NotDelivered:
        return _again(request, vote, phone_error=_("短信没有发出去，请稍后再试，或核对号码"), status=502)
    request.session[SESSION] = {
        "slug": vote.campaign.pk,
        "single": single_id(vote.campaign.pk, "phone", phone),
        "masked": masked_phone(phone),
        "code": _digest(vote.campaign.pk, code),
        "until": at + MINUTES_15,
        "tries": 0,
        "sent": secrets.token_hex(16),
    }
    return _on(request, vote)


@door("ballot.cast", public_vote, methods=("POST",))
def check(request: HttpRequest, vote: Vote) -> HttpResponse:
    """The phone is proved by the right code, within five tries and fifteen minutes."""
    slug = vote.campaign.pk
    if not waiting(request, slug):
        return _again(request, vote, phone_error=_("验证码已失效，请重新获取"))
    held: dict[str, Any] = request.session[SESSION]
    if not _try_taken(held):
        return _again(request, vote, phone_error=_("验证码多次不对，请重新获取"))
    if not constant_time_compare(
        held["code"], _digest(slug, "".join(request.POST.get("code", "").split())[:12])
    ):
        request.session[SESSION] = held | {"tries": held["tries"] + 1}
        if not waiting(request, slug):
            return _again(request, vote, phone_error=_("验证码多次不对，请重新获取"))
        return _again(request, vote, code_error=_("验证码不对，请核对短信"))
    del request.session[SESSION]
    remember(request, slug, "phone", held["single"])
    give(request, slug, held["sent"], held["until"])
    return _on(request, vote)


def _try_taken(held: dict[str, Any]) -> bool:
    """One of the code's tries is used up, or there is none left. The session alone would forget those that come at the same moment."""
    return any(cache.add(f"voter-code:{held['sent']}:{n}", 1, MINUTES_15 // 1000) for n in range(TRIES))


def _digest(slug: str, code: str) -> str:
    return salted_hmac(f"voter-code {slug}", code, algorithm="sha256").hexdigest()


def _wait(seconds: int) -> str:
    if seconds > 120:
        return _("今天获取验证码的次数已用完，请明天再试")
    return _("请 %(seconds)s 秒后再获取验证码") % {"seconds": seconds}


def _on(request: HttpRequest, vote: Vote) -> HttpResponse:
    from guiguan.web.public.vote_who import reverse_with

    return redirect(reverse_with(vote, _channel(request, vote)))


def _channel(request: HttpRequest, vote: Vote) -> str:
    return channel_of(vote.stage, request.POST.get("channel", ""))


def _again(request: HttpRequest, vote: Vote, **more: Any) -> HttpResponse:
    from guiguan.web.public.vote_who import shown

    return shown(request, vote, _channel(request, vote), **{"status": 400, **more})
