"""Requests between this site and a gateway, signed with a secret that both know (HMAC-SHA256, RFC 2104)."""

from __future__ import annotations

import hashlib
import hmac
import re

WITHIN = 300
"""Seconds by which the clocks of the two may differ; an older request is somebody's recording."""
_HEX = re.compile(r"[0-9a-f]{64}")


def signature(secret: str, time: int, body: bytes) -> str:
    """64 hex digits over the time (seconds since 1970, decimal) and the body's bytes."""
    return hmac.new(secret.encode(), b"guiguan/v1\n%d\n" % time + body, hashlib.sha256).hexdigest()


def is_signed(secret: str, time: str, body: bytes, given: str, now: int) -> bool:
    """Whether the body was signed with the secret at a time not too far from `now`."""
    if not (secret and time.isascii() and time.isdigit() and len(time) < 12 and _HEX.fullmatch(given)):
        return False
    return abs(int(time) - now) <= WITHIN and hmac.compare_digest(signature(secret, int(time), body), given)
