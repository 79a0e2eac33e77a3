"""What the box answers: 201 with the receipt, or the reason as RFC 9457 describes problems."""

from __future__ import annotations

import json

import msgspec

from guiguan.box.asked import Accepted, Outcome
from guiguan.box.refusals import REASONS, Reason

JSON = "application/json"
PROBLEM = "application/problem+json"


class Answer(msgspec.Struct, frozen=True, gc=False):
    """Status, body and its type; `retry` in seconds goes into Retry-After, 0 for none. `keep` goes into Cache-Control; pages of any
    site may read it where `anybody` is true."""

    status: int
    body: bytes
    kind: str = PROBLEM
    retry: int = 0
    keep: str = "no-store"
    anybody: bool = False


def answer_of(outcome: Outcome, campaign: str, site: str) -> Answer:
    """`site` is the site's address as people see it, "" where links are paths."""
    return accepted(outcome, campaign, site) if isinstance(outcome, Accepted) else refusal(outcome)


def accepted(found: Accepted, campaign: str, site: str) -> Answer:
    """The ballot is stored. Written by hand: nothing in it needs escaping, and it is written for every ballot."""
    stored, leaf = found.stored, found.stored.leaf.hex()
    dropped = f',"dropped":{json.dumps(_dropped(found))}' if found.dropped else ""
    body = (
        f'{{"receipt":"{found.receipt}","leaf":"{leaf}","day":"{stored.day}","time":{stored.time}'
        f',"url":"{site}/campaigns/{campaign}/receipts/{stored.time}-{leaf}"{dropped}}}'
    )
    return Answer(201, body.encode(), JSON)


def _dropped(found: Accepted) -> list[dict[str, str | int | None]]:
    """The choices that do not count, by their place from 0, and why."""
    return [{"choice": at, "type": f"/problems/{rule}"} for rule, at in found.dropped]


def refusal(reason: Reason, retry: int = 0) -> Answer:
    """The same problem, the same bytes: made once."""
    found = _MADE[reason.rule]
    return Answer(found.status, found.body, PROBLEM, retry) if retry else found


def _made(reason: Reason) -> Answer:
    problem = {
        "type": f"/problems/{reason.rule}",
        "title": reason.zh,
        "status": reason.status,
        "detail": reason.en,
        "errors": [],
    }
    return Answer(reason.status, json.dumps(problem, ensure_ascii=False).encode(), PROBLEM, reason.retry)


_MADE = {rule: _made(reason) for rule, reason in REASONS.items()}
