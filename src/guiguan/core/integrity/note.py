"""Signed notes as C2SP says (c2sp.org/signed-note@v1): a text, an empty line, and lines with signatures.

Keys stay outside: who checks hands in a `Check`, who signs a `Sign`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ED25519 = b"\x01"
"""The signature type of Ed25519 over the note's text."""

MOST_SIGNATURES = 32
MOST_BYTES = 1 << 20

Check = Callable[[bytes, bytes, bytes], bool]
"""Whether, under this public key, over this message, this signature holds."""

Sign = Callable[[bytes], bytes]
"""The signature over a message."""

_DASH = "\u2014 "


class NotANote(ValueError):
    """Bytes that are no signed note, or a note that no known key signed; the text says why."""


@dataclass(frozen=True)
class NoteKey:
    """A public key under a name, as signature lines name it."""

    name: str
    public: bytes
    kind: bytes = ED25519

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise NotANote(f"{self.name!r} is no key name: no spaces, no plus, not empty")

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ LF ‖ type ‖ public key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as a text, for those who will check."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self.kind + self.public).decode()}"


def read_vkey(text: str) -> NoteKey:
    """The Ed25519 key of a verifier key's text. Raises NotANote."""
    name, _, rest = text.partition("+")
    told, _, encoded = rest.partition("+")
    raw = _base64(encoded)
    if raw[:1] != ED25519 or len(raw) != 33:
        raise NotANote("a verifier key of another kind than Ed25519")
    key = NoteKey(name, raw[1:])
    if key.id.hex() != told:
        raise NotANote(f"key id {told}, wanted {key.id.hex()}")
    return key


@dataclass(frozen=True)
class Signature:
    """One signature line: the name and id of a key and what it signed."""

    name: str
    key: bytes
    value: bytes


@dataclass(frozen=True)
class Note:
    """A text that ends with a line end, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def content(self) -> bytes:
        """The bytes of the whole note."""
        lines = [f"{_DASH}{s.name} {base64.b64encode(s.key + s.value).decode()}\n" for s in self.signatures]
        return f"{self.text}\n{''.join(lines)}".encode()


def sign_note(text: str, key: NoteKey, sign: Sign) -> Note:
    """The note with one signature."""
    _check_text(text)
    return Note(text, (Signature(key.name, key.id, sign(text.encode())),))


def read_note(content: bytes) -> Note:
    """The note of these bytes; nothing is said of its signatures yet. Raises NotANote."""
    if len(content) > MOST_BYTES:
        raise NotANote(f"{len(content)} bytes, more than {MOST_BYTES}")
    try:
        whole = content.decode()
    except UnicodeDecodeError as error:
        raise NotANote("not UTF-8") from error
    _check_text(whole)
    text, parted, tail = whole.rpartition("\n\n")
    lines = tail.split("\n")[:-1]
    if not parted or not lines or len(lines) > MOST_SIGNATURES:
        raise NotANote(f"{len(lines)} signature lines behind an empty line, wanted 1 to {MOST_SIGNATURES}")
    return Note(text + "\n", tuple(map(_signature, lines)))


def open_note(content: bytes, keys: Sequence[NoteKey], check: Check) -> Note:
    """The note, of which every signature by one of these keys holds, and at least one is there. Raises NotANote."""
    note = read_note(content)
    known = {(k.name, k.id): k for k in keys}
    holding = 0
    for signature in note.signatures:
        key = known.get((signature.name, signature.key))
        if key is None:
            continue
        if not check(key.public, note.text.encode(), signature.value):
            raise NotANote(f"the signature of {key.name} does not hold")
        holding += 1
    if not holding:
        raise NotANote("signed by none of the known keys")
    return note


def is_key_name(name: str) -> bool:
    """Whether a key may be called so."""
    return bool(name) and "+" not in name and not any(c.isspace() or c < " " for c in name)


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not is_key_name(name):
        raise NotANote("a signature line is: dash, blank, key name, blank, base64")
    raw = _base64(encoded)
    if len(raw) <= 4:
        raise NotANote("a signature of no bytes")
    return Signature(name, raw[:4], raw[4:])


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(c < " " and c != "\n" for c in text):
        raise NotANote("a note ends with a line end and has no other control characters")


def _base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotANote("not base64") from error
    if base64.b64encode(raw).decode() != text:
        raise NotANote("base64 with spare bits")
    return raw
