"""A ballot sent by the form as it is, without scripts: it goes the same way as any other, and its sender sees the receipt's page."""

from __future__ import annotations

import json
import re
import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from guiguan.apps.votes.casting import cast as hand_over
from guiguan.apps.votes.queries import Vote
from guiguan.box.answers import Answer, refusal
from guiguan.box.refusals import REASONS
from guiguan.core.votes.channels import channel_of
from guiguan.core.votes.judge import Ballot, is_whole, own_faults
from guiguan.web.common.clock import now
from guiguan.web.common.door import door
from guiguan.web.public.vote import shown
from guiguan.web.public.vote_find import public_vote
from guiguan.web.public.vote_pass import proof, use_up
from guiguan.web.public.vote_refusals import refused
from guiguan.web.public.vote_voter import still_missing, token
from guiguan.web.public.vote_who import reverse_with

MOST = 500
"""So many choices are read; more could be no ballot of any blueprint's."""
_ATTEMPT = re.compile(r"[0-9a-f]{32}")


@door("ballot.cast", public_vote, methods=("POST",))
def cast(request: HttpRequest, vote: Vote) -> HttpResponse:
    """The ballot is stored and its receipt shown, or the page says what is wrong, with the choices as they were."""
    chosen = request.POST.getlist("choice")[:MOST]
    attempt = request.POST.get("attempt", "")
    channel = channel_of(vote.stage, request.POST.get("channel", ""))
    if still_missing(request, vote):
        return redirect(reverse_with(vote, channel))
    body = {"choices": chosen, "stage": vote.stage.id}
    if channel:
        body["channel"] = channel
    instead = proof(request, vote)
    answer = _faulty(vote, chosen) if instead else None
    if answer is None:
        headers = _headers(
            request,
            token(request, vote, now()),
            attempt if _ATTEMPT.fullmatch(attempt) else secrets.token_hex(16),
        )
        if instead:
            headers[b"guiguan-challenge"] = instead.encode()
        answer = hand_over(
            f"/api/v1/campaigns/{vote.campaign.pk}/ballots",
            headers,
            json.dumps(body, ensure_ascii=False).encode(),
            request.META.get("REMOTE_ADDR", ""),
        )
        if answer.status < 500 and answer.status != 429:
            use_up(request)
    said = json.loads(answer.body)
    if answer.status == 201:
        return redirect("vote-receipt", slug=vote.campaign.pk, receipt=said["receipt"])
    problem = refused(vote, said, len(chosen))
    again = attempt if answer.status >= 500 or answer.status == 429 else ""
    return shown(request, vote, chosen=frozenset(chosen), problem=problem, status=answer.status, again=again)


def _faulty(vote: Vote, chosen: list[str]) -> Answer | None:
    """What the box would say of the choices alone, before it takes what paid for the ballot; None where they are as the rule says."""
    if vote.document is None:
        return None
    _, faults = own_faults(vote.document.rule, Ballot(now(), "", "voter", tuple(chosen), "address"))
    return refusal(REASONS[faults[0][0]]) if is_whole(faults) else None


def _headers(request: HttpRequest, own: str, attempt: str) -> dict[bytes, bytes]:
    """What the box reads of a request, as a script would have sent it."""
    found = {"content-type": "application/json", "idempotency-key": attempt}
    if own:
        found["authorization"] = f"Bearer {own}"
    for name in ("user-agent", "x-forwarded-for"):
        if name in request.headers:
            found[name] = request.headers[name]
    return {name.encode(): text.encode("latin-1", "replace") for name, text in found.items()}
