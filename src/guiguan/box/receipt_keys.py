"""The public keys under which receipts of this installation are signed: the one in use, and those before it.

`receipt` holds the key in use. When it is changed, its public half goes on in `receipt.earlier`, a line each, so that a receipt from
before still proves what it proved. What is secret of an earlier key is gone.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guiguan.adapters.disk import sync
from guiguan.adapters.signing import Ed25519
from guiguan.box.keys import Keys, read_key, write_new

EARLIER = "receipt.earlier"


def receipt_keys(keys: Keys) -> list[bytes]:
    """Public keys, the one in use first, as they lie on the disk now; none before a vote has begun. ValueError where a line is no key."""
    earlier = keys.folder / EARLIER
    lines = earlier.read_text("ascii").split() if earlier.exists() else []
    now = [Ed25519(read_key(keys.folder / "receipt")).public] if keys.has("receipt") else []
    return list(dict.fromkeys([*now, *(_public(line) for line in reversed(lines))]))


def change_receipt_key(keys: Keys) -> bytes:
    """Receipts are signed with a new key, by every process that starts from now on; its public half. The old one's stays known: that is on
    the disk first, and whatever a running process still signs holds. LostKeys where there is no key to change."""
    place, earlier = keys.folder / "receipt", keys.folder / EARLIER
    read_key(place)  # LostKeys, also where there is no folder yet
    with _alone(keys.folder):
        before = earlier.read_text("ascii") if earlier.exists() else ""
        old = Ed25519(read_key(place)).public.hex()
        if old not in before.split():
            _replace(earlier, f"{before}{old}\n")
        _replace(place, secrets.token_hex(32))
        return Ed25519(read_key(place)).public


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else changes the key meanwhile: of two at once each would forget the other's."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(place: Path, content: str) -> None:
    write_new(place, content).replace(place)
    sync(place.parent)


def _public(line: str) -> bytes:
    found = bytes.fromhex(line)
    if len(found) != 32:
        raise ValueError(f"{EARLIER}: a public key has 32 bytes as 64 hex digits, found {len(found)}")
    return found
