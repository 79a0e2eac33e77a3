"""One ballot as somebody sent it, on its way to the store, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from guiguan.box.refusals import Reason
from guiguan.box.rows import Stored
from guiguan.core.votes.judge import Refusal


class Sender(msgspec.Struct, frozen=True, gc=False):
    """What is known of who sent a ballot, beside the voter: restricted, never in the log. `device` as the page told it, `solved` in
    ms, -1 where no challenge was asked."""

    address: str = ""
    agent: str = ""
    device: str = ""
    solved: int = -1


class Accepted(msgspec.Struct, frozen=True, gc=False):
    """The ballot is stored, durably; `place` of `total` leaves of its commit. `dropped` are choices that the rules let fall."""

    stored: Stored
    receipt: str
    dropped: tuple[Refusal, ...] = ()


Outcome = Accepted | Reason


class Front(Protocol):
    """Whoever waits for outcomes."""

    def deliver(self, outcomes: Sequence[tuple[Asked, Outcome]]) -> None:
        """Takes the outcomes of one commit, in the thread that stores; returns at once and raises nothing."""


class Asked(msgspec.Struct, eq=False):
    """A ballot to be stored. `poll` is the id of the vote; `voter` 16 bytes; `network` the address cut to the stage's prefix, "" where no
    rule counts by address; `key` and `body` the digests (16 bytes) of the Idempotency-Key, b"" without one, and of what came with it.
    `ticket` is the front's own, to know its question again. `again`: the database has said that the voter has a right already."""

    poll: int
    campaign: str
    voter: bytes
    choices: tuple[str, ...]
    channel: str
    network: str
    key: bytes
    body: bytes
    sender: Sender
    front: Front
    ticket: Any = None
    again: bool = False
