"""The gate of a guarded vote: how fast one may try, and what a ballot must bring along."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from guiguan.box.buckets import Buckets
from guiguan.box.challenge import BadProof, Challenges
from guiguan.box.gate import Knock
from guiguan.box.poll import Poll
from guiguan.box.refusals import Refused
from guiguan.box.spent import Spent
from guiguan.core.blueprint.guard import Bucket, Guard
from guiguan.core.values.address import network_of

_CAST, _CHALLENGE = b"b", b"c"
"""What is braked, each with buckets of its own."""


class GuardedGate:
    """One a process. The buckets are this process's own; used challenges are known to all processes of the machine."""

    def __init__(self, secret: bytes, spent: Path) -> None:
        self._buckets = Buckets()
        self._spent = Spent(spent)
        self._challenges = Challenges(secret, self._spent)

    def admit(self, knock: Knock) -> int:
        """Ms from making the challenge to the ballot, -1 where none is asked. Raises Refused."""
        guard = _guard(knock)
        self._slow_down(knock, _CAST)
        if guard.challenge is None:
            return -1
        try:
            return self._challenges.check(knock.challenge, _vote(knock), knock.voter, knock.once, knock.at)
        except BadProof as bad:
            word = str(bad)
            if word == "busy":
                self.give_back(knock.poll, knock.voter, knock.address)
            raise Refused(
                "ballots.no-challenge" if word == "missing" else f"ballots.challenge-{word}"
            ) from bad

    def give_back(self, poll: Poll, voter: bytes, address: str) -> None:
        self._buckets.give_back(_both(_CAST, poll, voter, address))

    def challenge(self, knock: Knock) -> bytes | None:
        """`{"challenge": …, "header": "Guiguan-Challenge"}`; harder the busier the network is. None where none is asked. Raises Refused."""
        guard = _guard(knock)
        if guard.challenge is None:
            return None
        self._slow_down(knock, _CHALLENGE)
        made = self._challenges.make(
            guard.challenge, _vote(knock), knock.voter, knock.at, self._factor(knock, guard)
        )
        return json.dumps({"challenge": made, "header": "Guiguan-Challenge"}, separators=(",", ":")).encode()

    def close(self) -> None:
        self._spent.close()

    def _slow_down(self, knock: Knock, act: bytes) -> None:
        """One right less of the network and of the voter. Raises Refused with the seconds to wait."""
        wait = self._buckets.take_each(_both(act, knock.poll, knock.voter, knock.address), knock.at)
        if wait:
            raise Refused("ballots.too-fast", wait)

    def _factor(self, knock: Knock, guard: Guard) -> int:
        """How many times as hard: twice from half of the network's rights used up, then doubled with every further eighth."""
        key = _of_network(_CHALLENGE, knock.poll.row.id, knock.address)
        used = self._buckets.used(key, guard.rates.network, knock.at)
        return 1 if used < 50 else 2 << ((used - 50) * 8 // 100)


def _both(act: bytes, poll: Poll, voter: bytes, address: str) -> tuple[tuple[bytes, Bucket], ...]:
    """The buckets of the network and of the voter."""
    vote, rates = poll.row.id, poll.rule.stage.guard.rates
    return (_of_network(act, vote, address), rates.network), (act + vote.to_bytes(8) + voter, rates.voter)


@lru_cache(maxsize=8192)
def _of_network(act: bytes, vote: int, address: str) -> bytes:
    """The network's bucket; no voter's begins so."""
    return b"/" + act + vote.to_bytes(8) + network_of(address, {}).encode()


def _guard(knock: Knock) -> Guard:
    return knock.poll.rule.stage.guard


def _vote(knock: Knock) -> str:
    return f"{knock.poll.row.campaign}/{knock.poll.row.stage}"
