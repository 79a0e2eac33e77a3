"""A random sample of a log's entries that anybody can draw again: from a seed said aloud before, never chosen by the site."""

from __future__ import annotations

import hashlib

_USE = b"gg/sample/v1\0"
_WORD = 8


def sample(seed: str, size: int, count: int) -> tuple[int, ...]:
    """`count` different indexes below `size`, in the order drawn; all of them where the log has no more.

    Word i is the first 8 bytes of SHA-256("gg/sample/v1" ‖ 0x00 ‖ seed ‖ 0x00 ‖ i as 8 bytes), big-endian; a word not below the
    largest multiple of `size` is thrown away, so that each index is as likely as any other; one drawn already is drawn past.
    """
    if size <= 0 or count <= 0:
        return ()
    limit = 2 ** (8 * _WORD) // size * size
    drawn: dict[int, None] = {}
    i = 0
    while len(drawn) < min(count, size):
        digest = hashlib.sha256(_USE + seed.encode() + b"\0" + i.to_bytes(8)).digest()
        word = int.from_bytes(digest[:_WORD])
        if word < limit:
            drawn.setdefault(word % size)
        i += 1
    return tuple(drawn)
