"""The secrets of the ballot path, each in a file of its own in one folder, readable by their owner alone.

They are made by `make` and otherwise only read: one that was made anew without notice (a restore that forgot the folder) would give
every voter another name, and with it all their votes again.

`token` signs voter tokens, `receipt` signs receipts and nothing else, `signal` seals what is known of senders. Of each campaign:
`identity` (K_id) makes voter ids of phone numbers and the like, `pseudonym` (K_nym) makes the names that the log shows. When those
two are deleted, nobody can tell any more whose a pseudonym was.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from guiguan.adapters.disk import sync

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
OWN = ("token", "receipt", "signal")
"""The keys of an installation."""
OF_CAMPAIGN = ("identity", "pseudonym")


class LostKeys(ValueError):
    """Keys are missing, or are not those with which votes under way began. `names` are those of their files."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"keys missing, or other than those the votes began with: {', '.join(names)}")
        self.names = tuple(names)


@dataclass(frozen=True)
class Keys:
    """The keys kept in a folder. Reading one that is not there raises LostKeys."""

    folder: Path

    def make(self, campaign: str = "") -> None:
        """The installation's keys are there, and those of the campaign where one is named; what was there stays. Several processes may
        do so at once: one makes a key, and all read that one. ValueError for what is no campaign's name."""
        of_campaign = [f"{_checked(campaign)}.{use}" for use in OF_CAMPAIGN] if campaign else []
        self._make([*OWN, *of_campaign])

    def make_campaign(self, campaign: str) -> None:
        """The same for the campaign's keys alone: of what other votes rest on nothing is made."""
        self._make([f"{_checked(campaign)}.{use}" for use in OF_CAMPAIGN])

    def _make(self, names: Sequence[str]) -> None:
        for name in names:
            if not (self.folder / name).exists():
                make_key(self.folder / name)

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

    def fingerprints(self, campaign: str) -> dict[str, str]:
        """By use, what tells the keys again without telling them, as they lie on the disk now: what a vote begins with."""
        names = {use: f"{_checked(campaign)}.{use}" for use in OF_CAMPAIGN} | {"signal": "signal"}
        return {use: _fingerprint(name, read_key(self.folder / name)) for use, name in names.items()}

    def lost(self, campaign: str, began_with: Mapping[str, str]) -> list[str]:
        """Which of the campaign's keys are missing or broken, or other than those of these fingerprints, as they lie on the disk now."""
        return [
            name
            for use, name in [*((use, f"{campaign}.{use}") for use in OF_CAMPAIGN), ("signal", "signal")]
            if not self.sound(name)
            or began_with.get(use, "") not in ("", _fingerprint(name, read_key(self.folder / name)))
        ]

    def has(self, name: str) -> bool:
        """Whether there is such a key on the disk now."""
        return (self.folder / name).exists()

    def sound(self, name: str) -> bool:
        """Whether there is one on the disk now, and it is whole: a full disk or half a restore may leave a file that holds no key."""
        try:
            read_key(self.folder / name)
        except ValueError:  # LostKeys too
            return False
        return True

    def set_aside(self, name: str) -> None:
        """What lies under the name lies beside it, as `name.broken.…`, for whoever wants to look at it; nothing where nothing lies there."""
        place = self.folder / name
        if place.exists():
            place.rename(place.with_name(f"{name}.broken.{secrets.token_hex(4)}"))
            sync(self.folder)

    def _kept(self, name: str) -> bytes:
        return _read(self.folder / name)


def _checked(campaign: str) -> str:
    if not _NAME.fullmatch(campaign):
        raise ValueError(f"no campaign can be called {campaign!r}")
    return campaign


def _fingerprint(name: str, key: bytes) -> str:
    return hashlib.sha256(b"gg/key/v1\0" + name.encode() + b"\0" + key).hexdigest()[:32]


def read_key(place: Path) -> bytes:
    """The 32 bytes of the file. LostKeys where it is missing, ValueError where it holds anything else."""
    try:
        found = bytes.fromhex(place.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        raise LostKeys([place.name]) from None
    if len(found) != 32:
        raise ValueError(f"{place.name}: a key has 32 bytes as 64 hex digits, found {len(found)}")
    return found


_read = cache(read_key)


def make_key(place: Path) -> None:
    """A new key lies at the place whole, on the disk, or one that somebody else made at the same moment."""
    fresh = write_new(place, secrets.token_hex(32))
    try:
        place.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    sync(place.parent)


def write_new(place: Path, content: str) -> Path:
    """The content is on the disk in a file beside the place, for its owner alone; that file."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, content.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return fresh
