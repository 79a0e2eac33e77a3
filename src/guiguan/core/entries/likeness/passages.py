"""What two texts have in common, passage by passage, as it stands in each of them."""

from __future__ import annotations

from dataclasses import dataclass

from guiguan.core.entries.likeness.text import BREAK, normal_with_places

LEAST_PASSAGE = 10
"""Characters of the normal form. Shorter runs are turns of phrase that any two texts share."""


@dataclass(frozen=True)
class Piece:
    """A part of a text; `passage` numbers what also stands in the other text, from 1; 0 where it does not."""

    text: str
    passage: int = 0


@dataclass(frozen=True)
class SideBySide:
    """Two texts cut into pieces: joined, each side's pieces are its text again. `passages` counts what they share."""

    left: tuple[Piece, ...]
    right: tuple[Piece, ...]
    passages: int
    characters: int  # of the normal form, that stand in both


@dataclass(frozen=True)
class _Run:
    left: int
    right: int
    length: int


def side_by_side(left: str, right: str, pieces: tuple[str, ...] = ()) -> SideBySide:
    """The passages of at least ten characters that stand in both texts, moved ones too; `pieces` of the form left out.

    From the beginning of the left text on, the longest run that goes on from a place is taken, the earliest in the right text
    of several; nothing of either text is taken twice. The same two texts give the same pieces.
    """
    one, one_places = normal_with_places(left)
    other, other_places = normal_with_places(right)
    runs = _runs(_masked(one, pieces), _masked(other, pieces))
    by_right = sorted(range(len(runs)), key=lambda i: runs[i].right)
    return SideBySide(
        _cut(left, [(one_places, r.left, r.length, n) for n, r in enumerate(runs, 1)]),
        _cut(right, [(other_places, runs[i].right, runs[i].length, i + 1) for i in by_right]),
        len(runs),
        sum(r.length for r in runs),
    )


def _masked(text: str, pieces: tuple[str, ...]) -> str:
    """As long as the text, with breaks for every character of the form's own words."""
    for piece in pieces:
        if piece in text:
            text = text.replace(piece, BREAK * len(piece))
    return text


def _runs(one: str, other: str) -> list[_Run]:
    where: dict[str, list[int]] = {}
    for place in range(len(other) - LEAST_PASSAGE + 1):
        where.setdefault(other[place : place + LEAST_PASSAGE], []).append(place)
    taken = bytearray(len(other))
    found: list[_Run] = []
    place = 0
    while place <= len(one) - LEAST_PASSAGE:
        run = _longest(one, other, place, where.get(one[place : place + LEAST_PASSAGE], []), taken)
        if run is None:
            place += 1
            continue
        found.append(run)
        taken[run.right : run.right + run.length] = b"\1" * run.length
        place += run.length
    return found


def _longest(one: str, other: str, place: int, starts: list[int], taken: bytearray) -> _Run | None:
    best: _Run | None = None
    for start in starts[:200]:  # a run repeated more often than this is no passage to show
        length = 0
        most = min(len(one) - place, len(other) - start)
        while (
            length < most
            and one[place + length] == other[start + length] != BREAK
            and not taken[start + length]
        ):
            length += 1
        if length >= LEAST_PASSAGE and (best is None or length > best.length):
            best = _Run(place, start, length)
    return best


def _cut(text: str, runs: list[tuple[list[int], int, int, int]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = 0
    for places, first, length, number in runs:
        begin, end = max(places[first], at), places[first + length - 1] + 1
        if end <= begin:
            continue
        if begin > at:
            pieces.append(Piece(text[at:begin]))
        pieces.append(Piece(text[begin:end], number))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return tuple(pieces)
