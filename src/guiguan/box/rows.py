"""Stored entries of the ballot log, and the place of one: which writer, which of its batches, which place in it."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple

APPENDER = 0
"""The writer that appends entries of other kinds than ballots, one at a time under a lock. Ballot boxes write under greater numbers."""
OPENER = -1
"""The same writer's other number, for openings: they stand before every ballot of their vote, as the rest stands behind."""


class Ref(NamedTuple):
    """Where an entry is stored. Refs of one writer are in the order of its commits."""

    writer: int
    batch: int
    place: int


class Stored(NamedTuple):
    """One stored entry, as it is in the table; `voter` is empty and `asked` too for entries that are no ballots."""

    writer: int
    batch: int
    place: int
    voter: bytes
    poll: int
    kind: str
    day: str
    time: int
    asked: bytes
    entry: bytes
    leaf: bytes

    @property
    def ref(self) -> Ref:
        return Ref(self.writer, self.batch, self.place)


COLUMNS = ", ".join(Stored._fields)
SIGNAL_COLUMNS = "writer, batch, at, sealed, entries"
"""Of the row that goes with the entries of one batch; `entries` tells how many they are."""
_REF = struct.Struct(">hqi")


def packed(ref: Ref) -> bytes:
    """The 14 bytes of a ref in `votes_right.refs`."""
    return _REF.pack(*ref)


def packed_all(writer: int, batch: int, places: Iterable[int]) -> list[bytes]:
    """The same for many places of one batch."""
    pack = _REF.pack
    return [pack(writer, batch, place) for place in places]


def unpacked(refs: bytes) -> list[Ref]:
    """The refs of a right's row, oldest first."""
    return [Ref(*found) for found in _REF.iter_unpack(refs)]
