"""`/api/v1/campaigns/{slug}/…` of a public vote: its cases, its counts as far as they may be seen, voters of a demo."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router

from guiguan.apps.campaigns.queries import campaigns_public
from guiguan.apps.votes.cases import cases_of
from guiguan.apps.votes.counted import Counts
from guiguan.apps.votes.memo import A_WHILE, Memo
from guiguan.apps.votes.queries import Vote, counts_visible, vote_now
from guiguan.apps.votes.voters import asked_of, single_id, token_of
from guiguan.web.api.shapes import Problem
from guiguan.web.api.votes_shapes import (
    CaseListed,
    CasePage,
    ChannelCount,
    CountPage,
    EntryCount,
    Given,
    Voter,
)
from guiguan.web.common.clock import now

router = Router(tags=["votes"])
_kept: Memo[bytes] = Memo(16, A_WHILE)
FAULTS: dict[Any, Any] = {404: Problem, 429: Problem}
SECONDS = {"shown": 5, "delayed": 60, "hidden": 60}
"""How long a counted answer may be kept by whoever is in between; a hidden one is never kept."""


@router.get("/campaigns/{slug}/entries", response={200: CasePage, **FAULTS}, summary="参评案例")
def entries(request: HttpRequest, slug: str) -> CasePage:
    """Every case that stands in the vote, by number, with public fields alone. Empty before the vote opens."""
    vote = _vote(slug)
    cases = cases_of(vote) if vote.phase != "before" else {}
    items = [
        CaseListed(
            entry=c.number,
            title=c.title,
            applicant=c.applicant,
            category=c.category,
            summary=c.summary,
            page=reverse("vote-case", args=[slug, c.number]),
        )
        for c in cases.values()
    ]
    return CasePage(campaign=slug, stage=vote.stage.id, phase=vote.phase, count=len(items), items=items)


@router.get(
    "/campaigns/{slug}/counts",
    response={200: CountPage, 404: Problem},
    summary="票数",
    throttle=[],  # every voter's page asks for it, and a whole office shares an address
)
def counts(request: HttpRequest, slug: str) -> HttpResponse:
    """Votes by entry, by number, as the rules let them be seen; null and empty while they may not."""
    vote = _vote(slug)
    found = counts_visible(vote, now())
    if found is None:
        response = HttpResponse(_page(vote, None).model_dump_json(), content_type="application/json")
        response.headers["Cache-Control"] = "no-store"
        return response
    key = (vote.known_by, _steady(vote, found.at), found.said)
    body = _kept.get(key, lambda: _page(vote, found).model_dump_json().encode())
    response = HttpResponse(body, content_type="application/json")
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = f"public, max-age={SECONDS[vote.stage.counts]}"
    if request.headers.get("If-None-Match") == tag:
        kept = HttpResponse(status=304)
        kept.headers["ETag"], kept.headers["Cache-Control"] = tag, response.headers["Cache-Control"]
        return kept
    return response


@router.post(
    "/campaigns/{slug}/voters", response={200: Given, **FAULTS}, summary="投票人（只在演示和测试中）"
)
def voters(request: HttpRequest, slug: str, voter: Voter) -> Given:
    """A token for whoever the subject names. Only a demo gives it: nobody has proved anything here."""
    if not settings.GUIGUAN.demo:
        raise Http404
    vote, at = _vote(slug), now()
    proved = {kind: single_id(slug, kind, f"local {voter.subject}") for kind in asked_of(vote.stage)}
    return Given(token=token_of(slug, vote.stage, proved, at))


def _vote(slug: str) -> Vote:
    campaign = campaigns_public().filter(pk=slug).first()
    found = vote_now(campaign, now()) if campaign else None
    if found is None:
        raise Http404
    return found


def _page(vote: Vote, found: Counts | None) -> CountPage:
    numbers = sorted(vote.document.rule.votable) if vote.document and found else []
    return CountPage(
        campaign=vote.campaign.pk,
        stage=vote.stage.id,
        counts=vote.stage.counts,
        at=_steady(vote, found.at) if found else None,
        ballots=found.ballots if found else None,
        entries=[EntryCount(entry=n, votes=found.votes.get(n, 0)) for n in numbers] if found else [],
        channels=[ChannelCount(channel=c, votes=found.channels.get(c, 0)) for c in vote.stage.channels]
        if found
        else [],
    )


def _steady(vote: Vote, at: int) -> int:
    """The instant cut down to the time for which an answer is kept, so that equal counts make equal answers."""
    return at - at % (SECONDS[vote.stage.counts] * 1000)
