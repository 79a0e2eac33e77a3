"""The public files of one log in a folder: its checkpoint, its tiles, after the close its entries. What is written is on the disk.

The files are laid out as C2SP tlog-tiles names them, so any static file server could serve them.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from guiguan.adapters.disk import sync
from guiguan.core.integrity.checkpoint import read_checkpoint
from guiguan.core.integrity.merkle import DIGEST
from guiguan.core.integrity.note import read_note
from guiguan.core.integrity.tiles import ENTRIES, Tile

_OPEN: Final = 64  # files that are open at once


@dataclass(frozen=True)
class LogFiles:
    """The folder of one log. Only the checkpointer writes in it; everybody may read."""

    folder: Path

    def read(self, tile: Tile) -> bytes:
        """The tile's bytes; those of a partial one that gave way to the full one are the beginning of that. FileNotFoundError
        where it was never written."""
        try:
            return (self.folder / tile.path).read_bytes()
        except FileNotFoundError:
            if tile.is_full or tile.level == ENTRIES:
                raise
        return (self.folder / Tile(tile.level, tile.number).path).read_bytes()[: tile.width * DIGEST]

    def write(self, tiles: Iterable[tuple[Tile, bytes]]) -> None:
        """Every tile stands whole under its name and survives a power cut."""
        contents = [(self.folder / tile.path, content) for tile, content in tiles]
        folders = {path.parent for path, _ in contents}
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        for at in range(0, len(contents), _OPEN):
            _put(contents[at : at + _OPEN])
        for touched in sorted({above for folder in folders for above in _up_to(folder, self.folder)}):
            sync(touched)

    def checkpoint(self) -> bytes:
        """The signed checkpoint as published; empty where there is none yet."""
        try:
            return (self.folder / "checkpoint").read_bytes()
        except FileNotFoundError:
            return b""

    def key(self) -> str:
        """The verifier key that stands beside the checkpoint; empty where there is none yet."""
        try:
            return (self.folder / "key").read_text("utf-8").strip()
        except FileNotFoundError:
            return ""

    def newest(self) -> tuple[int, int] | None:
        """The size of the published checkpoint and when it was published (ms): what everybody may read, the signer's memory aside."""
        content = self.checkpoint()
        if not content:
            return None
        at = (self.folder / "checkpoint").stat().st_mtime_ns // 1_000_000
        return read_checkpoint(read_note(content).text).size, at

    def publish(self, checkpoint: bytes, key: str) -> None:
        """The checkpoint is the one that everybody reads from now on; a reader sees the old one or the new one, never half of one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _put([(self.folder / "key", f"{key}\n".encode()), (self.folder / "checkpoint", checkpoint)])
        sync(self.folder)

    def forget_partial(self, tiles: Iterable[Tile]) -> None:
        """The partial forms of tiles that are full now are gone; nobody may need them any more (tlog-tiles, Partial Tiles)."""
        for tile in tiles:
            folder = self.folder / f"{tile.path}.p"
            try:
                names = os.listdir(folder)
            except FileNotFoundError:
                continue
            for name in names:
                (folder / name).unlink(missing_ok=True)
            folder.rmdir()


def _put(contents: Sequence[tuple[Path, bytes]]) -> None:
    """Each stands whole under its name, in this order. First all are written, then all are synced: the disk may order its work."""
    with ExitStack() as closing:
        written: list[tuple[int, Path, Path]] = []
        for path, content in contents:
            fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            file = closing.enter_context(fresh.open("xb"))
            file.write(content)
            file.flush()
            written.append((file.fileno(), fresh, path))
        for number, _, _ in written:
            os.fsync(number)
        for _, fresh, path in written:
            fresh.replace(path)


def _up_to(folder: Path, top: Path) -> list[Path]:
    """The folder and those above it, up to the log's own and the one that holds that."""
    return [folder, *(p for p in folder.parents if p == top or top in p.parents), top.parent]
