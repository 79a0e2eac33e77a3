"""A stretch of a page as it was typed: its characters, which of them are bold, and which lie in content controls."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

TICKS = frozenset("☑☒■√✓✔✅▣⊠▪●◆")
BOXES = frozenset("□☐▢◻○◯▫◇⬜")


@dataclass(frozen=True)
class Control:
    """A content control: its tag, where its content lies, whether it shows only its hint, whether a box is ticked."""

    tag: str
    text: str
    hint: bool
    checked: bool | None = None


@dataclass
class Strip:
    """`bold` has one flag for each character of `text`."""

    text: str = ""
    bold: list[bool] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)

    def add(self, text: str, bold: bool = False) -> None:
        self.text += text
        self.bold.extend([bold] * len(text))

    def join(self, other: Strip, between: str = "") -> None:
        self.add(between)
        self.text += other.text
        self.bold.extend(other.bold)
        self.controls.extend(other.controls)

    @property
    def blank(self) -> bool:
        return is_blank(self.text)


def joined(strips: Iterable[Strip], between: str = "\n") -> Strip:
    whole = Strip()
    for number, strip in enumerate(strips):
        whole.join(strip, between if number else "")
    return whole


def is_blank(text: str) -> bool:
    """Nothing but white space and the strokes of an unfilled line."""
    return not text.strip(" \t\n\r　_＿‗﹍—-－﹏")


def folded(text: str) -> tuple[str, list[int]]:
    """The text as people compare it (half width, no white space, no stars), and where each character of it came from."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for plain in unicodedata.normalize("NFKC", sign):
            if (
                not plain.isspace()
                and plain not in "*﹡∗​﻿"
                and unicodedata.category(plain) not in ("Cc", "Cf")
            ):
                signs.append(_PLAINER.get(plain, plain))
                places.append(place)
    return "".join(signs), places


_PLAINER = {
    "〔": "(",
    "〕": ")",
    "[": "(",
    "]": ")",
    "【": "(",
    "】": ")",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "．": ".",
    "–": "-",
    "—": "-",
    "～": "~",
}


_EDGES = "_:;.,、。"


def key(text: str) -> str:
    """What two labels must share to be the same: without numbering, notes in brackets, colons and lines to fill in."""
    plain = _unnumbered(folded(text)[0].strip(_EDGES))
    before = ""
    while before != plain:  # notes may hold notes
        before, plain = plain, re.sub(r"\([^()]*\)", "", plain)
    return plain.strip(_EDGES).replace(":", "")


def _unnumbered(plain: str) -> str:
    """Without 1. 1、 (一) 一、 in front."""
    return re.sub(
        r"^(\(?[一二三四五六七八九十\d]{1,2}\)?[、.)]|\([一二三四五六七八九十\d]{1,2}\))", "", plain
    )
