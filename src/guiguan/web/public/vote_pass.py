"""A ballot without scripts where the vote asks for a solved challenge: a code by phone, just entered, pays for one ballot instead.

The code costs a voter more than the challenge does, and a flood of codes is limited by number and network. Only where the vote
asks for a phone anyhow: elsewhere a number would be asked of people that nobody needs to know.
"""

from __future__ import annotations

from django.http import HttpRequest

from guiguan.apps.votes.queries import Vote
from guiguan.apps.votes.voters import keys
from guiguan.box.challenge import passing
from guiguan.web.common.clock import now
from guiguan.web.public.vote_voter import voter

SESSION = "voter-pass"
MINUTES_15 = 15 * 60_000


def by_phone(vote: Vote) -> bool:
    """Whether a code can stand in for the challenge."""
    return vote.stage.guard.challenge is not None and "phone" in vote.stage.voter


def give(request: HttpRequest, slug: str, sent: str, until: int) -> None:
    """A code was entered rightly: one ballot needs no challenge for a quarter of an hour at least. `sent` (32 hex digits) names the code
    and `until` (ms) ends its time: however often it is entered, also at the same moment, it is the same pass, which the box takes once."""
    request.session[SESSION] = {"slug": slug, "nonce": sent, "until": until + MINUTES_15}


def has_one(request: HttpRequest, vote: Vote) -> bool:
    held = request.session.get(SESSION, {})
    return by_phone(vote) and held.get("slug") == vote.campaign.pk and now() < held.get("until", 0)


def proof(request: HttpRequest, vote: Vote) -> str:
    """What goes to the box in place of a solution; "" where nothing does. It never leaves the server."""
    own = voter(request, vote)
    if own is None or not has_one(request, vote):
        return ""
    held, poll = request.session[SESSION], f"{vote.campaign.pk}/{vote.stage.id}"
    return passing(keys().token, poll, own[:16], held["nonce"], held["until"])


def use_up(request: HttpRequest) -> None:
    """The box has looked at the ballot: it would not take the same pass for another one, so nobody is told any more that they have it."""
    request.session.pop(SESSION, None)
