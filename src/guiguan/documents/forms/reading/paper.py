"""A docx as paragraphs and tables whose merged cells are one cell each. Hidden, deleted and struck-out text is left out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from lxml import etree

from guiguan.documents.forms.reading.strip import Control, Strip, joined
from guiguan.documents.intake.verdict import RefusedHere
from guiguan.documents.intake.zip_layout import content_of, members_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_PASSED = {
    f"{W}{n}"
    for n in ("ins", "moveTo", "hyperlink", "smartTag", "customXml", "fldSimple", "dir", "bdo", "sdtContent")
}
_SYMBOLS = {
    ("wingdings", 0xFE): "☑", ("wingdings", 0xFD): "☒", ("wingdings", 0xFC): "√", ("wingdings", 0xA8): "□", ("wingdings", 0x6F): "□",
    ("wingdings 2", 0x52): "☑", ("wingdings 2", 0x53): "☒", ("wingdings 2", 0x50): "√", ("wingdings 2", 0xA3): "□", ("wingdings 2", 0x2A): "□",
}  # fmt: skip
MOST_CELLS = 20_000
MOST_CHARACTERS = 2_000_000
_DEEPEST = 12


@dataclass
class Cell:
    """One cell on the grid. `inner`: tables inside it."""

    row: int
    column: int
    span: int
    rows: int = 1
    strip: Strip = field(default_factory=Strip)
    inner: list[Table] = field(default_factory=list)


@dataclass
class Table:
    """Cells in reading order."""

    cells: list[Cell]

    def row(self, number: int) -> list[Cell]:
        """The cells that stand in this row, also those merged into it from above."""
        return [c for c in self.cells if c.row <= number < c.row + c.rows]


Block = Strip | Table


def paper_of(source: BinaryIO) -> list[Block]:
    """The document's paragraphs and tables in order. Raises RefusedHere."""
    parts = {member.filename: member for member in members_of(source)}
    root = _tree(source, parts, "_rels/.rels")
    target = next(
        (
            r.get("Target", "")
            for r in root.iter(_RELATIONSHIP)
            if r.get("Type", "").endswith("/officeDocument")
        ),
        "",
    )
    document = _tree(source, parts, posixpath.normpath("/" + target).lstrip("/"))
    body = document.find(f"{W}body")
    if body is None:
        raise RefusedHere("not-of-kind", "DOCX")
    return _Reader().blocks(body, 0)


def _tree(source: BinaryIO, parts: dict[str, Any], name: str) -> Any:
    if name not in parts:
        raise RefusedHere("not-of-kind", "DOCX")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(b"".join(content_of(source, parts[name])), parser)
    except etree.XMLSyntaxError as error:
        raise RefusedHere("layout", name) from error


class _Reader:
    """Counts what it read, so that a page of millions of cells ends the reading and not the machine."""

    def __init__(self) -> None:
        self._cells = 0
        self._characters = 0

    def blocks(self, within: Any, depth: int) -> list[Block]:
        found: list[Block] = []
        for child in within:
            if child.tag == f"{W}p":
                found.append(self._paragraph(child))
            elif child.tag == f"{W}tbl":
                found.append(self._table(child, depth + 1))
            elif child.tag == f"{W}sdt":
                held = child.find(f"{W}sdtContent")
                if held is not None:
                    inside = self.blocks(held, depth)
                    _note_control(child, inside)
                    found.extend(inside)
            elif child.tag in _PASSED:
                found.extend(self.blocks(child, depth))
        return found

    def _paragraph(self, element: Any) -> Strip:
        strip = Strip()
        self._runs(element, strip)
        self._characters += len(strip.text)
        if self._characters > MOST_CHARACTERS:
            raise RefusedHere("bomb-unpacked", "text")
        return strip

    def _runs(self, within: Any, strip: Strip) -> None:
        for child in within:
            if child.tag == f"{W}r":
                _run(child, strip)
            elif child.tag == f"{W}sdt":
                self._control(child, strip)
            elif child.tag in _PASSED:
                self._runs(child, strip)
            elif child.tag == f"{_MC}AlternateContent":
                for choice in child.findall(f"{_MC}Choice")[:1]:
                    self._runs(choice, strip)

    def _control(self, element: Any, strip: Strip) -> None:
        held = element.find(f"{W}sdtContent")
        inside = Strip()
        checked = element.find(f"{W}sdtPr/{_W14}checkbox/{_W14}checked")
        if held is not None:
            self._runs(held, inside)
        if element.find(f"{W}sdtPr/{_W14}checkbox") is not None:
            ticked = checked is not None and checked.get(f"{_W14}val", "1") in ("1", "true", "on")
            inside = Strip("☑" if ticked else "□", [False])
            strip.controls.append(Control(_tag(element), inside.text, False, ticked))
        else:
            strip.controls.append(Control(_tag(element), inside.text, _shows_hint(element)))
        strip.join(inside)

    def _table(self, element: Any, depth: int) -> Table:
        if depth > _DEEPEST:
            raise RefusedHere("layout", "nested tables")
        cells: list[Cell] = []
        above: dict[int, Cell] = {}
        for number, row in enumerate(_rows(element)):
            column = int(_value(row.find(f"{W}trPr/{W}gridBefore"), "0") or 0)
            for place in _cells(row):
                self._cells += 1
                if self._cells > MOST_CELLS:
                    raise RefusedHere("bomb-unpacked", "cells")
                column = self._cell(place, number, column, cells, above, depth)
        return Table(cells)

    def _cell(
        self, place: Any, number: int, column: int, cells: list[Cell], above: dict[int, Cell], depth: int
    ) -> int:
        about = place.find(f"{W}tcPr")
        span = max(1, min(200, _number(about.find(f"{W}gridSpan") if about is not None else None)))
        merge = about.find(f"{W}vMerge") if about is not None else None
        if merge is not None and merge.get(f"{W}val", "continue") == "continue" and column in above:
            above[column].rows = number - above[column].row + 1
            return column + span
        inside = self.blocks(place, depth)
        cell = Cell(number, column, span)
        cell.strip = joined(b for b in inside if isinstance(b, Strip))
        cell.inner = [b for b in inside if isinstance(b, Table)]
        cells.append(cell)
        for covered in range(column, column + span):
            above.pop(covered, None)
        if merge is not None:
            above[column] = cell
        return column + span


def _rows(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag == f"{W}tr":
            yield child
        elif child.tag == f"{W}sdt" or child.tag in _PASSED:
            yield from _rows(child)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == f"{W}tc":
            yield child
        elif child.tag == f"{W}sdt" or child.tag in _PASSED:
            yield from _cells(child)


def _run(element: Any, strip: Strip) -> None:
    style = element.find(f"{W}rPr")
    if style is not None and (_on(style, "vanish") or _on(style, "strike") or _on(style, "dstrike")):
        return
    bold = style is not None and _on(style, "b")
    font = _font(style)
    for child in element:
        if child.tag == f"{W}t":
            text = child.text or ""
            strip.add(
                "".join(_SYMBOLS.get((font, ord(c) & 0xFF), c) for c in text)
                if font in _SYMBOL_FONTS
                else text,
                bold,
            )
        elif child.tag == f"{W}tab":
            strip.add("\t", bold)
        elif child.tag in (f"{W}br", f"{W}cr"):
            if child.get(f"{W}type", "textWrapping") == "textWrapping":
                strip.add("\n", bold)
        elif child.tag == f"{W}noBreakHyphen":
            strip.add("-", bold)
        elif child.tag == f"{W}sym":
            code = int(child.get(f"{W}char", "0") or "0", 16) & 0xFF
            strip.add(_SYMBOLS.get((child.get(f"{W}font", "").lower(), code), "\ufffd"), bold)
        elif child.tag == f"{W}fldChar":
            box = child.find(f"{W}ffData/{W}checkBox")
            if box is not None:
                strip.add("☑" if _ticked(box) else "□", bold)


_SYMBOL_FONTS = {font for font, _code in _SYMBOLS}


def _ticked(box: Any) -> bool:
    if box.find(f"{W}checked") is not None:
        return _on(box, "checked")
    return _on(box, "default")


def _on(style: Any, name: str) -> bool:
    found = style.find(f"{W}{name}")
    return found is not None and found.get(f"{W}val", "1") not in ("0", "false", "off")


def _font(style: Any) -> str:
    fonts = style.find(f"{W}rFonts") if style is not None else None
    return (fonts.get(f"{W}ascii", "") if fonts is not None else "").lower()


def _tag(control: Any) -> str:
    return _value(control.find(f"{W}sdtPr/{W}tag"), "")


def _shows_hint(control: Any) -> bool:
    return control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None


def _note_control(control: Any, inside: list[Block]) -> None:
    """A control around paragraphs is noted at the first of them, with all their text."""
    strips = [b for b in inside if isinstance(b, Strip)]
    if strips and len(strips) == len(inside):
        text = "\n".join(s.text for s in strips)
        strips[0].controls.append(Control(_tag(control), text, _shows_hint(control)))


def _value(element: Any, otherwise: str) -> str:
    return element.get(f"{W}val", otherwise) if element is not None else otherwise


def _number(element: Any) -> int:
    text = _value(element, "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
