"""The demo's vote: open since its window began, with some hundred ballots cast by the box's own path."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Sequence
from typing import Any

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.votes.casting import address
from guiguan.apps.votes.queries import votes_of
from guiguan.apps.votes.services import open_poll
from guiguan.apps.votes.voters import asked_of, keys, single_id, token_of
from guiguan.box.answers import Answer
from guiguan.box.box import Box, Request, Waiting
from guiguan.box.open import open_store

BALLOTS, BOT = 300, 40
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
    bot = bot_times(begun, now)
    clock = [begun]
    box = Box(keys(), open_store(address()), lambda: clock[0])
    try:
        for n, clock[0] in enumerate(sorted(times + bot)):
            scripted = clock[0] in bot
            chosen: list[str] = [entries[len(entries) // 2]] if scripted else []
            while len(chosen) < rule.high:
                one = chance.choices(entries, liked)[0]
                if one not in chosen:
                    chosen.append(one)
            body = {"choices": chosen, "stage": vote.stage.id, "channel": chance.choice(channels)}
            proved = {k: single_id(campaign.pk, k, f"demo {n}") for k in asked_of(vote.stage)}
            own = token_of(campaign.pk, vote.stage, proved, now)
            headers = {
                b"content-type": b"application/json",
                b"authorization": b"Bearer " + own.encode(),
                b"idempotency-key": b"demo-%d" % n,
            }
            headers[b"guiguan-device"] = b"demo-%d" % n
            peer = "203.0.113.9" if scripted else f"198.51.100.{n % 250}"
            path = f"/api/v1/campaigns/{campaign.pk}/ballots".encode()
            _cast(box, Request(b"POST", path, headers, json.dumps(body).encode(), peer))
    finally:
        box.close()


def bot_times(begun: int, now: int) -> list[int]:
    """When a script casts its ballots, every 31 seconds: so that the pages against vote-brushing have something to show. None where the
    vote has only begun."""
    first = begun + 2 * HOURS_1
    return [first + 31_000 * i for i in range(BOT)] if first + 31_000 * BOT < now else []


def _cast(box: Box, request: Request) -> None:
    """The ballot is stored. RuntimeError where the box refuses it: the demo's own ballots are valid."""
    waiting = _Waiting()
    answer = box.take(request, waiting, None)
    if answer is None:
        waiting.arrived.wait(30)
        answer = waiting.answer
    if answer is None or answer.status != 201:
        raise RuntimeError(f"a ballot of the demo was refused: {answer and answer.body!r}")


class _Waiting(Waiting):
    """Waits for the answer to one ballot."""

    def __init__(self) -> None:
        self.site = ""
        self.answer: Answer | None = None
        self.arrived = threading.Event()

    def answered(self, answers: Sequence[tuple[Any, Answer]]) -> None:
        self.answer = answers[0][1]
        self.arrived.set()
