"""The signer over a list of entries: every flipped bit is found before a signature, two signers never sign two histories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from guiguan.adapters.signing import Ed25519, check_ed25519
from guiguan.box.checkpointer import STEP, Checkpointer, Hashed, Refused
from guiguan.box.logfiles import LogFiles
from guiguan.box.signed import LastSigned, Overtaken, Signed
from guiguan.core.integrity.checkpoint import Checkpoint, open_checkpoint
from guiguan.core.integrity.merkle import EMPTY, leaf_hash, root
from guiguan.core.integrity.note import NoteKey

OWN = Ed25519(bytes(range(32)))
ORIGIN = "votes.example/log/gx-demo"
KEY = NoteKey(ORIGIN, OWN.public)


@dataclass
class Listed:
    """The entries of a log, and the leaves stored beside them."""

    entries: list[bytes]
    leaves: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.leaves = [leaf_hash(e) for e in self.entries]

    def size(self) -> int:
        return len(self.entries)

    def read(self, first: int, last: int) -> Iterator[tuple[int, bytes, bytes]]:
        return ((i, self.entries[i], self.leaves[i]) for i in range(first, min(last, len(self.entries))))


def entries(first: int, last: int) -> list[bytes]:
    return [
        f'{{"k":"ballot","nym":"{i:032x}","salt":"{i * 7919:032x}"}}'.encode() for i in range(first, last)
    ]


@pytest.fixture
def signer(tmp_path: Path) -> Checkpointer:
    return Checkpointer(ORIGIN, KEY, OWN.sign, LogFiles(tmp_path / "log"), Signed(tmp_path / "signed.sqlite"))


def published(signer: Checkpointer) -> Checkpoint:
    return open_checkpoint(signer.files.checkpoint(), [KEY], check_ed25519, ORIGIN)


def test_every_bit_of_a_small_store_is_guarded(signer: Checkpointer) -> None:
    """Of entries and of stored leaves, each bit in turn: never a signature, never another checkpoint."""
    listed = Listed(entries(0, 3))
    signer.checkpoint(listed, 1)
    listed = Listed(entries(0, 9))
    before = signer.files.checkpoint()
    signed: list[int] = []
    watched = Checkpointer(
        ORIGIN, KEY, lambda message: signed.append(1) or OWN.sign(message), signer.files, Remembering(signer)
    )
    flips = 0
    for stored in (listed.entries, listed.leaves):
        for at in range(3, 9):
            whole = stored[at]
            for bit in range(len(whole) * 8):
                changed = bytearray(whole)
                changed[bit // 8] ^= 1 << bit % 8
                stored[at] = bytes(changed)
                with pytest.raises(Refused, match=f"entry {at} does not hash to its leaf"):
                    watched.checkpoint(listed, 2)
                flips += 1
            stored[at] = whole
    assert flips == 6 * 8 * (len(entries(0, 1)[0]) + 32)
    assert (signed, signer.files.checkpoint()) == ([], before)
    made = signer.checkpoint(listed, 3)
    assert made == Checkpoint(ORIGIN, 9, root(listed.leaves))


class Remembering(Signed):
    """The signer's memory as it was, without opening its file for each of some thousand flips."""

    def __init__(self, signer: Checkpointer) -> None:
        super().__init__(signer.signed.file)
        object.__setattr__(self, "kept", signer.signed.last(ORIGIN))

    def last(self, origin: str) -> LastSigned | None:
        return self.kept  # type: ignore[attr-defined,no-any-return]  # set past the frozen class


def test_nothing_new_is_not_signed_again(signer: Checkpointer) -> None:
    listed = Listed(entries(0, 5))
    assert signer.checkpoint(listed, 1) == Checkpoint(ORIGIN, 5, root(listed.leaves))
    before = signer.files.checkpoint()
    assert signer.checkpoint(listed, 2) is None
    assert signer.files.checkpoint() == before
    signer.files.publish(b"something else", "key")
    assert signer.checkpoint(listed, 3) is None
    assert signer.files.checkpoint() == before


def test_an_empty_log_begins_with_a_checkpoint(signer: Checkpointer) -> None:
    assert signer.checkpoint(Listed([]), 1) == Checkpoint(ORIGIN, 0, EMPTY)
    assert signer.checkpoint(Listed(entries(0, 1)), 2) == Checkpoint(ORIGIN, 1, leaf_hash(entries(0, 1)[0]))


def test_a_long_catch_up_goes_in_steps_and_leaves_no_partial_tile_behind(signer: Checkpointer) -> None:
    listed = Listed([i.to_bytes(4, "big") for i in range(STEP + 300)])
    signer.checkpoint(Listed(listed.entries[:10]), 1)
    assert signer.checkpoint(listed, 2) == Checkpoint(ORIGIN, STEP + 300, root(listed.leaves))
    partial = sorted(str(p.relative_to(signer.files.folder)) for p in signer.files.folder.rglob("*.p/*"))
    assert partial == ["tile/0/257.p/44", "tile/1/001.p/1", "tile/2/000.p/1"]


def test_of_two_signers_one_gives_way_and_nothing_of_it_is_published(signer: Checkpointer) -> None:
    """Both read the same last checkpoint; the second has another history to sign."""
    ours, theirs = Listed(entries(0, 4)), Listed(entries(2, 6))

    def overtake(step: str) -> None:
        if step == "tiles":
            signer.checkpoint(theirs, 2)

    late = Checkpointer(
        ORIGIN, KEY, OWN.sign, LogFiles(signer.files.folder.with_name("other")), signer.signed, overtake
    )
    with pytest.raises(Overtaken, match="signed by another process since size 0"):
        late.checkpoint(ours, 1)
    assert published(signer) == Checkpoint(ORIGIN, 4, root(theirs.leaves))
    assert late.files.checkpoint() == b""


def test_what_was_signed_is_remembered_by_origin_and_only_replaced_by_who_knows_it(tmp_path: Path) -> None:
    signed = Signed(tmp_path / "deep" / "signed.sqlite")
    first, second = LastSigned(1, b"a" * 32, b"note", 5), LastSigned(2, b"b" * 32, b"note 2", 6)
    assert signed.last("a") is None
    signed.replace("a", None, first)
    assert (signed.last("a"), signed.last("b")) == (first, None)
    with pytest.raises(Overtaken):
        signed.replace("a", None, second)
    with pytest.raises(Overtaken):
        signed.replace("a", second, first)
    signed.replace("a", first, second)
    assert signed.last("a") == second


# leaves that were hashed a moment before


def test_hashed_leaves_are_not_read_again_and_give_the_same_checkpoint(signer: Checkpointer) -> None:
    signer.checkpoint(Listed(entries(0, 300)), 1)
    listed = Listed(entries(0, 700))
    unread = Listed(entries(0, 300) + [b"never asked for"] * 400)
    made = signer.checkpoint(unread, 2, Hashed(300, listed.leaves[300:]))
    assert made == published(signer) == Checkpoint(ORIGIN, 700, root(listed.leaves))


@pytest.mark.parametrize(("first", "last"), [(301, 700), (300, 699), (0, 299), (700, 700), (900, 999)])
def test_leaves_that_do_not_reach_from_the_last_signed_to_the_end_are_read(
    signer: Checkpointer, first: int, last: int
) -> None:
    """Were these used, they would give another root."""
    signer.checkpoint(Listed(entries(0, 300)), 1)
    listed = Listed(entries(0, 700))
    signer.checkpoint(listed, 2, Hashed(first, [b"\x00" * 32] * (last - first)))
    assert published(signer) == Checkpoint(ORIGIN, 700, root(listed.leaves))


def test_more_leaves_than_the_database_has_are_not_signed(signer: Checkpointer) -> None:
    listed = Listed(entries(0, 9))
    signer.checkpoint(listed, 1, Hashed(0, [*listed.leaves, b"\x00" * 32]))
    assert published(signer) == Checkpoint(ORIGIN, 9, root(listed.leaves))
