"""Checkpoints as C2SP says (c2sp.org/tlog-checkpoint@v1): a signed note with origin, size and root of a log."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from guiguan.core.integrity.merkle import DIGEST
from guiguan.core.integrity.note import Check, NotANote, Note, NoteKey, Sign, open_note, sign_note

_SIZE = re.compile("0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """What a log commits itself to: under this origin, so many leaves, with this root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note's text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a note's text. Extension lines are refused: nobody could audit them. Raises NotANote."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not all(lines[:3]):
        raise NotANote("a checkpoint has three lines: origin, size, root")
    origin, size, encoded = lines[:3]
    if not _SIZE.fullmatch(size):
        raise NotANote(f"{size!r} is no size")
    try:
        root = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise NotANote("the root is not base64") from error
    if len(root) != DIGEST or base64.b64encode(root).decode() != encoded:
        raise NotANote(f"the root is not {DIGEST} bytes in base64")
    return Checkpoint(origin, int(size), root)


def sign_checkpoint(checkpoint: Checkpoint, key: NoteKey, sign: Sign) -> Note:
    """The checkpoint as a signed note."""
    return sign_note(checkpoint.text(), key, sign)


def open_checkpoint(content: bytes, keys: Sequence[NoteKey], check: Check, origin: str) -> Checkpoint:
    """The checkpoint of this log, signed by one of these keys. Raises NotANote."""
    checkpoint = read_checkpoint(open_note(content, keys, check).text)
    if checkpoint.origin != origin:
        raise NotANote(f"a checkpoint of {checkpoint.origin}, wanted one of {origin}")
    return checkpoint
