"""Where on the page each label stands and what stands at it: right of it, below it, or after a colon in the same line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from guiguan.documents.forms.reading.paper import Block, Cell, Table
from guiguan.documents.forms.reading.strip import Strip, folded, joined, key

_AFTER = re.compile(r"(\([^()]*\))*:")


@dataclass
class Place:
    """One place at one label. `strips`: what stands there, blank ones left out; `groups`: the labels of large cells at its left."""

    label: str
    strips: list[Strip]
    groups: tuple[str, ...] = ()
    cells: list[Cell] = field(default_factory=list)


def places(blocks: Sequence[Block], labels: Iterable[str], end: Iterable[str]) -> list[Place]:
    """Every place of every label (given as keys). `end`: keys from which on a table is left unread."""
    known, ends = frozenset(labels), frozenset(end)
    found: list[Place] = []
    for table in _tables(blocks, known | ends):
        found += _in_table(table, known, ends)
    for block in blocks:
        if isinstance(block, Strip):
            for line in _lines(block):
                found += _in_line(line, known, ends)
    return found


def _tables(blocks: Iterable[Block], known: frozenset[str]) -> list[Table]:
    """Every table; one inside a cell is a table of its own where it has labels, else its text is the cell's."""
    found: list[Table] = []
    for block in blocks:
        if not isinstance(block, Table):
            continue
        found.append(block)
        for cell in block.cells:
            for inner in cell.inner:
                held = _tables([inner], known)
                if any(_key(c) in known for t in held for c in t.cells):
                    found += held
                else:
                    cell.strip.join(joined(c.strip for t in held for c in t.cells if not c.strip.blank), "\n")
    return found


def _key(cell: Cell) -> str:
    return key(cell.strip.text) if len(cell.strip.text) < 400 else ""


def _in_table(table: Table, known: frozenset[str], ends: frozenset[str]) -> list[Place]:
    cells = []
    for cell in table.cells:
        if _key(cell) in ends or any(_begins(cell, e) for e in ends):
            break
        cells.append(cell)
    heads = [c for c in cells if _key(c) in known]
    right = {id(c): _right_of(c, cells, heads) for c in heads}
    claimed = {id(c) for found in right.values() for c in found}
    places = []
    for head in heads:
        beside = right[id(head)]
        if not beside:
            beside = [c for c in _below(head, cells) if id(c) not in claimed and c not in heads]
        if beside or _alone(head, cells):
            strips = [c.strip for c in beside if not c.strip.blank]
            places.append(Place(_key(head), strips, _groups(head, cells), beside))
    claimed |= {id(c) for p in places for c in p.cells}
    for cell in cells:
        if id(cell) not in claimed and cell not in heads:
            under = _under_its_label(cell, known)
            if under is not None:
                beside = [c for c in cells if c.row == cell.row and c.column > cell.column][:1]
                more = [
                    c.strip for c in beside if id(c) not in claimed and c not in heads and not c.strip.blank
                ]
                places.append(Place(under.label, [*under.strips, *more], _groups(cell, cells)))
                continue
            for line in _lines_of_labels(cell.strip, known):
                places += [
                    Place(p.label, p.strips, _groups(cell, cells)) for p in _in_line(line, known, ends)
                ]
    return places


def _begins(cell: Cell, end: str) -> bool:
    plain = folded(cell.strip.text[:200])[0]
    return plain.startswith(end) and _AFTER.match(plain[len(end) :]) is not None


def _alone(head: Cell, cells: list[Cell]) -> bool:
    """Whether the label has no cell of its own anywhere; a label over a group of others is none of a field."""
    return not any(c.row in range(head.row, head.row + head.rows) and c.column > head.column for c in cells)


def _right_of(head: Cell, cells: list[Cell], heads: list[Cell]) -> list[Cell]:
    """The cells right of the label in each of its rows, up to the next label."""
    found: list[Cell] = []
    for row in range(head.row, head.row + head.rows):
        for cell in sorted(
            (c for c in cells if c.row <= row < c.row + c.rows and c.column > head.column),
            key=lambda c: c.column,
        ):
            if cell in heads:
                break
            if cell not in found:
                found.append(cell)
    return found


def _below(head: Cell, cells: list[Cell]) -> list[Cell]:
    """The cell right below that begins at the label's column and is as wide."""
    under = head.row + head.rows
    return [c for c in cells if c.row == under and c.column == head.column and c.span == head.span]


def _groups(head: Cell, cells: list[Cell]) -> tuple[str, ...]:
    """Keys of the cells at its left in the same row."""
    return tuple(
        _key(c) for c in cells if c.column < head.column and c.row <= head.row < c.row + c.rows and _key(c)
    )


def _under_its_label(cell: Cell, known: frozenset[str]) -> Place | None:
    """A cell whose first line is a label and whose other lines are its answer."""
    first, *rest = _lines(cell.strip)
    answer = joined(rest)
    return Place(key(first.text), [answer]) if key(first.text) in known and not answer.blank else None


def _lines(strip: Strip) -> list[Strip]:
    found, at = [], 0
    for line in strip.text.split("\n"):
        found.append(Strip(line, strip.bold[at : at + len(line)]))
        at += len(line) + 1
    return found


def _lines_of_labels(strip: Strip, known: frozenset[str]) -> list[Strip]:
    """The lines of a cell, each begun by a label: lines without one belong to the line before."""
    found: list[Strip] = []
    for line in _lines(strip):
        plain = folded(line.text)[0]
        begins = any(plain.startswith(label) for label in known)
        if begins or not found:
            found.append(line)
        else:
            found[-1].join(line, "\n")
    return found


def _in_line(line: Strip, known: frozenset[str], ends: frozenset[str]) -> list[Place]:
    """What stands after each `label：` of a line; the first must begin the line."""
    plain, origin = folded(line.text)
    marks: list[tuple[int, int, str]] = []  # where the label begins, where its answer begins, the label
    names = sorted(known | ends, key=len, reverse=True)
    at = 0
    while at < len(plain):
        name = next((n for n in names if n and plain.startswith(n, at)), None)
        after = _AFTER.match(plain, at + len(name)) if name else None
        if name and after and (marks or _starts(plain, at)):
            marks.append((at, after.end(), name))
            at = after.end()
        else:
            at += 1
    found = []
    for number, (_begin, start, name) in enumerate(marks):
        stop = marks[number + 1][0] if number + 1 < len(marks) else len(plain)
        first = origin[start] if start < len(origin) else len(line.text)
        last = origin[stop] if stop < len(origin) else len(line.text)
        if name in known:
            part = Strip(line.text[first:last], line.bold[first:last])
            found.append(Place(name, [] if part.blank else [part]))
    return found


def _starts(plain: str, at: int) -> bool:
    """Nothing before it but numbering."""
    return re.fullmatch(r"(\(?[一二三四五六七八九十\d]{0,2}\)?[、.)]?)?", plain[:at]) is not None
