"""10,000 random bits of a log of a million entries, one at a time: each is found, in an entry not yet signed before the next signature,
in an older one by the check of stored entries, in a tile by the check of tiles."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from guiguan.adapters.signing import Ed25519
from guiguan.bench.figure import Figure
from guiguan.bench.tree import entries
from guiguan.box.checkpointer import Checkpointer, Refused
from guiguan.box.fsck import check_root, check_slice
from guiguan.box.ledger import Log
from guiguan.box.logfiles import LogFiles
from guiguan.box.signed import Signed
from guiguan.core.integrity.checkpoint import Checkpoint
from guiguan.core.integrity.merkle import leaf_hashes
from guiguan.core.integrity.note import NoteKey
from guiguan.core.integrity.tiles import HEIGHT, WIDTH, tile_at

SIGNED, UNSIGNED, FLIPS = 1_000_000, 200, 10_000
ORIGIN = "bench.example/log/bench"


class _Store:
    """A log's entries and their stored leaves, in memory."""

    def __init__(self) -> None:
        self.entries = list(entries(0, SIGNED + UNSIGNED))
        self.leaves = leaf_hashes(self.entries)
        self.now = SIGNED

    def size(self) -> int:
        return self.now

    def read(self, first: int, last: int) -> Iterator[tuple[int, bytes, bytes]]:
        return ((i, self.entries[i], self.leaves[i]) for i in range(first, min(last, self.now)))


def measure() -> list[Figure]:
    """How many of each kind were missed: none may be."""
    chance = random.Random(20260101)  # noqa: S311  (places of test flips)
    with tempfile.TemporaryDirectory() as folder:
        own, store = Ed25519(bytes(32)), _Store()
        files = LogFiles(Path(folder) / "log")
        key = NoteKey(ORIGIN, own.public)
        signer = Checkpointer(ORIGIN, key, own.sign, files, Signed(Path(folder) / "signed.sqlite"))
        newest = signer.checkpoint(store, 1)
        assert newest is not None
        log = Log(1, "bench", 1, ORIGIN, 0)
        store.now += UNSIGNED
        missed = {"unsigned": 0, "stored": 0, "tile": 0}
        for _ in range(FLIPS):
            kind = chance.choice(sorted(missed))
            missed[kind] += _CASES[kind](store, log, files, newest, signer, chance)
    return [Figure("flips", "bits", FLIPS, "higher")] + [
        Figure(f"{kind}_missed", "bits", count, required=0) for kind, count in missed.items()
    ]


def _flipped(content: bytes, chance: random.Random) -> bytes:
    bit = chance.randrange(len(content) * 8)
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _unsigned(
    store: _Store, log: Log, files: LogFiles, newest: Checkpoint, signer: Checkpointer, chance: random.Random
) -> bool:
    at = SIGNED + chance.randrange(UNSIGNED)
    kept = (store.entries, store.leaves)[chance.randrange(2)]
    whole, kept[at] = kept[at], _flipped(kept[at], chance)
    try:
        signer.checkpoint(store, 2)
    except Refused:
        return False
    finally:
        kept[at] = whole
    raise RuntimeError("a flipped bit was signed")


def _stored(
    store: _Store, log: Log, files: LogFiles, newest: Checkpoint, signer: Checkpointer, chance: random.Random
) -> bool:
    at = chance.randrange(SIGNED)
    kept = (store.entries, store.leaves)[chance.randrange(2)]
    whole, kept[at] = kept[at], _flipped(kept[at], chance)
    first = at // WIDTH * WIDTH
    found = list(check_slice(store, log, files, newest, first, first + WIDTH))
    kept[at] = whole
    return not any(damage.where == f"{ORIGIN} {at}" for damage in found)


def _tile(
    store: _Store, log: Log, files: LogFiles, newest: Checkpoint, signer: Checkpointer, chance: random.Random
) -> bool:
    level = chance.choice((0, 0, 0, 1, 2))
    number = chance.randrange(-(-(SIGNED >> HEIGHT * level) // WIDTH))
    path = files.folder / tile_at(level, number, SIGNED).path
    whole = path.read_bytes()
    path.write_bytes(_flipped(whole, chance))
    last = (
        (number + 1) << HEIGHT * (level + 1)
    ) - WIDTH  # the check of the last tile below it looks at this one
    first = min(last, (SIGNED - 1) // WIDTH * WIDTH)
    found = [*check_root(log, files, newest), *check_slice(store, log, files, newest, first, first + WIDTH)]
    found += check_slice(
        store, log, files, newest, number << HEIGHT * (level + 1), (number << HEIGHT * (level + 1)) + WIDTH
    )
    if not found and level:  # a flipped digest is told by the tile below that it names
        found = [
            damage
            for below in range(
                number << HEIGHT * (level + 1), min((number + 1) << HEIGHT * (level + 1), SIGNED), WIDTH
            )
            for damage in check_slice(store, log, files, newest, below, below + WIDTH)
        ]
    path.write_bytes(whole)
    return not found


_CASES = {"unsigned": _unsigned, "stored": _stored, "tile": _tile}
