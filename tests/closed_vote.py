"""A vote on the site from its opening to its close, with ballots through the box and a bot whose ballots are void."""

from __future__ import annotations

import json
from collections.abc import Callable

from apps.conftest import make_staff
from brushed import suspect
from voting import DAY, make_entry, make_vote, now, opened

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.screening.models import Screening
from guiguan.apps.votes.brushing.deciding import propose, second
from guiguan.apps.votes.casting import cast
from guiguan.apps.votes.models import Ballot, Poll
from guiguan.apps.votes.sequencing import sequence_due
from guiguan.apps.votes.services import close_poll
from guiguan.apps.votes.voters import keys
from guiguan.box.token import issue, voter_id

BALLOTS, BOT = 36, range(12, 24)
NUMBERS = [f"CASE-{n:05}" for n in (1, 2, 3, 4)]


def screened(entry: Entry, outcome: str, reason: str = "") -> None:
    """The entry's submission was decided on by two people."""
    Screening.objects.create(
        submission=Submission.objects.filter(entry=entry).order_by("number").last(), stage="check", state="stands", outcome=outcome,
        checklist={}, reason=reason, by=make_staff("screener", "case").pk, at=1_579_000_000_000,
        second_by=make_staff("lead", "case").pk, second_at=1_579_000_000_001,
    )  # fmt: skip


def choices_of(i: int) -> list[str]:
    """A bot for the second entry; everybody else spreads."""
    return [NUMBERS[1], NUMBERS[2 + i % 2]] if i in BOT else [NUMBERS[i % 4], NUMBERS[(i + 1 + i % 3) % 4]]


def cast_all(campaign: Campaign, choices: Callable[[int], list[str]] = choices_of) -> None:
    for i in range(BALLOTS):
        who = voter_id(keys().identity(campaign.pk), {"wechat": f"voter {i}"})
        token = issue(keys().token, campaign.pk, who, ["wechat"], now() + DAY)
        headers = {
            b"authorization": f"Bearer {token}".encode(),
            b"idempotency-key": b"k1",
            b"content-type": b"application/json",
        }
        body = json.dumps({"choices": choices(i), "channel": "news" if i % 5 == 0 else ""})
        answer = cast(f"/api/v1/campaigns/{campaign.pk}/ballots", headers, body.encode(), f"10.0.{i}.1")
        assert answer.status == 201, answer.body


def in_order() -> None:
    while sequence_due(now()):
        pass


def a_closed_vote() -> Poll:
    """Four accepted entries and one refused, ballots through the box, those of the bot made void by two people, the vote closed."""
    campaign = make_vote()
    for entry in Entry.objects.order_by("number"):
        screened(entry, "accept")
    screened(make_entry(campaign, 5, state="refused"), "refuse", "bad")
    poll = opened(campaign)
    cast_all(campaign)
    in_order()
    bot = [tuple(ref) for ref in _refs(poll) if ref[3] in BOT]
    case = suspect(poll, NUMBERS[1], lambda ref: tuple(ref) in {b[:3] for b in bot}, now())
    propose(make_staff("clerk", "case"), now(), case.pk, "void", "script", "间隔整齐，同一地址")
    second(make_staff("lead", "case"), now(), case.pk, agree=True)
    in_order()
    close_poll("votes.close", now() + 3 * DAY, "case", "vote")
    in_order()
    return Poll.objects.get(pk=poll.pk)


def _refs(poll: Poll) -> list[tuple[int, int, int, int]]:
    """Writer, batch and place of each ballot, with the number that it was cast as."""
    stored = Ballot.objects.filter(poll=poll.pk, kind="ballot").order_by("time", "batch", "place")
    return [(b.writer, b.batch, b.place, i) for i, b in enumerate(stored)]
