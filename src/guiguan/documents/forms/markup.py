"""The small language in which a layout writes a cell: words, and places for what is filled in.

`{field}` a field's answer · `{field|（hint）}` with what stands there while it is empty · `{field?option}` the box before an option ·
`{field!option}` the words of one's own beside it · `{#}` the number of a repeated row · `{.column}` its cell. Nothing else has braces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

PieceKind = Literal["words", "answer", "box", "beside", "number", "cell"]
_PLACE = re.compile(r"\{([^{}]*)\}")
_SHAPE = re.compile(r"(?s)(#|\.?[a-z][a-z0-9_]*)(?:([?!])([^|]+))?(?:\|(.*))?")
EMPTY = "　　"
"""Stands in an empty place without a hint: wide enough to click at, unseen in print."""


@dataclass(frozen=True)
class Piece:
    """One stretch of a cell. `words`: text is printed. Else `field` (or column) is filled in, `option` names its option,
    `text` stands there while it is empty."""

    kind: PieceKind
    text: str = ""
    field: str = ""
    option: str = ""


def pieces(text: str) -> tuple[Piece, ...]:
    """The stretches in order. ValueError for braces that are no place."""
    found: list[Piece] = []
    at = 0
    for match in _PLACE.finditer(text):
        found.append(Piece("words", text[at : match.start()]))
        found.append(_place(match[1]))
        at = match.end()
    found.append(Piece("words", text[at:]))
    return tuple(p for p in found if p.kind != "words" or p.text)


def _place(inside: str) -> Piece:
    shape = _SHAPE.fullmatch(inside)
    if shape is None:
        raise ValueError(f"{{{inside}}} is no place of a layout")
    name, mark, option, hint = shape.groups()
    if name == "#":
        return Piece("number")
    if name.startswith("."):
        return Piece("cell", hint or EMPTY, name[1:])
    if mark == "?":
        return Piece("box", "", name, option)
    if mark == "!":
        return Piece("beside", hint or EMPTY, name, option)
    return Piece("answer", hint or EMPTY, name)
