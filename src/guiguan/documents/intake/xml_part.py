"""One XML part of a document, read as a stream: what in it would run, fetch or hide something."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.parsers import expat

from guiguan.documents.intake.verdict import RefusedHere

_ENCODINGS = ("utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii")
_DECLARES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_FIELD = re.compile(r"\s*(DDE|DDEAUTO|INCLUDETEXT|LINK|IMPORT)\b", re.IGNORECASE)
_CODES = re.compile(r"\s*QUOTE\s+[0-9]", re.IGNORECASE)
_FORMULA = re.compile(
    r"(^|[^A-Za-z0-9_.])(WEBSERVICE|RTD|DDE|CALL|EXEC|REGISTER(\.ID)?)\s*\(|[A-Za-z0-9_.]+\s*\|\s*'?[^!|]*!",
    re.IGNORECASE,
)
_FORMULAS = ("f", "definedname", "formula", "formula1", "formula2")
_EMBEDS = (
    "ddelink",
    "olelink",
    "oleobject",
    "oleobjects",
    "objectembed",
    "objectlink",
    "altchunk",
    "control",
)
_MOST_TEXT = 100_000

Attributes = dict[str, str]


class Part:
    """Feeds itself with one part; raises RefusedHere. `elements` are those asked for, with their attributes."""

    def __init__(self, name: str, wanted: tuple[str, ...] = ()) -> None:
        self.elements: list[tuple[str, Attributes]] = []
        self._name, self._wanted = name, wanted
        self._tail = b""
        self._text: list[str] | None = None
        self._fields: list[list[str]] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def read(self, chunks: Iterable[bytes]) -> None:
        """The part is read to its end and is harmless. Old drawings (.vml) are often no proper XML and pass so far."""
        sound = True
        for chunk in chunks:
            self._look_for_doctype(chunk)
            sound = sound and self._parse(chunk, False)
        if sound:
            self._parse(b"", True)
        for field in self._fields:
            self._check_field("".join(field), inner=False)

    def _parse(self, chunk: bytes, last: bool) -> bool:
        try:
            self._parser.Parse(chunk, last)
        except (expat.ExpatError, LookupError, ValueError) as error:
            if self._name.lower().endswith(".vml"):
                return False
            raise RefusedHere("layout", self._name) from error
        return True

    def _look_for_doctype(self, chunk: bytes) -> None:
        # Beside the parser, and without the NULs of UTF-16 and UTF-32: a reader may be laxer than ours.
        plain = self._tail + chunk.replace(b"\0", b"")
        if _DECLARES.search(plain):
            raise RefusedHere("doctype", self._name)
        self._tail = plain[-16:]

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise RefusedHere("layout", f"{self._name} {encoding}")

    def _doctype(self, *_: object) -> None:
        raise RefusedHere("doctype", self._name)

    def _start(self, name: str, attributes: Attributes) -> None:
        tag = name.rpartition(":")[2].lower()
        plain = {key.rpartition(":")[2].lower(): value for key, value in attributes.items()}
        if tag in _EMBEDS:
            raise RefusedHere("embedded", f"{self._name} {tag}")
        if tag in self._wanted:
            self.elements.append((tag, plain))
        if tag in ("instrtext", "delinstrtext") or tag in _FORMULAS:
            self._text = []
        elif tag == "fldsimple":
            self._check_field(plain.get("instr", ""), inner=bool(self._fields))
        elif tag == "fldchar":
            self._field_mark(plain.get("fldchartype", ""))

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2].lower()
        if self._text is None:
            return
        text, self._text = "".join(self._text), None
        if tag in _FORMULAS and _FORMULA.search(text):
            raise RefusedHere("dde", text)
        if tag in ("instrtext", "delinstrtext"):
            if self._fields:
                self._fields[-1].append(text)
            else:
                self._check_field(text, inner=False)

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)
            if sum(map(len, self._text)) > _MOST_TEXT:
                raise RefusedHere("layout", self._name)

    def _field_mark(self, mark: str) -> None:
        if mark == "begin":
            self._fields.append([])
        elif mark in ("separate", "end") and self._fields:
            self._check_field("".join(self._fields[-1]), inner=len(self._fields) > 1)
            if mark == "end":
                self._fields.pop()

    def _check_field(self, instruction: str, *, inner: bool) -> None:
        # A field inside another that spells its words by numbers is only ever a disguise.
        if _FIELD.match(instruction) or (inner and _CODES.match(instruction)):
            raise RefusedHere("dde", instruction)
