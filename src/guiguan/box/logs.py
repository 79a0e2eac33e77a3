"""The signer's side of a site: where logs and keys lie, and one round of signing and publishing for every log.

The folder of keys belongs to the sequencer alone; in production to a user of the system of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from guiguan.adapters.signing import Ed25519
from guiguan.box.checkpointer import Checkpointer, Refused
from guiguan.box.keys import Keys, make_key
from guiguan.box.ledger import read_entries, size_of
from guiguan.box.logfiles import LogFiles
from guiguan.box.read import Ask
from guiguan.box.signed import Signed
from guiguan.core.integrity.note import NoteKey, sign_note


class SignedLog(Protocol):
    """What signing, publishing and checking must know of a log, be it one of ballots or a public record: the name that it is signed
    under, its folder below that of all logs, and how many of its entries everybody can read."""

    @property
    def origin(self) -> str: ...

    @property
    def folder(self) -> str: ...

    @property
    def published(self) -> int: ...


@dataclass(frozen=True)
class Signer:
    """`folder`: keys and `signed.sqlite`, the sequencer's alone. `public`: the folder of all logs, which everybody reads."""

    folder: Path
    public: Path

    @property
    def signed(self) -> Signed:
        return Signed(self.folder / "signed.sqlite")

    def key(self, origin: str) -> NoteKey:
        """The public key of a log: one key a site, named by the log's origin. Raises Refused where the key is lost."""
        return NoteKey(origin, self._own().public)

    def files(self, log: SignedLog) -> LogFiles:
        return LogFiles(self.public / log.folder)

    def checkpointer(self, log: SignedLog) -> Checkpointer:
        """What signs for this log. Raises Refused where the key is not the one that signed it before: a new one would be another log."""
        own = self._own()
        told = self.files(log).key()
        if told not in ("", NoteKey(log.origin, own.public).vkey):
            raise Refused("key", f"{log.origin}: published under {told}; the key in hand is another")
        return Checkpointer(
            log.origin, NoteKey(log.origin, own.public), own.sign, self.files(log), self.signed
        )

    def note(self, origin: str, text: str) -> bytes:
        """A text signed under the log's key and name."""
        own = self._own()
        return sign_note(text, NoteKey(origin, own.public), own.sign).content()

    def _own(self) -> Ed25519:
        """The log key, made where nothing was signed yet. Raises Refused where it is lost."""
        keys = Keys(self.folder)
        if not keys.has("log"):
            if not self.signed.is_empty or any(self.public.rglob("checkpoint")):
                raise Refused(
                    "key", "the log key is not in GUIGUAN_SIGNER: put it back, never make a new one"
                )
            make_key(self.folder / "log")
        return Ed25519(keys.log)


@dataclass(frozen=True)
class LogEntries:
    """The entries of one log as the database has them (checkpointer.Entries)."""

    ask: Ask
    log: int

    def size(self) -> int:
        return size_of(self.ask, self.log)

    def read(self, first: int, last: int) -> Iterator[tuple[int, bytes, bytes]]:
        return read_entries(self.ask, self.log, first, last)
