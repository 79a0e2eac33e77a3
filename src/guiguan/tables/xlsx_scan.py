"""XML parts of a workbook read as a stream: what a sheet holds that its values do not show.

No part may have a DOCTYPE: no workbook needs one, and entities are how XML bombs get in.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.parsers import expat

EXCEL_ROWS = 1_048_576
EXCEL_COLUMNS = 16_384
_DIGITS = "0123456789"


class UnsafeXml(Exception):
    """The part has a DOCTYPE."""


class BrokenXml(Exception):
    """The part is no well-formed XML, or a cell lies where no sheet has cells."""


class XmlScan:
    """Feeds itself with chunks of one XML part; the base reads nothing and only refuses what is unsafe."""

    def __init__(self) -> None:
        # Always UTF-8, as Excel writes and the reader of values assumes, whatever the part itself says.
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartDoctypeDeclHandler = self._refuse

    def read(self, chunks: Iterable[bytes]) -> None:
        """Reads the part to its end; raises UnsafeXml or BrokenXml."""
        for chunk in chunks:
            self.feed(chunk)
        self.close()

    def feed(self, chunk: bytes) -> None:
        try:
            self._parser.Parse(chunk, False)
        except expat.ExpatError as error:
            raise BrokenXml(str(error)) from error

    def close(self) -> None:
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise BrokenXml(str(error)) from error

    def _refuse(self, *_: object) -> None:
        raise UnsafeXml


class ListScan(XmlScan):
    """`found`: the attributes (names without prefix) of every element called `tag`, in order."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self._tag = tag
        self.found: list[dict[str, str]] = []
        self._parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == self._tag:
            self.found.append({key.rpartition(":")[2]: value for key, value in attributes.items()})


class TextScan(XmlScan):
    """`longest`: how many characters the longest shared string (one <si>) has."""

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0
        self._length = 0
        self._parser.StartElementHandler = self._start
        self._parser.CharacterDataHandler = self._text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "si":
            self._length = 0

    def _text(self, text: str) -> None:
        self._length += len(text)
        self.longest = max(self.longest, self._length)


class SheetScan(XmlScan):
    """Where a sheet holds formulas, error values and merged cells, and how far it reaches.

    formulas, errors: (row, column) from 1 in file order; merged: ranges such as "A1:B2"; rows, columns: the
    last that has a cell; filled_row: the last that has a value; texts: cells that point to a shared string.
    """

    def __init__(self) -> None:
        super().__init__()
        self.formulas: list[tuple[int, int]] = []
        self.errors: list[tuple[int, int]] = []
        self.merged: list[str] = []
        self.rows = self.columns = self.filled_row = self.texts = 0
        self._row = self._column = 0
        self._letters: dict[str, int] = {}
        self._parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._cell(attributes)
        elif name == "v" or name == "is":
            self.filled_row = max(self.filled_row, self._row)
        elif name == "row":
            self._row = _whole(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif name == "f":
            self.formulas.append((self._row, self._column))
        elif name == "mergeCell":
            self.merged.append(attributes.get("ref", "?"))

    def _cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        if place is None:
            self._column += 1
        else:
            letters = place.rstrip(_DIGITS)
            column = self._letters.get(letters)
            if column is None:
                column = self._letters[letters] = column_number(letters)
            self._column = column
            self._row = _whole(place[len(letters) :])
        if not (1 <= self._row <= EXCEL_ROWS and 1 <= self._column <= EXCEL_COLUMNS):
            raise BrokenXml(f"cell {place or ''} lies outside of the sheet")
        self.rows = max(self.rows, self._row)
        self.columns = max(self.columns, self._column)
        kind = attributes.get("t")
        if kind == "s":
            self.texts += 1
        elif kind == "e":
            self.errors.append((self._row, self._column))


def column_number(letters: str) -> int:
    """1 for "A", 27 for "AA", 16384 for "XFD"; 0 for what is no column."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z" or len(letters) > 3:
            return 0
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def cell_name(row: int, column: int) -> str:
    """ "B7" for row 7, column 2."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise BrokenXml(f"{text[:20]!r} is no row number")
    return int(text)
