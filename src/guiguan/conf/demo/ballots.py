"""The demo's vote: open since its window began, with some hundred ballots cast by the box's own path."""

from __future__ import annotations

import json
import random

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.votes.casting import casting_at
from guiguan.apps.votes.queries import votes_of
from guiguan.apps.votes.services import open_poll
from guiguan.apps.votes.voters import asked_of, single_id, token_of

BALLOTS = 300
HOURS_1 = 3_600_000


def cast_some(campaign: Campaign, now: int) -> None:
    """The campaign's vote is open and has ballots from its first moment up to now; the same ones for the same day."""
    vote = next(iter(votes_of(campaign, now)))
    begun = vote.window.start + 9 * HOURS_1
    open_poll("votes.open", vote.window.start, campaign.pk, vote.stage.id)
    vote = next(iter(votes_of(campaign, now)))
    assert vote.document is not None
    rule, chance = vote.document.rule, random.Random(campaign.pk)  # noqa: S311  (invented voters, no secret)
    entries, channels = sorted(rule.votable), list(vote.stage.channels)
    liked = [chance.random() + 0.2 for _ in entries]
    times = sorted(chance.randint(begun, max(begun, now - 60_000)) for _ in range(BALLOTS))
    clock = [begun]
    with casting_at(lambda: clock[0]) as take:
        for n, clock[0] in enumerate(times):
            chosen: list[str] = []
            while len(chosen) < rule.high:
                one = chance.choices(entries, liked)[0]
                if one not in chosen:
                    chosen.append(one)
            body = {"choices": chosen, "stage": vote.stage.id, "channel": chance.choice(channels)}
            proved = {k: single_id(campaign.pk, k, f"demo {n}") for k in asked_of(vote.stage)}
            take(
                campaign.pk,
                json.dumps(body).encode(),
                token_of(campaign.pk, vote.stage, proved, now),
                f"demo{n}",
            )
