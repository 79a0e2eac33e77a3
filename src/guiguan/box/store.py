"""What a store of ballots promises, whatever database is behind it. One thread uses a store at a time.

A writer is a number that this process alone holds while it stores; its batches are numbered by the process, one commit each, so that
they become visible in the order of their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from guiguan.box.poll import PollRow
from guiguan.box.rows import Ref, Stored
from guiguan.box.tallied import Refusals


class NotStored(Exception):
    """Nothing was stored, for sure: the database refused, and said so. One of the rows may be at fault, so each may be tried alone."""


class Unavailable(Exception):
    """The database cannot store now (gone, full, broken). Whether the last batch was stored is not known."""


class Busy(Unavailable):
    """Somebody else writes, and has not ended in time: nothing was stored, for sure."""


class Unsafe(ValueError):
    """The database could lose what it acknowledged; says what must be set."""


class Standing(NamedTuple):
    """What a poll's row says at this moment, held so until the commit."""

    state: str
    version: int


@dataclass(frozen=True)
class Batch:
    """Ballots of one poll to be stored by one commit. Each row's writer and batch are those given by `next_batch`."""

    poll: int
    version: int
    rows: Sequence[Stored]
    sealed: bytes
    """What is known of the senders (box.signals)."""


@dataclass(frozen=True)
class Right:
    """What a holder used up: refs of a voter's ballots, oldest first; for an address, what limits counted under it."""

    refs: tuple[Ref, ...] = ()
    used: bytes = b""


class Settling(Protocol):
    """A transaction in which ballots are decided with all locks that matter held."""

    def standing(self) -> Standing:
        """The poll's, unchangeable until the commit."""

    def rights(self, holders: Sequence[bytes]) -> dict[bytes, Right]:
        """The rights, locked one after another in this order; those that were missing now stand, empty. Sort them."""

    def ballots(self, refs: Iterable[tuple[Ref, bytes]]) -> dict[Ref, Stored]:
        """The stored ballots with these refs and voters."""

    def put(self, batch: Batch, rights: Mapping[bytes, Right]) -> None:
        """The ballots and the changed rights are stored when the transaction commits."""


class Store(Protocol):
    """Raises Unavailable anywhere where the database cannot be reached, NotStored where it refused."""

    def polls(self, known: Mapping[int, PollRow]) -> list[PollRow]:
        """Every vote there is; the documents of those that stand in `known` in the same version are not read again."""

    def standing(self, poll: int) -> Standing:
        """What the poll's row says at this moment; ("", 0) where there is none."""

    def next_batch(self) -> tuple[int, int]:
        """Writer and number of the batch that is to be stored next; each number is given once."""

    def put_first(self, batch: Batch) -> tuple[Standing, frozenset[int]]:
        """In one durable commit: if the poll is open in this version, every row whose voter has no right in it yet is stored with
        one. Returns the poll's standing and the places stored."""

    def settling(self, poll: int) -> AbstractContextManager[Settling]:
        """A transaction that is durably committed at the end of the block, and rolled back where it raises."""

    def rights_of(self, poll: int, holders: Sequence[bytes]) -> dict[bytes, Right]:
        """The rights that exist, without any lock."""

    def ballots(self, refs: Iterable[tuple[Ref, bytes]]) -> dict[Ref, Stored]:
        """The stored ballots with these refs and voters."""

    def commit_of(self, ref: Ref, poll: int) -> list[Stored]:
        """The rows of one poll that one commit stored, by place."""

    def note_refused(self, counts: Refusals) -> None:
        """The counts are added to what this writer noted before."""

    def close(self) -> None: ...


def with_document(row: PollRow, known: Mapping[int, PollRow], read: Callable[[int], str]) -> PollRow:
    """The row with its document: the one that is known of this version, else as it is read."""
    before = known.get(row.id)
    if before is not None and before.version == row.version:
        return replace(row, document=before.document)
    return replace(row, document=read(row.id))
