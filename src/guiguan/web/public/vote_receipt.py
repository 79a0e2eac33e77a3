"""A voter's receipt: what was recorded, and how far that is proved. It never says what was chosen, and no other site learns its address."""

from __future__ import annotations

from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.votes.brushing.published import VoidedBallot
from guiguan.apps.votes.queries import Vote
from guiguan.apps.votes.recorded import Recorded, recorded
from guiguan.core.blueprint.base import say
from guiguan.web.common.clock import now
from guiguan.web.common.door import door
from guiguan.web.common.moments import moment, second
from guiguan.web.organiser.brushing_words import reason
from guiguan.web.public import vote_words as words
from guiguan.web.public.campaign_words import lang
from guiguan.web.public.vote_find import public_vote

_WITHIN = 20_000
"""Milliseconds in which a ballot is promised to stand in the log."""
PROOFS = ("vote/receipt_proof.html", "vote/challenge_none.html")
"""What proves the receipt in the browser, where it is there; the first of these templates that exists."""


@door("ballot.cast", public_vote, methods=("GET", "HEAD", "POST"))
def look_up(request: HttpRequest, vote: Vote) -> HttpResponse:
    """A receipt is pasted in; its page is shown, or why it cannot be."""
    text = "".join(request.POST.get("receipt", "").split())
    text = text.rpartition("/receipts/")[2] if "/receipts/" in text else text
    if request.method == "POST" and recorded(vote.campaign.pk, text) is not None:
        return _quiet(redirect("vote-receipt", slug=vote.campaign.pk, receipt=text))
    error = ""
    if request.method == "POST":
        error = _("这不是本活动的选票回执，请核对是否复制完整") if text else _("请粘贴回执")
    context = _around(vote) | {"error": error}
    return _quiet(render(request, "vote/receipt_look_up.html", context, status=400 if error else 200))


@door("ballot.cast", public_vote, keep=("receipt",))
def receipt_page(request: HttpRequest, vote: Vote, receipt: str) -> HttpResponse:
    """What was recorded."""
    found = recorded(vote.campaign.pk, receipt)
    if found is None:
        raise Http404
    young = found.state == "unknown" and 0 <= now() - found.time < _WITHIN
    context = _around(vote) | _shown(request, vote, found) | {"young": young}
    status = 404 if found.state == "unknown" else 200
    response = _quiet(render(request, "vote/receipt.html", context, status=status))
    if young:  # a second or two after it was stored, the log knows it
        response.headers["Refresh"] = response.headers["Retry-After"] = "2"
    return response


def _around(vote: Vote) -> dict[str, Any]:
    title = say(vote.blueprint.title, lang())
    return {
        "vote": vote,
        "slug": vote.campaign.pk,
        "campaign": vote.campaign.pk,
        "campaign_title": title,
        "trail": [
            (title, reverse("campaign-notice", args=[vote.campaign.pk])),
            (words.title(vote), reverse("vote", args=[vote.campaign.pk])),
            (_("选票回执"), ""),
        ],
    }


def _shown(request: HttpRequest, vote: Vote, found: Recorded) -> dict[str, Any]:
    if found.state in ("unknown", "forged"):  # anybody can write what it says
        return {"found": found, "rows": []}
    own = reverse("vote-receipt", args=[vote.campaign.pk, found.kept])
    whole = (settings.GUIGUAN.address or f"{request.scheme}://{request.get_host()}") + own
    void = found.voided is not None and not found.voided.counts
    rows = [
        {"label": _("存妥时间"), "value": second(found.time)},
        {"label": _("投票日") if void else _("计票日期"), "value": found.day},
        {"label": _("在选票日志中的编号"), "value": str(found.index) if found.index >= 0 else ""},
    ]
    return {
        "found": found,
        "receipt": found.receipt.written_out if found.receipt else "",
        "rows": [r for r in rows if r["value"]],
        "address": whole,
        **_decided(vote, found.voided),
        # any mask can be read; to find the prettiest of eight takes as long as the rest of the page
        "qr": segno.make(whole, error="l", mask=2).svg_data_uri(border=4, scale=4, light="white"),
        "proof_templates": PROOFS,
    }


def _decided(vote: Vote, voided: VoidedBallot | None) -> dict[str, Any]:
    """What was decided of the ballot, and where one may appeal."""
    if voided is None:
        return {"voided": None}
    until = moment(voided.appeal_until)
    open_still = now() < voided.appeal_until
    given = {"n": voided.number, "reason": reason(voided.reason), "until": until}
    if open_still:
        text = _("见作废公示第 %(n)s 组，理由：%(reason)s。选票仍在日志里，但不计票。可申诉至 %(until)s。")
    else:
        text = _(
            "见作废公示第 %(n)s 组，理由：%(reason)s。选票仍在日志里，但不计票。申诉期已于 %(until)s 结束。"
        )
    return {
        "voided": voided,
        "void_text": text % given,
        "restored_text": _("这张选票曾列入作废公示第 %(n)s 组，经申诉已恢复，照常计票。") % given,
        "appeal": reverse("void-appeal", args=[vote.campaign.pk, voided.number])
        if open_still and not voided.counts
        else "",
    }


def _quiet(response: HttpResponse) -> HttpResponse:
    """The address of a receipt goes to no other site and into no search engine."""
    # with "no-referrer" a browser says of its own forms that they come from nowhere (Origin: null), and they are refused
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
