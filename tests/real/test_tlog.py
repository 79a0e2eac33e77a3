"""The vectors of transparency-dev/merkle and the tiled log of Tessera's tests: proofs, roots, tiles and bundles that others made."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from guiguan.core.integrity.checkpoint import read_checkpoint
from guiguan.core.integrity.merkle import (
    inclusion_spans,
    is_consistent,
    is_included,
    leaf_hashes,
    proof,
    root,
)
from guiguan.core.integrity.note import read_note
from guiguan.core.integrity.tiles import ENTRIES, Tile, edge_root, new_tiles, read_bundle, subtree


def vectors(shared_data: Path, name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((shared_data / "tlog-merkle" / f"{name}.json").read_text())
    assert len(cases) == 98
    return cases


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_inclusion(shared_data: Path) -> None:
    wrong = [
        case["file"]
        for case in vectors(shared_data, "inclusion")
        if is_included(
            raw(case["leafHash"]),
            case["leafIdx"],
            case["treeSize"],
            [raw(p) for p in case["proof"] or []],
            raw(case["root"]),
        )
        == case["wantErr"]
    ]
    assert wrong == []


def test_consistency(shared_data: Path) -> None:
    """Three of the published cases accept an empty older tree; ours refuses, since such a proof says nothing."""
    wrong = [
        case["file"]
        for case in vectors(shared_data, "consistency")
        if is_consistent(
            case["size1"],
            raw(case["root1"]),
            case["size2"],
            raw(case["root2"]),
            [raw(p) for p in case["proof"] or []],
        )
        == (case["wantErr"] or case["size1"] == 0)
    ]
    assert wrong == []


def test_a_log_that_others_wrote(shared_data: Path) -> None:
    """16 checkpoints: the root of each is that of its bundle's entries and of its tile, and its leaves are proven from tiles alone."""
    log = shared_data / "tlog-tiles-log"

    def read(tile: Tile) -> bytes:
        return (log / tile.path).read_bytes()

    for size in range(16):
        told = read_checkpoint(read_note((log / f"checkpoint.{size}").read_bytes()).text)
        entries = read_bundle(read(Tile(ENTRIES, 0, size)), size) if size else []
        leaves = leaf_hashes(entries)
        assert (told.origin, told.size, told.root) == ("example.com/log/testdata", size, root(leaves))
        assert edge_root(size, read) == told.root
        ours = {tile.path: content for tile, content in new_tiles(0, leaves, read)}
        assert ours == {path: (log / path).read_bytes() for path in ours}
        for index, leaf in enumerate(leaves):
            path = proof(
                inclusion_spans(index, size),
                lambda span, size=size: subtree(span, size, read),  # type: ignore[misc]  # a lambda with a default
            )
            assert is_included(leaf, index, size, path, told.root)


@pytest.mark.parametrize("size", range(1, 16))
def test_each_checkpoint_goes_on_from_the_one_before(shared_data: Path, size: int) -> None:
    log = shared_data / "tlog-tiles-log"
    before = (log / f"tile/0/000.p/{size - 1}").read_bytes() if size > 1 else b""
    leaf = leaf_hashes(read_bundle((log / f"tile/entries/000.p/{size}").read_bytes(), size))[-1]
    grown = list(new_tiles(size - 1, [leaf], lambda tile: before))
    assert grown == [(Tile(0, 0, size), (log / f"tile/0/000.p/{size}").read_bytes())]
