"""Signed notes: the one that C2SP publishes, and bytes that must never be taken for one."""

from __future__ import annotations

import pytest

from guiguan.adapters.signing import Ed25519, check_ed25519
from guiguan.core.integrity.note import (
    NotANote,
    Note,
    NoteKey,
    Signature,
    open_note,
    read_note,
    read_vkey,
    sign_note,
)

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SIGNED = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
KEY = read_vkey(VKEY)


def test_the_example_of_the_specification() -> None:
    note = open_note(SIGNED, [KEY], check_ed25519)
    assert note.text == "This is an example message.\n"
    assert note.content() == SIGNED
    assert KEY.vkey == VKEY


@pytest.mark.parametrize("at", range(0, len(SIGNED) * 8, 7))
def test_no_flipped_bit_passes(at: int) -> None:
    changed = bytearray(SIGNED)
    changed[at // 8] ^= 1 << (at % 8)
    with pytest.raises(NotANote):
        open_note(bytes(changed), [KEY], check_ed25519)


def test_a_note_that_we_sign_is_opened() -> None:
    own = Ed25519(bytes(range(32)))
    key = NoteKey("log.example/a", own.public)
    note = sign_note("文本\n\n第三行\n", key, own.sign)
    assert open_note(note.content(), [KEY, read_vkey(key.vkey)], check_ed25519) == note


def test_signatures_of_unknown_keys_are_passed_over_but_do_not_count() -> None:
    own = Ed25519(bytes(32))
    key = NoteKey("log.example/a", own.public)
    note = sign_note("text\n", key, own.sign)
    both = Note(note.text, (Signature("x.example", b"1234", b"anything"), *note.signatures))
    assert open_note(both.content(), [key], check_ed25519) == both
    with pytest.raises(NotANote, match="signed by none of the known keys"):
        open_note(both.content(), [KEY], check_ed25519)


def test_one_bad_signature_of_a_known_key_spoils_the_note() -> None:
    own = Ed25519(bytes(32))
    key = NoteKey("log.example/a", own.public)
    note = sign_note("text\n", key, own.sign)
    spoilt = Note(note.text, (*note.signatures, Signature(key.name, key.id, bytes(64))))
    with pytest.raises(NotANote, match="does not hold"):
        open_note(spoilt.content(), [key], check_ed25519)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "ends with a line end"),
        (b"text\n", "signature lines"),
        (b"text\n\n", "signature lines"),
        (b"te\xffxt\n\n", "not UTF-8"),
        (b"te\txt\n\n", "no other control characters"),
        (SIGNED[:-1], "ends with a line end"),
        (SIGNED + b"\n", "signature lines"),
        (SIGNED.replace("— ".encode(), b"- "), "dash, blank, key name"),
        (SIGNED.replace(b"example.com/foo", b"example.com+foo"), "dash, blank, key name"),
        (SIGNED.replace(b"Uw2Q", b"Uw2*"), "not base64"),
        (SIGNED.replace(b"yaQM=", b"yaQN="), "spare bits"),
        ("text\n\n— a.example AAAAAA==\n".encode(), "no bytes"),
        (SIGNED + SIGNED.split(b"\n\n")[1] * 32, "wanted 1 to 32"),
        (b"a" * (1 << 20) + b"\n", "more than 1048576"),
    ],
)
def test_what_is_no_note(content: bytes, why: str) -> None:
    with pytest.raises(NotANote, match=why):
        read_note(content)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (VKEY.replace("530d903a", "530d903b"), "key id 530d903b, wanted 530d903a"),
        ("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "another kind"),
        ("example.com/foo+530d903a+AQ==", "another kind"),
        ("example.com/foo+530d903a+~", "not base64"),
        ("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "no key name"),
        ("a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "no key name"),
    ],
)
def test_what_is_no_verifier_key(text: str, why: str) -> None:
    with pytest.raises(NotANote, match=why):
        read_vkey(text)


def test_a_text_without_a_line_end_is_not_signed() -> None:
    own = Ed25519(bytes(32))
    with pytest.raises(NotANote, match="ends with a line end"):
        sign_note("text", NoteKey("a", own.public), own.sign)
