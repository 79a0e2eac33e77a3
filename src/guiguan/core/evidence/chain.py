"""A chain of records: each carries the digest of the one before, so that none can be changed, moved or taken out unseen.

Source: integrity of the audit trail, O2; canonical bytes are GGC1 (`docs/spec/evidence.md`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from guiguan.core.values.canonical import NotCanonical, encode

START = "0" * 64
"""The digest that the first record names as the one before it."""


@dataclass(frozen=True)
class Link:
    """One stored record: `sequence` from 1, `content` a GGC1 value, digests as 64 hex digits."""

    sequence: int
    content: dict[str, Any]
    previous: str
    digest: str


def digest_of(sequence: int, content: dict[str, Any], previous: str) -> str:
    """SHA-256 over the canonical bytes of number, digest before and content. Raises NotCanonical."""
    return hashlib.sha256(
        encode({"content": content, "previous": previous, "sequence": sequence})
    ).hexdigest()


def breaks(links: Iterable[Link]) -> Iterator[tuple[int, str]]:
    """(number, what is wrong) for each record that does not follow from the one before; nothing where the chain holds."""
    expected, before = 1, START
    for link in links:
        if link.sequence != expected:
            yield expected, "missing"
        if link.previous != before:
            yield link.sequence, "previous"
        if not _intact(link):
            yield link.sequence, "changed"
        expected, before = link.sequence + 1, link.digest


def _intact(link: Link) -> bool:
    """Whether the digest is that of the content. Content that has no canonical form was never recorded like that."""
    try:
        return link.digest == digest_of(link.sequence, link.content, link.previous)
    except NotCanonical:
        return False
