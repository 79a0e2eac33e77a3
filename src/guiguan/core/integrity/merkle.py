"""The Merkle tree of RFC 6962 and RFC 9162 over SHA-256: roots, proofs and their checks.

Leaves and nodes are digests of 32 bytes. A proof is a list of digests in the order of the RFC: the nearest to the leaf first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

DIGEST = 32
EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""

Span = tuple[int, int]
"""The leaves from the first number up to, but not including, the second."""

_LEAF = hashlib.sha256(b"\x00")
_NODE = hashlib.sha256(b"\x01")


class BadProof(ValueError):
    """A proof that cannot be one for these sizes; the text says what was wanted."""


def leaf_hash(entry: bytes) -> bytes:
    """The leaf of an entry: SHA-256(0x00 ‖ entry). Copying a begun digest saves half the time of a new one."""
    digest = _LEAF.copy()
    digest.update(entry)
    return digest.digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """The leaves of many entries."""
    begun = _LEAF.copy
    leaves: list[bytes] = []
    for entry in entries:
        digest = begun()
        digest.update(entry)
        leaves.append(digest.digest())
    return leaves


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node above two: SHA-256(0x01 ‖ left ‖ right)."""
    digest = _NODE.copy()
    digest.update(left + right)
    return digest.digest()


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The tree row by row: the leaves, the nodes above them, … the root. A last one without a partner moves up as it is."""
    rows = [list(leaves)]
    while len(rows[-1]) > 1:
        rows.append(_above(rows[-1]))
    return rows


def _above(row: Sequence[bytes]) -> list[bytes]:
    """The row above; the work of `node_hash` without a call for each, since ten millions are hashed here."""
    begun = _NODE.copy
    above: list[bytes] = []
    keep = above.append
    for left, right in zip(row[::2], row[1::2], strict=False):
        digest = begun()
        digest.update(left + right)
        keep(digest.digest())
    return above + list(row[len(row) & ~1 :])


def root(leaves: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaves."""
    row = leaves
    while len(row) > 1:
        row = _above(row)
    return row[0] if row else EMPTY


def path_in(rows: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """The inclusion proof of a leaf, read from the rows of `levels`: many proofs from one tree."""
    path = []
    for row in rows[:-1]:
        if index ^ 1 < len(row):
            path.append(row[index ^ 1])
        index >>= 1
    return path


@dataclass(frozen=True)
class CompactRange:
    """All that must be known of a tree to go on with it: the roots of its whole subtrees, the largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves has not {len(self.hashes)} whole subtrees")

    def extended(self, leaves: Iterable[bytes]) -> CompactRange:
        """The range with these leaves behind it."""
        size, hashes = self.size, list(self.hashes)
        for leaf in leaves:
            hashes.append(leaf)
            merges = size
            while merges & 1:
                right = hashes.pop()
                hashes[-1] = node_hash(hashes[-1], right)
                merges >>= 1
            size += 1
        return CompactRange(size, tuple(hashes))

    def root(self) -> bytes:
        """The root of the tree."""
        return folded(self.hashes)


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root over adjacent subtrees, the largest first."""
    if not hashes:
        return EMPTY
    total = hashes[-1]
    for left in reversed(hashes[:-1]):
        total = node_hash(left, total)
    return total


def whole_subtrees(span: Span) -> list[Span]:
    """The span cut into whole subtrees of the tree, the largest first. It begins where a subtree of its size may begin."""
    first, last = span
    parts = []
    while first < last:
        width = 1 << ((last - first).bit_length() - 1)
        parts.append((first, first + width))
        first += width
    return parts


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The spans whose roots are the inclusion proof of leaf `index` in a tree of `size` leaves (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise BadProof(f"leaf {index} is not in a tree of {size}")
    spans, first, last = [], 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            spans.append((middle, last))
            last = middle
        else:
            spans.append((first, middle))
            first = middle
    return spans[::-1]


def consistency_spans(old: int, size: int) -> list[Span]:
    """The spans whose roots prove that the tree of `size` leaves begins with that of `old` (RFC 9162, 2.1.4.1)."""
    if not 0 < old <= size:
        raise BadProof(f"no proof leads from a tree of {old} to one of {size}")
    spans, first, last, whole = [], 0, size, True
    while first + old < last:
        middle = first + _split(last - first)
        if first + old <= middle:
            spans.append((middle, last))
            last = middle
        else:
            spans.append((first, middle))
            old -= middle - first
            first, whole = middle, False
    return ([] if whole else [(first, last)]) + spans[::-1]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def proof(spans: Iterable[Span], subtree: Callable[[Span], bytes]) -> list[bytes]:
    """The root of each span; `subtree` gives that of a whole subtree, so a proof costs some forty look-ups in any tree."""
    return [folded([subtree(part) for part in whole_subtrees(span)]) for span in spans]


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The inclusion proof of one leaf. Raises BadProof."""
    return proof(inclusion_spans(index, len(leaves)), lambda s: root(leaves[s[0] : s[1]]))


def consistency_path(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """The proof that the tree of all leaves begins with that of the first `old`. Raises BadProof."""
    return proof(consistency_spans(old, len(leaves)), lambda s: root(leaves[s[0] : s[1]]))


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root of the tree in which the path leads from the leaf. Raises BadProof where no tree of this size has such a path."""
    _check_digests(leaf, *path)
    spans = inclusion_spans(index, size)
    if len(path) != len(spans):
        raise BadProof(f"{len(path)} digests instead of {len(spans)}")
    total = leaf
    for (first, _), digest in zip(spans, path, strict=True):
        total = node_hash(total, digest) if index < first else node_hash(digest, total)
    return total


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], top: bytes) -> bool:
    """Whether the path shows that the leaf stands at `index` in the tree of this size and root."""
    try:
        return root_by_inclusion(leaf, index, size, path) == top
    except BadProof:
        return False


def is_consistent(old: int, old_root: bytes, size: int, top: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path shows that the tree of `size` leaves begins with that of `old`. From an empty tree nothing can be shown."""
    try:
        return roots_by_consistency(old, old_root, size, path) == (old_root, top)
    except BadProof:
        return False


def roots_by_consistency(old: int, old_root: bytes, size: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots of the smaller and of the larger tree that the path leads to. Raises BadProof."""
    if path:  # two trees of one size are simply compared
        _check_digests(old_root, *path)
    spans = consistency_spans(old, size)
    if len(path) != len(spans):
        raise BadProof(f"{len(path)} digests instead of {len(spans)}")
    digests = list(zip(spans, path, strict=True))
    if digests and digests[0][0][1] == old:  # the last part of the smaller tree, which ends where that ends
        smaller = larger = digests.pop(0)[1]
    else:
        smaller = larger = old_root
    for (first, _), digest in digests:
        if first < old:
            smaller, larger = node_hash(digest, smaller), node_hash(digest, larger)
        else:
            larger = node_hash(larger, digest)
    return smaller, larger


def _check_digests(*digests: bytes) -> None:
    if any(len(d) != DIGEST for d in digests):
        raise BadProof(f"a digest has {DIGEST} bytes")
