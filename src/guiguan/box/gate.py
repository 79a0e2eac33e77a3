"""What stands before the box beside the rules: challenges, limits against floods. Asked before a ballot may wait for a commit."""

from __future__ import annotations

from typing import Protocol

import msgspec

from guiguan.box.poll import Poll


class Knock(msgspec.Struct, frozen=True, gc=False):
    """Somebody about to cast a ballot. `voter` 16 bytes; `address` as the trusted proxies tell it; `challenge` the header
    Guiguan-Challenge, "" without one; `at` in ms; `once` the digests of the Idempotency-Key and of what came
    with it, b"" without a key."""

    poll: Poll
    voter: bytes
    address: str
    challenge: str
    at: int
    once: bytes = b""


class Gate(Protocol):
    """Called by many threads; must not wait for anything."""

    def admit(self, knock: Knock) -> int:
        """Lets in; ms that it took to solve the challenge, -1 where none was asked. Raises Refused."""

    def give_back(self, poll: Poll, voter: bytes, address: str) -> None:
        """A ballot that was let in was not taken, by no fault of its voter: it is as if nobody had knocked."""

    def challenge(self, knock: Knock) -> bytes | None:
        """JSON with a challenge for the next ballot; None where the vote asks for none. Raises Refused."""

    def close(self) -> None:
        """Nobody knocks any more."""


class OpenGate:
    """Lets everybody in."""

    def admit(self, knock: Knock) -> int:
        return -1

    def give_back(self, poll: Poll, voter: bytes, address: str) -> None:
        pass

    def challenge(self, knock: Knock) -> bytes | None:
        return None

    def close(self) -> None:
        pass
