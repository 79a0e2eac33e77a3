"""SVG by hand: boxes of measured, wrapped text and the lines between them. All coordinates are whole pixels."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from html import escape

FONTS = (
    "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Zen Hei',"
    "'WenQuanYi Micro Hei',sans-serif"
)
INK = "#1b2733"
SOFT_INK = "#465362"
LINE = "#6b7885"
PAPER = "#ffffff"


@dataclass(frozen=True)
class Tone:
    """Colours of one sort of box: `fill` under dark ink, `deep` under white; both meet WCAG AA (4.5 : 1)."""

    fill: str
    edge: str
    deep: str


TONES = {
    "intake": Tone("#eaf2fb", "#9dbfe3", "#1f5f9e"),
    "people": Tone("#fdf3e3", "#e3c48e", "#8a5a0a"),
    "count": Tone("#e9f6ee", "#97cfab", "#1d6b3c"),
    "select": Tone("#f3edfa", "#c3a9e0", "#69409b"),
    "tell": Tone("#eef1f4", "#b9c3cd", "#4a5967"),
    "award": Tone("#fdeceb", "#e5a9a4", "#a32a20"),
}


def clean(text: str) -> str:
    """The text as XML may carry it: without the control characters that XML forbids, escaped."""
    return escape(
        "".join(c for c in text if c in "\t\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cn"))
    )


def width_of(text: str, size: int) -> int:
    """A width in pixels that the text does not exceed in the fonts named: wide characters are as wide as high."""
    tenths = sum(10 if unicodedata.east_asian_width(c) in "WFA" else 6 for c in text)
    return -(-tenths * size // 10)


def wrap(text: str, size: int, room: int, lines: int = 3) -> list[str]:
    """The text broken to `room` pixels, at most `lines` lines; what does not fit ends in ….

    Breaks before any wide character and at blanks, never before a closing mark.
    """
    rows = [""]
    for piece in _pieces(" ".join(text.split())):
        if rows[-1] and width_of((rows[-1] + piece).rstrip(), size) > room:
            rows.append("")
        rows[-1] += piece if rows[-1] else piece.lstrip()
    rows = [part for row in rows for part in _hard(row.rstrip(), size, room)]
    if len(rows) > lines:
        last = rows[lines - 1]
        while last and width_of(last + "…", size) > room:
            last = last[:-1]
        rows = [*rows[: lines - 1], last + "…"]
    return rows


_NEVER_FIRST = "，。、；：？！）》」』”’…·％%"
_NEVER_LAST = "（《「『“‘"


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for char in text:
        wide = unicodedata.east_asian_width(char) in "WF"
        glued = pieces and (char in _NEVER_FIRST or pieces[-1][-1] in _NEVER_LAST)
        inside = (
            pieces and not wide and char != " " and unicodedata.east_asian_width(pieces[-1][-1]) not in "WF"
        )
        if glued or (inside and not pieces[-1].endswith(" ")) or (pieces and char == " "):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _hard(row: str, size: int, room: int) -> list[str]:
    """One long word, cut where it must be."""
    rows = [""]
    for char in row:
        if rows[-1] and width_of(rows[-1] + char, size) > room and char not in _NEVER_FIRST:
            rows.append("")
        rows[-1] += char
    return rows


def text(
    x: int, y: int, words: str, size: int, colour: str = INK, *, bold: bool = False, anchor: str = "start"
) -> str:
    """One line of text; `y` is its baseline."""
    weight = ' font-weight="700"' if bold else ""
    place = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{weight}{place}>{clean(words)}</text>'


def pill(x: int, y: int, words: str, tone: Tone, size: int = 12) -> tuple[str, int]:
    """A small label in white on deep colour, and its width."""
    width = width_of(words, size) + 18
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="22" rx="11" fill="{tone.deep}"/>'
        + text(x + width // 2, y + 16, words, size, PAPER, anchor="middle"),
        width,
    )


@dataclass(frozen=True)
class Card:
    """A rounded box: a label for its sort, a title, a figure at the right, lines of text."""

    tone: Tone
    label: str
    title: str
    lines: tuple[str, ...] = ()
    chips: tuple[str, ...] = ()


PAD = 16
HEAD = 44
ROW = 21


def card(x: int, y: int, width: int, content: Card, *, least: int = 0) -> tuple[str, int]:
    """The box at x, y, and its height, `least` at the smallest."""
    room = width - 2 * PAD - 6
    label, taken = pill(x + PAD + 4, y + 13, content.label, content.tone) if content.label else ("", -10)
    chips, free = _chips(x + width - PAD, y + 13, content)
    titles = wrap(content.title, 16, max(room - taken - 10 - free, 120), 2)
    rows = [row for line in content.lines for row in wrap(line, 13, room)]
    top = y + HEAD + (len(titles) - 1) * 22
    height = max(top - y + len(rows) * ROW + (6 if rows else 2), least)
    parts = [
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="12" fill="{content.tone.fill}" stroke="{content.tone.edge}"/>',
        f'<rect x="{x}" y="{y + 12}" width="5" height="{height - 24}" rx="2" fill="{content.tone.deep}"/>',
        label,
        *(text(x + PAD + 4 + taken + 10, y + 30 + i * 22, t, 16, bold=True) for i, t in enumerate(titles)),
        *(text(x + PAD + 4, top + 11 + i * ROW, row, 13, SOFT_INK) for i, row in enumerate(rows)),
        *chips,
    ]
    return "".join(parts), height


def _chips(right: int, y: int, content: Card) -> tuple[list[str], int]:
    """The chips, from the right edge to the left, and the room that they take."""
    drawn: list[str] = []
    start = right
    for words in reversed(content.chips):
        width = width_of(words, 12) + 18
        start -= width
        drawn.append(
            f'<rect x="{start}" y="{y}" width="{width}" height="22" rx="11" fill="{PAPER}" stroke="{content.tone.deep}"/>'
            + text(start + width // 2, y + 16, words, 12, content.tone.deep, bold=True, anchor="middle")
        )
        start -= 8
    return drawn, right - start


def line(points: list[tuple[int, int]], *, dashed: bool = False, colour: str = LINE) -> str:
    """A line through the points, with an arrow at its end."""
    path = " ".join(f"{'M' if i == 0 else 'L'}{x} {y}" for i, (x, y) in enumerate(points))
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash} marker-end="url(#tip)"/>'
