"""Tiles: paths as the specification writes them, a tree that grows in any steps, proofs read from tiles alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guiguan.core.integrity.merkle import (
    EMPTY,
    consistency_path,
    consistency_spans,
    inclusion_path,
    inclusion_spans,
    leaf_hash,
    proof,
    root,
)
from guiguan.core.integrity.tiles import (
    ENTRIES,
    BadTile,
    Tile,
    bundle,
    edge,
    edge_root,
    new_tiles,
    read_bundle,
    read_path,
    subtree,
    tile_at,
)

MANY = [leaf_hash(i.to_bytes(4, "big")) for i in range(70_000)]


class Kept:
    """Tiles in a dictionary, by path; a partial tile must not be asked for unless it was written."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def read(self, tile: Tile) -> bytes:
        return self.files[tile.path]

    def grow(self, size: int, leaves: list[bytes]) -> None:
        self.files |= {tile.path: content for tile, content in new_tiles(size, leaves, self.read)}


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(3, 1234067), "tile/3/x001/x234/067"),
        (Tile(63, 999, 1), "tile/63/999.p/1"),
        (Tile(ENTRIES, 1000, 255), "tile/entries/x001/000.p/255"),
    ],
)
def test_paths(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert read_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/999",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/entry/000",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/../../etc/passwd",
        "tile/0/０００",
        "tile/0/" + "x001/" * 20 + "000",
        "",
    ],
)
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(BadTile, match="not the path of a tile"):
        read_path(path)


def test_the_tree_of_70000_leaves_that_the_specification_counts() -> None:
    kept = Kept()
    kept.grow(0, MANY)
    names = list(kept.files)
    assert sum(n.startswith("tile/0/") and ".p/" not in n for n in names) == 273
    assert [n for n in names if ".p/" in n] == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]
    assert sum(n.startswith("tile/1/") and ".p/" not in n for n in names) == 1
    assert edge(70_000) == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert edge(256) == [Tile(1, 0, 1)]
    assert edge_root(70_000, kept.read) == root(MANY)
    for at in (0, 1, 255, 256, 65_535, 65_536, 69_887, 69_999):
        path = proof(inclusion_spans(at, 70_000), lambda s: subtree(s, 70_000, kept.read))
        assert path == inclusion_path(MANY, at)
    for old in (1, 255, 256, 257, 65_536, 65_537, 69_999, 70_000):
        path = proof(consistency_spans(old, 70_000), lambda s: subtree(s, 70_000, kept.read))
        assert path == consistency_path(MANY, old)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 700), min_size=1, max_size=6))
def test_growing_in_any_steps_gives_the_same_tiles(steps: list[int]) -> None:
    kept, size = Kept(), 0
    for step in steps:
        kept.grow(size, MANY[size : size + step])
        size += step
        assert edge_root(size, kept.read) == root(MANY[:size])
    at_once = Kept()
    at_once.grow(0, MANY[:size])
    assert {n: c for n, c in kept.files.items() if n in at_once.files} == at_once.files
    full = {n for n in kept.files if ".p/" not in n}
    assert full == {n for n in at_once.files if ".p/" not in n}


def test_an_empty_tree_has_no_tiles() -> None:
    assert edge(0) == []
    assert edge_root(0, Kept().read) == EMPTY
    assert list(new_tiles(0, [], Kept().read)) == []


def test_the_tile_of_a_tree_that_is_smaller_does_not_exist() -> None:
    assert tile_at(0, 1, 300) == Tile(0, 1, 44)
    assert tile_at(ENTRIES, 1, 300) == Tile(ENTRIES, 1, 44)
    assert tile_at(0, 0, 300) == Tile(0, 0)
    for level, number in ((0, 2), (1, 1), (2, 0), (0, -1)):
        with pytest.raises(BadTile, match="has no tile"):
            tile_at(level, number, 300)


def test_a_tile_of_another_length_is_refused() -> None:
    with pytest.raises(BadTile, match="31 bytes, wanted 32"):
        edge_root(1, lambda tile: bytes(31))


def test_bundles() -> None:
    entries = [b"", b"a", b"\x00" * 65_535]
    assert bundle(entries[:2]) == b"\x00\x00\x00\x01a"
    assert read_bundle(bundle(entries), 3) == entries
    with pytest.raises(BadTile, match="an entry of 65536 bytes"):
        bundle([b"\x00" * 65_536])
    with pytest.raises(BadTile, match="3 entries, wanted 2"):
        read_bundle(bundle(entries), 2)
    for cut in (b"\x00", b"\x00\x02a"):
        with pytest.raises(BadTile, match="in the middle of an entry"):
            read_bundle(cut, 1)
