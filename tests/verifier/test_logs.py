"""What `verify.py` has of its own for logs, against the core's and the kept library's: signatures, trees, entries in pieces."""

from __future__ import annotations

import hashlib
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.adapters.signing import Ed25519
from guiguan.core.evidence.logs import entries_in
from guiguan.core.integrity.checkpoint import Checkpoint, sign_checkpoint
from guiguan.core.integrity.merkle import leaf_hash, root
from guiguan.core.integrity.note import NoteKey
from guiguan.core.integrity.tiles import bundle

RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_signatures_of_rfc_8032(verifier: ModuleType, public: str, message: str, signature: str) -> None:
    key, said, signed = map(bytes.fromhex, (public, message, signature))
    assert verifier.is_signed(key, said, signed)
    for i in range(0, 512, 7):
        changed = bytearray(signed)
        changed[i // 8] ^= 1 << i % 8
        assert not verifier.is_signed(key, said, bytes(changed))
    assert not verifier.is_signed(key, said + b"\0", signed)
    # the same signature with the order added: RFC 8032 has it refused, or there would be two for one message
    higher = (int.from_bytes(signed[32:], "little") + ORDER).to_bytes(32, "little")
    assert not verifier.is_signed(key, said, signed[:32] + higher)
    assert not verifier.is_signed(key, said, signed[:-1])
    assert not verifier.is_signed(bytes([255] * 32), said, signed)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_what_the_library_signs_holds_and_under_another_key_does_not(
    verifier: ModuleType, seed: bytes, message: bytes
) -> None:
    own, other = Ed25519(seed), Ed25519(hashlib.sha256(seed).digest())
    signed = own.sign(message)
    assert verifier.is_signed(own.public, message, signed)
    assert not verifier.is_signed(other.public, message, signed)


def test_a_tree_has_the_root_of_every_size(verifier: ModuleType) -> None:
    leaves = [leaf_hash(bytes([i // 256, i % 256])) for i in range(300)]
    tree = verifier.Tree()
    for size in range(len(leaves) + 1):
        assert (tree.size, tree.root()) == (size, root(leaves[:size]))
        if size < len(leaves):
            tree.add(leaves[size])


class Pieces:
    """A file that comes in pieces."""

    def __init__(self, content: bytes, size: int) -> None:
        self.parts = [content[i : i + size] for i in range(0, len(content), size)]

    def pieces(self, name: str) -> list[bytes]:
        return self.parts


@given(st.lists(st.binary(max_size=40), max_size=12), st.integers(1, 50))
def test_entries_come_out_whole_wherever_the_file_is_cut(
    verifier: ModuleType, entries: list[bytes], size: int
) -> None:
    content = bundle(entries)
    cut = Pieces(content, size)
    assert [e for _, e in verifier.logged(cut, "logs/a/entries")] == entries
    assert list(entries_in(cut.parts)) == entries
    if content:
        short = Pieces(content[:-1], size)
        with pytest.raises(verifier.Bad):
            list(verifier.logged(short, "logs/a/entries"))
        with pytest.raises(ValueError, match="within an entry"):
            list(entries_in(short.parts))


def test_a_checkpoint_is_read_as_it_was_signed_and_in_no_other_form(verifier: ModuleType) -> None:
    own = Ed25519(bytes(range(32)))
    key = NoteKey("votes.example/log/case", own.public)
    read = verifier.read_key(f"{key.vkey}\n")
    assert read == (key.name, key.id, key.public)
    note = sign_checkpoint(Checkpoint(key.name, 9, bytes(32)), key, own.sign).content().decode()
    assert verifier.read_checkpoint(note, read) == (9, bytes(32))
    other = verifier.read_key(f"{NoteKey('votes.example/log/other', own.public).vkey}\n")
    for changed in (
        note.replace("\n9\n", "\n8\n"),
        note.replace("\n9\n", "\n09\n"),
        note.replace("case", "cast", 1),
        note[:-2],
        note + "x\n",
        note.replace("\n\n", "\n"),
        "",
    ):
        with pytest.raises(verifier.Bad):
            verifier.read_checkpoint(changed, read)
    with pytest.raises(verifier.Bad):
        verifier.read_checkpoint(note, other)
    for line in (key.vkey, f"{key.vkey} \n", f"{key.vkey[:-5]}AAAA=\n", "\n", f"a+{key.vkey}\n"):
        with pytest.raises(verifier.Bad):
            verifier.read_key(line)
