"""Proof of work for a ballot: altcha's challenge, made for one voter of one vote, good for minutes, once.

It makes ballots cost time. It proves no person, and nobody should read it as if it did.
"""

from __future__ import annotations

import binascii
import hmac
import json
import re
import secrets
from base64 import b64decode
from typing import Any

import altcha

from guiguan.box.spent import Busy, Spent
from guiguan.core.blueprint.guard import Challenge

ALGORITHM = "PBKDF2/SHA-256"
LONGEST = 4096
"""Characters of a proof; what is longer is not read."""


_PAID = "paid"
_PASSED = re.compile(_PAID + r"\.([0-9a-f]{32})\.([1-9][0-9]{0,15})\.([0-9a-f]{64})")


def passing(secret: bytes, poll: str, voter: bytes, nonce: str, until: int) -> str:
    """What stands in for a solution, for a voter who paid in another way: the site makes it for one who just proved a phone by a code, and
    hands it to the box itself. `nonce`: 32 hex digits, one for each payment; good once, before `until` (ms)."""
    return f"{_PAID}.{nonce}.{until}.{_signed_pass(secret, poll, voter, nonce, until)}"


def _signed_pass(secret: bytes, poll: str, voter: bytes, nonce: str, until: int) -> str:
    key = hmac.digest(secret, b"gg/challenge/v1\0pass", "sha256")
    return hmac.digest(key, f"{poll}\0{nonce}\0{until}\0".encode() + voter, "sha256").hex()


class BadProof(ValueError):
    """Why a proof is not taken, in one word: missing, form, forged, other, expired, used, wrong; busy where nobody can tell now."""


class Challenges:
    """Makes challenges and checks their solutions. What signs is drawn from `secret` (32 bytes), each use under a label of its own."""

    def __init__(self, secret: bytes, spent: Spent) -> None:
        self._sign = hmac.digest(secret, b"gg/challenge/v1\0sign", "sha256").hex()
        self._key = hmac.digest(secret, b"gg/challenge/v1\0key", "sha256").hex()
        self._whose = hmac.digest(secret, b"gg/challenge/v1\0whose", "sha256")
        self._spent, self._secret = spent, secret

    def make(self, size: Challenge, poll: str, voter: bytes, at: int, factor: int = 1) -> dict[str, Any]:
        """A challenge that takes `size.tries` × `factor` tries on average and never more than twice that, in altcha's form.

        `poll` names the vote, `voter` whoever will send the ballot; both only as a digest in what is given out.
        """
        most = 2 * size.tries * min(factor, size.hardest)
        made = altcha.create_challenge(
            ALGORITHM,
            size.cost,
            counter=1 + secrets.randbelow(most),
            data={
                "w": self._digest(poll, voter),
                "t": at,
                "e": at + size.minutes * 60_000,
                "m": self._spent.machine,
            },
            hmac_secret=self._sign,
            hmac_key_secret=self._key,
        )
        found: dict[str, Any] = made.to_dict()
        return found

    def check(self, proof: str, poll: str, voter: bytes, once: bytes, at: int) -> int:
        """Milliseconds from making the challenge to this ballot; the challenge is used up. Raises BadProof.

        The same ballot sent again (`once` the same) may bring the same proof again. -1 for a pass, which took no time to solve.
        """
        if proof.startswith(f"{_PAID}."):
            self._check_pass(proof, poll, voter, once, at)
            return -1
        payload = _payload(proof)
        verdict = altcha.verify_solution(payload, self._sign, hmac_key_secret=self._key)
        if verdict.invalid_signature:
            raise BadProof("forged")
        if not verdict.verified:
            raise BadProof("wrong")
        facts = payload.challenge.parameters.data  # signed by us, so in our form
        if facts["m"] != self._spent.machine or facts["w"] != self._digest(poll, voter):
            raise BadProof("other")
        if not facts["t"] <= at < facts["e"]:
            raise BadProof("expired")
        self._spend(payload.challenge.parameters.nonce, once, int(facts["e"]), at)
        return at - int(facts["t"])

    def _check_pass(self, proof: str, poll: str, voter: bytes, once: bytes, at: int) -> None:
        found = _PASSED.fullmatch(proof)
        if found is None:
            raise BadProof("form")
        nonce, until = found[1], int(found[2])
        signed = _signed_pass(self._secret, poll, voter, nonce, until)
        if not hmac.compare_digest(signed, found[3]):
            raise BadProof("forged")
        if at >= until:
            raise BadProof("expired")
        self._spend(f"{_PAID}-{nonce}", once, until, at)

    def _spend(self, nonce: str, once: bytes, until: int, at: int) -> None:
        try:
            unused = self._spent.spend(nonce, once, until, at)
        except Busy as busy:
            raise BadProof("busy") from busy
        if not unused:
            raise BadProof("used")

    def _digest(self, poll: str, voter: bytes) -> str:
        return hmac.digest(self._whose, poll.encode() + b"\0" + voter, "sha256")[:16].hex()


def _payload(proof: str) -> Any:
    if not proof:
        raise BadProof("missing")
    if len(proof) > LONGEST:
        raise BadProof("form")
    try:
        content = json.loads(b64decode(proof, validate=True))
        payload = altcha.Payload.from_dict(content)
        if not isinstance(payload.challenge.parameters.key_signature, str):
            raise BadProof(
                "forged"
            )  # without it altcha would derive the key itself, at whatever cost the text asks for
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise error if isinstance(error, BadProof) else BadProof("form") from error
    return payload
