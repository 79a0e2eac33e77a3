"""In which order a voter sees the cases: another for everybody, so that no case gains by its place (V2)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from guiguan.core.blueprint.stages import Ballots

_USE = b"gg/order/v1\0"


def order_of(stage: Ballots, entries: Iterable[str], seed: str, viewer: str) -> tuple[str, ...]:
    """The entries as this viewer sees them; in the order of their ids where the blueprint wants it fixed.

    `seed` is the vote's own, recorded when it opens; `viewer` any text that stays the same for one person's browser. Who
    knows both can work the order out again. The order in which `entries` come changes nothing.
    """
    if stage.order == "fixed":
        return tuple(sorted(entries))
    key = hashlib.sha256(_USE + seed.encode() + b"\0" + viewer.encode() + b"\0")
    return tuple(sorted(entries, key=lambda entry: (_place(key, entry), entry)))


def _place(key: hashlib._Hash, entry: str) -> bytes:
    own = key.copy()
    own.update(entry.encode())
    return own.digest()
