"""The secrets of the ballot path, each in a file of its own in one folder, made when first needed and readable by their owner alone.

`token` signs voter tokens, `receipt` signs receipts and nothing else, `signal` seals what is known of senders. Of each campaign:
`identity` (K_id) makes voter ids of phone numbers and the like, `pseudonym` (K_nym) makes the names that the log shows. When those
two are deleted, nobody can tell any more whose a pseudonym was.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True)
class Keys:
    """The keys kept in a folder. Several processes may ask at once: one makes a key, and all read that one."""

    folder: Path

    @property
    def token(self) -> bytes:
        return self._kept("token")

    @property
    def receipt(self) -> bytes:
        """The seed of the Ed25519 key that signs receipts."""
        return self._kept("receipt")

    @property
    def signal(self) -> bytes:
        return self._kept("signal")

    @property
    def log(self) -> bytes:
        """The seed of the Ed25519 key that signs checkpoints: kept in the sequencer's own folder, and in no other."""
        return self._kept("log")

    def identity(self, campaign: str) -> bytes:
        """K_id of the campaign. ValueError for what is no campaign's name."""
        return self._kept(f"{_checked(campaign)}.identity")

    def pseudonym(self, campaign: str) -> bytes:
        """K_nym of the campaign. ValueError for what is no campaign's name."""
        return self._kept(f"{_checked(campaign)}.pseudonym")

    def _kept(self, name: str) -> bytes:
        return _read(self.folder / name)


def _checked(campaign: str) -> str:
    if not _NAME.fullmatch(campaign):
        raise ValueError(f"no campaign can be called {campaign!r}")
    return campaign


@cache
def _read(place: Path) -> bytes:
    """The 32 bytes of the file, which is made where it is missing. ValueError where it holds anything else."""
    if not place.exists():
        _make(place)
    found = bytes.fromhex(place.read_text(encoding="ascii").strip())
    if len(found) != 32:
        raise ValueError(f"{place.name}: a key has 32 bytes as 64 hex digits, found {len(found)}")
    return found


def _make(place: Path) -> None:
    """A new key lies at the place whole, on the disk, or one that somebody else made at the same moment."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, secrets.token_hex(32).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        place.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    _sync(place.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
