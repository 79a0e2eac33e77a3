"""What a voter has used up, read from the voter's own ballots: for the voter's own page only."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import connections

from guiguan.apps.votes.queries import Vote
from guiguan.apps.votes.services.acting import ballots_database
from guiguan.box.read import asking, ballots_of
from guiguan.core.values.canonical import decode
from guiguan.core.values.moment import day_of, day_start
from guiguan.core.votes.access import may_fill, spent
from guiguan.core.votes.judge import Ballot


def may_tomorrow(vote: Vote, voter: bytes | None, channel: str, at: int) -> bool:
    """Whether the voter can fill another ballot tomorrow: the vote still goes on, and the limits leave enough."""
    if vote.document is None:
        return False
    zone = ZoneInfo(vote.blueprint.zone)
    tomorrow = day_start(day_of(at, zone) + timedelta(days=1), zone)
    if tomorrow >= vote.window.end:
        return False
    return may_fill(vote.document.rule, left_today(vote, voter, channel, tomorrow))


def left_today(vote: Vote, voter: bytes | None, channel: str, at: int) -> frozenset[str]:
    """The entries that the voter's own ballots close to the voter today. What was used up under an address is not looked
    at: the ballot box says so when it comes to that."""
    if voter is None or vote.poll is None or vote.document is None:
        return frozenset()
    rule = vote.document.rule
    with connections[ballots_database()].cursor() as cursor:
        stored = ballots_of(asking(cursor), vote.poll.pk, voter[:16])
    before = []
    for one in stored:
        value = decode(one.entry)
        assert isinstance(value, dict)
        choices = tuple(str(c) for c in value["choices"])
        before.append(
            Ballot(one.time, one.day, "me", choices, str(value.get("net", "-")), value.get("ch", ""))
        )
    today = day_of(at, ZoneInfo(vote.blueprint.zone)).isoformat()
    return spent(rule, before, Ballot(at, today, "me", (), "elsewhere", channel))
