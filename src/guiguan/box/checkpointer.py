"""Signs the size and root of a log, and only ever one that goes on from the last signed: the sole holder of the log key.

What is signed was read back from the database: every new entry is hashed again from its bytes, by the checkpointer or, a moment before,
by whoever gave it its index. Whatever does not fit is a `Refused`; whoever runs the checkpointer pauses the vote and raises the alarm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Literal, Protocol

from guiguan.box.logfiles import LogFiles
from guiguan.box.signed import LastSigned, Signed
from guiguan.core.integrity.checkpoint import Checkpoint, sign_checkpoint
from guiguan.core.integrity.merkle import DIGEST, EMPTY, leaf_hash, leaf_hashes
from guiguan.core.integrity.note import NoteKey, Sign
from guiguan.core.integrity.tiles import BadTile, Tile, edge_root, new_tiles, tile_at

STEP = 1 << 16
"""Leaves whose tiles are written together, and PART, entries read back together: they bound the memory of a long catch-up."""
PART = 1 << 13

Reason = Literal["shrunk", "changed", "root", "tiles", "missing", "key"]


class Refused(Exception):
    """Nothing was signed. `reason` is one of `Reason`; the text says what was found and what was wanted."""

    def __init__(self, reason: Reason, found: str) -> None:
        super().__init__(found)
        self.reason: Reason = reason


class Entries(Protocol):
    """The entries of one log as the database has them now, in the order of their index."""

    def size(self) -> int: ...

    def read(self, first: int, last: int) -> Iterator[tuple[int, bytes, bytes]]:
        """(index, bytes, stored leaf) of the entries from `first` up to, but not including, `last`."""
        ...


@dataclass
class Hashed:
    """Leaves of the entries from index `first` on that were hashed from their stored bytes, and found to be the stored leaves, in this round
    of the sequencer: to read a ballot twice costs more than to hash it."""

    first: int
    leaves: list[bytes] = field(default_factory=list)

    def between(self, first: int, last: int) -> list[bytes] | None:
        """The leaves from `first` up to, but not including, `last`; None where not all of them are here."""
        if not self.first <= first <= last <= self.first + len(self.leaves):
            return None
        return self.leaves[first - self.first : last - self.first]


@dataclass(frozen=True)
class Checkpointer:
    """Signs for one log. `after` is called between the steps by tests that cut the power there."""

    origin: str
    key: NoteKey
    sign: Sign
    files: LogFiles
    signed: Signed
    after: Callable[[str], None] = lambda step: None

    def checkpoint(self, entries: Entries, at: int, hashed: Hashed | None = None) -> Checkpoint | None:
        """The log's newest entries stand under a signed checkpoint that everybody can read; None where there was nothing new. Entries
        that are not among the `hashed` are read back.

        Raises Refused, and then nothing has been signed or published.
        """
        last = self.signed.last(self.origin)
        size = entries.size()
        self._check_beginning(entries, last, size)
        if last is not None and size == last.size:
            if self.files.checkpoint() != last.note:  # the power went between signing and publishing
                self.files.publish(last.note, self.key.vkey)
            return None
        signed = last.size if last else 0
        full = self._extend(entries, signed, size, hashed or Hashed(size))
        self.after("tiles")
        top = self._edge(size)
        new = Checkpoint(self.origin, size, top)
        note = sign_checkpoint(new, self.key, self.sign).content()
        self.signed.replace(self.origin, last, LastSigned(size, top, note, at))
        self.after("signed")
        self.files.publish(note, self.key.vkey)
        self.files.forget_partial(full)
        return new

    def _check_beginning(self, entries: Entries, last: LastSigned | None, size: int) -> None:
        """The database still holds what was signed last, as far as its size and its last entry tell; `fsck` reads all of it."""
        if last is None:
            if self.files.checkpoint():
                raise Refused(
                    "missing", f"{self.origin}: a checkpoint is published, but nothing signed is remembered"
                )
            return
        if size < last.size:
            raise Refused("shrunk", f"{self.origin}: {size} entries, {last.size} were signed")
        if self._edge(last.size) != last.root:
            raise Refused("root", f"{self.origin}: the tiles do not give the root signed at {last.size}")
        if last.size:
            where = last.size - 1
            tile = tile_at(0, where // 256, last.size)
            leaf = self.files.read(tile)[-DIGEST:]
            if [leaf_hash(entry) for _, entry, _ in entries.read(where, where + 1)] != [leaf]:
                raise Refused("changed", f"{self.origin}: entry {where} is not the one that was signed")

    def _edge(self, size: int) -> bytes:
        try:
            return edge_root(size, self.files.read) if size else EMPTY
        except (OSError, BadTile) as error:
            raise Refused(
                "tiles", f"{self.origin}: the tiles of size {size} cannot be read: {error}"
            ) from error

    def _extend(self, entries: Entries, signed: int, size: int, hashed: Hashed) -> list[Tile]:
        """The tiles of a tree of `size` leaves are written; the full ones among them are returned."""
        full: list[Tile] = []
        while signed < size:
            last = min(size, (signed // STEP + 1) * STEP)
            known = hashed.between(signed, last)
            leaves = self._read_back(entries, signed, last) if known is None else known
            tiles = list(new_tiles(signed, leaves, self.files.read))
            self.files.write(tiles)
            full += [tile for tile, _ in tiles if tile.is_full]
            signed = last
        return full

    def _read_back(self, entries: Entries, first: int, last: int) -> list[bytes]:
        """The leaves hashed from the stored bytes, each the same as the stored leaf."""
        leaves: list[bytes] = []
        for at in range(first, last, PART):
            found = list(entries.read(at, min(at + PART, last)))
            hashed = leaf_hashes([entry for _, entry, _ in found])
            for there, (index, _, stored), leaf in zip(count(at), found, hashed, strict=False):
                if index != there:
                    raise Refused("missing", f"{self.origin}: entry {there} is not in the database")
                if leaf != stored:
                    raise Refused("changed", f"{self.origin}: entry {index} does not hash to its leaf")
            leaves += hashed
            if len(leaves) < min(at + PART, last) - first:
                raise Refused("missing", f"{self.origin}: entry {first + len(leaves)} is not in the database")
        return leaves
