"""What is written for ballots that are to be stored, and what their voters get for it once they are."""

from __future__ import annotations

import os
from collections.abc import Sequence

from guiguan.adapters.signing import Ed25519
from guiguan.box.accept import entries_of
from guiguan.box.asked import Asked
from guiguan.box.keys import Keys
from guiguan.box.poll import Poll
from guiguan.box.rows import Stored
from guiguan.box.signals import sealed_signals
from guiguan.box.store import Batch
from guiguan.core.integrity.merkle import leaf_hashes
from guiguan.core.integrity.receipt import receipts


class Notary:
    """Writes the rows of a commit, and signs its receipts. Safe to use from several threads."""

    def __init__(self, keys: Keys) -> None:
        self._signer = Ed25519(keys.receipt)
        self._public = self._signer.public
        self._signals = keys.signal

    def batch(self, poll: Poll, asked: Sequence[Asked], at: int, number: tuple[int, int]) -> Batch:
        """What one commit is to store, placed in this order. NotCanonical or ValueError for a ballot that cannot be written."""
        rows = self._rows(poll, asked, at, number)
        senders = [(row.leaf, a.sender) for row, a in zip(rows, asked, strict=True)]
        return Batch(poll.row.id, poll.row.version, rows, sealed_signals(self._signals, senders))

    def receipts(self, poll: Poll, rows: Sequence[Stored]) -> list[str]:
        """Of the stored rows of one commit, in their order, under one signature."""
        if not rows:
            return []
        leaves, first = [row.leaf for row in rows], rows[0]
        made = receipts(poll.row.campaign, first.day, first.time, leaves, self._signer.sign, self._public)
        return list(made)

    def _rows(self, poll: Poll, asked: Sequence[Asked], at: int, number: tuple[int, int]) -> list[Stored]:
        (writer, batch), day, voted = number, poll.day(at), poll.row.id
        salts = os.urandom(16 * len(asked)).hex()
        entries = entries_of(poll, asked, at, (salts[i : i + 32] for i in range(0, len(salts), 32)))
        keys = [a.key + a.body if a.key else b"" for a in asked]
        return [
            Stored(writer, batch, place, a.voter, voted, "ballot", day, at, key, entry, leaf)
            for place, (a, key, entry, leaf) in enumerate(
                zip(asked, keys, entries, leaf_hashes(entries), strict=True)
            )
        ]
