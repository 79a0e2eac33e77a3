"""The tree of RFC 6962: roots that others published, every proof of small trees, and no proof for anything else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.integrity.merkle import (
    EMPTY,
    BadProof,
    CompactRange,
    consistency_path,
    consistency_spans,
    inclusion_path,
    inclusion_spans,
    is_consistent,
    is_included,
    leaf_hash,
    leaf_hashes,
    levels,
    node_hash,
    path_in,
    root,
    root_by_inclusion,
)

VECTORS = Path(__file__).parents[2] / "vectors" / "merkle"
TREE = json.loads((VECTORS / "tree.json").read_text())
LEAVES = leaf_hashes(bytes.fromhex(e) for e in TREE["entries"])


def tree_of(n: int) -> list[bytes]:
    return [leaf_hash(bytes([i])) for i in range(n)]


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH, word for word from RFC 6962 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


@pytest.mark.parametrize("size", range(len(TREE["roots"])))
def test_published_roots(size: int) -> None:
    assert root(LEAVES[:size]).hex() == TREE["roots"][size]
    assert CompactRange().extended(LEAVES[:size]).root().hex() == TREE["roots"][size]


def test_leaf_and_node_are_told_apart() -> None:
    """An entry that looks like two nodes must not have their digest (second preimage)."""
    left, right = tree_of(2)
    assert leaf_hash(left + right) != node_hash(left, right)
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@given(st.integers(0, 70))
def test_root_is_that_of_the_definition(size: int) -> None:
    leaves = tree_of(size)
    assert root(leaves) == by_definition(leaves)
    assert levels(leaves)[-1] == ([by_definition(leaves)] if leaves else [])


@given(st.integers(0, 40), st.integers(0, 40))
def test_compact_range_grows_in_any_steps(first: int, more: int) -> None:
    leaves = tree_of(first + more)
    grown = CompactRange().extended(leaves[:first]).extended(leaves[first:])
    assert grown == CompactRange().extended(leaves)
    assert grown.root() == root(leaves)


def test_compact_range_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="a tree of 3 leaves has not 1 whole subtrees"):
        CompactRange(3, (EMPTY,))
    with pytest.raises(ValueError, match="a tree of -1"):
        CompactRange(-1, (EMPTY,))


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_is_proven_at_its_place_and_nowhere_else(size: int) -> None:
    leaves, rows = tree_of(size), levels(tree_of(size))
    top = root(leaves)
    for index, leaf in enumerate(leaves):
        path = inclusion_path(leaves, index)
        assert path == path_in(rows, index)
        for claimed in range(size):
            assert is_included(leaf, claimed, size, path, top) == (claimed == index)
        assert not is_included(leaf_hash(b"another"), index, size, path, top)
        for at in range(len(path)):
            assert not is_included(leaf, index, size, path[:at] + path[at + 1 :], top)
            changed = bytes([path[at][0] ^ 1]) + path[at][1:]
            assert not is_included(leaf, index, size, [*path[:at], changed, *path[at + 1 :]], top)
        assert not is_included(leaf, index, size, [*path, EMPTY], top)


@pytest.mark.parametrize("size", range(1, 34))
def test_every_beginning_is_proven_and_nothing_else(size: int) -> None:
    leaves = tree_of(size)
    top = root(leaves)
    for old in range(1, size + 1):
        path = consistency_path(leaves, old)
        old_root = root(leaves[:old])
        assert is_consistent(old, old_root, size, top, path)
        assert not is_consistent(old, EMPTY, size, top, path)
        assert not is_consistent(old, old_root, size, EMPTY, path)
        assert not is_consistent(old, old_root, size, top, [*path, EMPTY])
        for at in range(len(path)):
            assert not is_consistent(old, old_root, size, top, path[:at] + path[at + 1 :])
            changed = bytes([path[at][0] ^ 1]) + path[at][1:]
            assert not is_consistent(old, old_root, size, top, [*path[:at], changed, *path[at + 1 :]])


def test_nothing_is_proven_from_an_empty_tree() -> None:
    """A check that took size 0 would call any log the continuation of any other."""
    assert not is_consistent(0, EMPTY, 1, root(tree_of(1)), [])
    assert not is_consistent(0, EMPTY, 0, EMPTY, [])
    with pytest.raises(BadProof, match="no proof leads from a tree of 0 to one of 5"):
        consistency_spans(0, 5)
    with pytest.raises(BadProof, match="no proof leads from a tree of 6 to one of 5"):
        consistency_spans(6, 5)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_outside_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(BadProof, match=f"leaf {index} is not in a tree of {size}"):
        inclusion_spans(index, size)


def test_digests_of_another_length_are_refused() -> None:
    """Two digests in one string would let a proof be read in two ways."""
    leaves = tree_of(2)
    with pytest.raises(BadProof, match="a digest has 32 bytes"):
        root_by_inclusion(leaves[0], 0, 2, [leaves[1] + b"\0"])
    assert not is_included(leaves[0][:31], 0, 1, [], leaves[0][:31])
    assert not is_consistent(1, leaves[0], 2, root(leaves), [leaves[1][:31]])
