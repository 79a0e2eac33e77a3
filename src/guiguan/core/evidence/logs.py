"""The two logs of a campaign's vote inside its evidence bundle: their files, and the note that signs the manifest (SPEC, E20)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from guiguan.core.evidence.pseudonym import Pseudonyms

NOTE = "manifest.note"
KEY_FILES = {"a": "keys/a", "b": "keys/b"}
CHECKPOINTS = {"a": "logs/a/checkpoint", "b": "logs/b/checkpoint"}
ENTRIES = {"a": "logs/a/entries", "b": "logs/b/entries"}
LOG_FILES = tuple(sorted([*KEY_FILES.values(), *CHECKPOINTS.values(), *ENTRIES.values(), NOTE]))
"""What a bundle with logs holds besides, all of it or none."""


@dataclass(frozen=True)
class Logs:
    """What comes into the bundle from outside the count: every file of `LOG_FILES` but the note, and who signs that."""

    pieces: Mapping[str, Iterable[bytes]]
    sign: Callable[[str], bytes]


class LoggedPseudonyms(Pseudonyms):
    """Of a vote whose ballots come from its log, where voters and addresses are pseudonyms under this key already."""

    def voter(self, voter: str, day: str) -> str:
        return voter

    def network(self, address: str, day: str) -> str:
        return address


def manifest_text(campaign: str, manifest: bytes) -> str:
    """The text of the note that signs a manifest."""
    return f"gg/manifest/v1\ncampaign {campaign}\nsha256 {hashlib.sha256(manifest).hexdigest()}\n"


def entries_in(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The entries of a log's file: each behind its length in two bytes, as in a tile of entries. ValueError for an end within one."""
    rest = b""
    for piece in pieces:
        rest, at = rest + piece, 0
        while len(rest) - at >= 2:
            end = at + 2 + int.from_bytes(rest[at : at + 2], "big")
            if end > len(rest):
                break
            yield rest[at + 2 : end]
            at = end
        rest = rest[at:]
    if rest:
        raise ValueError("the file ends within an entry")
