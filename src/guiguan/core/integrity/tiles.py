"""Tiles as C2SP says (c2sp.org/tlog-tiles@v1): the tree in files of 256 digests, and the entries beside them.

A tile of level l holds the roots of subtrees of 256^l leaves. Bundles of entries are numbered like tiles of level 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from guiguan.core.integrity.merkle import DIGEST, Span, folded, levels, root

WIDTH = 256
HEIGHT = 8
ENTRIES = -1
"""The level under which bundles of entries are kept."""

MOST_ENTRY = 65_535

_PATH = re.compile(
    r"tile/(0|[1-9][0-9]?|entries)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII
)


class BadTile(ValueError):
    """A path or content that no tile has; the text says what was wanted."""


@dataclass(frozen=True)
class Tile:
    """One file of the log: level (`ENTRIES` for a bundle), number, and how many digests or entries it holds."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def is_full(self) -> bool:
        return self.width == WIDTH

    @property
    def path(self) -> str:
        """Its path below the log's prefix, such as `tile/0/x001/234.p/56`."""
        digits = f"{self.number:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        number = "/".join([f"x{p}" for p in parts[:-1]] + parts[-1:])
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{number}" + ("" if self.is_full else f".p/{self.width}")


def read_path(path: str) -> Tile:
    """The tile of a path; only the path that the tile itself gives is accepted. Raises BadTile."""
    found = _PATH.fullmatch(path)
    if not found or len(path) > 64:
        raise BadTile("not the path of a tile")
    level = ENTRIES if found[1] == "entries" else int(found[1])
    tile = Tile(level, int(found[2].replace("x", "").replace("/", "")), int(found[3] or WIDTH))
    if level > 63 or tile.width > WIDTH or tile.path != path:
        raise BadTile("not the path of a tile")
    return tile


def tile_at(level: int, number: int, size: int) -> Tile:
    """The tile as a tree of `size` leaves has it: full, or as wide as that tree makes it. Raises BadTile where it has none."""
    width = min(WIDTH, (size >> (HEIGHT * max(level, 0))) - number * WIDTH)
    if number < 0 or width < 1:
        raise BadTile(f"a tree of {size} has no tile {number} at level {level}")
    return Tile(level, number, width)


def edge(size: int) -> list[Tile]:
    """The partial tiles at the right of a tree of this size, the lowest level first."""
    tiles = []
    level = 0
    while size >> (HEIGHT * level):
        count = size >> (HEIGHT * level)
        if count % WIDTH:
            tiles.append(Tile(level, count // WIDTH, count % WIDTH))
        level += 1
    return tiles


def new_tiles(
    size: int, leaves: Sequence[bytes], read: Callable[[Tile], bytes]
) -> Iterator[tuple[Tile, bytes]]:
    """Every tile that a tree of `size` leaves gains or widens by these further leaves; `read` gives the partial ones it had."""
    level, digests = 0, list(leaves)
    while digests:
        had = size >> (HEIGHT * level)
        number, width = divmod(had, WIDTH)
        if width:
            digests = digests_of(read(Tile(level, number, width)), width) + digests
        roots = []
        for at in range(0, len(digests), WIDTH):
            part = digests[at : at + WIDTH]
            yield Tile(level, number + at // WIDTH, len(part)), b"".join(part)
            if len(part) == WIDTH:
                roots.append(root(part))
        level, digests = level + 1, roots


def edge_root(size: int, read: Callable[[Tile], bytes]) -> bytes:
    """The root of the tree of `size` leaves, from the partial tiles at its right alone."""
    hashes: list[bytes] = []
    for tile in reversed(edge(size)):
        digests = digests_of(read(tile), tile.width)
        at = 0
        for bit in reversed(range(HEIGHT)):
            if tile.width >> bit & 1:
                hashes.append(root(digests[at : at + (1 << bit)]))
                at += 1 << bit
    return folded(hashes)


def subtree(span: Span, size: int, read: Callable[[Tile], bytes]) -> bytes:
    """The root of a whole subtree of the tree of `size` leaves, from one tile."""
    return subtree_in(span, size, lambda tile: levels(digests_of(read(tile), tile.width)))


def subtree_in(span: Span, size: int, rows: Callable[[Tile], Sequence[Sequence[bytes]]]) -> bytes:
    """The same where the rows of tiles (merkle.levels of their digests) are at hand: nothing is hashed."""
    height = (span[1] - span[0]).bit_length() - 1
    level, row = divmod(height, HEIGHT)
    start = span[0] >> (HEIGHT * level)
    return rows(tile_at(level, start // WIDTH, size))[row][start % WIDTH >> row]


def digests_of(content: bytes, width: int) -> list[bytes]:
    """The digests of a tile. Raises BadTile where it is not as wide as that."""
    if len(content) != width * DIGEST:
        raise BadTile(f"{len(content)} bytes, wanted {width * DIGEST}")
    return [content[i : i + DIGEST] for i in range(0, len(content), DIGEST)]


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries one behind the other, each behind its length in two bytes. Raises BadTile."""
    parts = []
    for entry in entries:
        if len(entry) > MOST_ENTRY:
            raise BadTile(f"an entry of {len(entry)} bytes is longer than {MOST_ENTRY}")
        parts += [len(entry).to_bytes(2, "big"), entry]
    return b"".join(parts)


def read_bundle(content: bytes, width: int) -> list[bytes]:
    """The entries of a bundle, exactly `width` of them. Raises BadTile."""
    entries, at = [], 0
    while at < len(content):
        end = at + 2 + int.from_bytes(content[at : at + 2], "big")
        if end > len(content) or at + 2 > len(content):
            raise BadTile("a bundle that ends in the middle of an entry")
        entries.append(content[at + 2 : end])
        at = end
    if len(entries) != width:
        raise BadTile(f"{len(entries)} entries, wanted {width}")
    return entries
