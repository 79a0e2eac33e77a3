"""HMAC-SHA-256 under one key, many times: the two digests over the padded key are begun once and copied (RFC 2104).

OpenSSL's one-call form looks its algorithm up at every call and takes several times as long.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache

_BLOCK = 64
_INNER, _OUTER = bytes(b ^ 0x36 for b in range(256)), bytes(b ^ 0x5C for b in range(256))


@lru_cache(maxsize=4096)
def mac(key: bytes, begins: bytes = b"") -> Callable[[bytes], bytes]:
    """What gives a message's 32 bytes: the same as `hmac.digest(key, begins + message, "sha256")`."""
    padded = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
    inner, outer = (
        hashlib.sha256(padded.translate(_INNER) + begins).copy,
        hashlib.sha256(padded.translate(_OUTER)).copy,
    )

    def digest(message: bytes) -> bytes:
        within, around = inner(), outer()
        within.update(message)
        around.update(within.digest())
        return around.digest()

    return digest
