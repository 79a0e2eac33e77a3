"""A docx or xlsx holds a document and nothing that runs, is fetched or is hidden.

ECMA-376 part 2 (packages): content types say what each part is, relationships how they hang together.
"""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO

from guiguan.documents.intake.verdict import RefusedHere
from guiguan.documents.intake.workbooks import Workbooks, may_be
from guiguan.documents.intake.xml_part import Part
from guiguan.documents.intake.zip_layout import MOST_BYTES, content_of, members_of

CONTENT_TYPES, ROOT = "[content_types].xml", "_rels/.rels"
MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_MACRO_NAMES = re.compile(r"vbaproject|vbadata|macrosheets/|dialogsheets/")
_EMBEDDED_NAMES = re.compile(
    r"(^|/)(activex|embeddings|externallinks|ctrlprops)/|\.(exe|dll|js|vbs|ps1|bat|hta|html?)$"
)
_MACRO_TYPES = re.compile(r"macroenabled|vbaproject|macrosheet|intlmacro|dialogsheet")
_EMBEDDED_TYPES = re.compile(r"activex|oleobject|externallink|afchunk")
_MACRO_LINKS = {"vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet", "dialogsheet"}
_EMBEDDED_LINKS = {"oleobject", "package", "control", "activexcontrolbinary", "afchunk", "subdocument"}
_EMBEDDED_LINKS |= {"externallink", "externallinkpath", "webextension", "webextensiontaskpanes"}
_FOREIGN = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"MZ", b"\x7fELF", b"%PDF-", b"{\\rtf")
_LINK = re.compile(r"(https?|mailto|tel|ftp|file):(?!/*\\)|[^:\\]*$|#", re.IGNORECASE)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def look(source: BinaryIO, output: BinaryIO, wish: dict[str, Any]) -> dict[str, Any]:
    """Nothing to tell of a document that is in order. wish: kind ("docx" or "xlsx")."""
    workbooks = Workbooks()
    left = MOST_BYTES - _look_at(source, wish["kind"], workbooks)
    for content in workbooks.alone():
        left -= _look_at(io.BytesIO(content), "xlsx", None, left)
    return {}


def _look_at(source: BinaryIO, kind: str, workbooks: Workbooks | None, most: int = MOST_BYTES) -> int:
    """The package is in order; how many bytes it unpacks to. Data of charts goes into `workbooks`, where there may be any."""
    members = members_of(source)
    size = sum(member.file_size for member in members)
    if size > most:
        raise RefusedHere("bomb-unpacked", f"{size // 10**6} MB")
    for member in members:
        _check_name(member.filename.lower(), workbooks)
    parts: dict[str, Part] = {}
    for member in members:
        part = _read_part(member.filename, content_of(source, member), workbooks)
        if part is not None:
            parts[member.filename.lower()] = part
    _check_package(parts, kind)
    return size


def _read_part(name: str, content: Iterator[bytes], workbooks: Workbooks | None) -> Part | None:
    """The part where it is XML, by name or by how it begins. Others are unpacked to their end and looked at raw."""
    small = name.lower()
    first = next(content, b"")
    if workbooks is not None and may_be(small):
        workbooks.take(name, first, content)
        return None
    if first.startswith(_FOREIGN):
        raise RefusedHere("embedded", name)
    if not small.endswith((".xml", ".rels", ".vml")) and not _begins_as_xml(first):
        for _ in content:
            pass
        return None
    wanted: tuple[str, ...] = ()
    if small.endswith(".rels"):
        wanted = ("relationship",)
    elif small == CONTENT_TYPES:
        wanted = ("default", "override")
    part = Part(name, wanted)
    part.read(chain([first], content))
    for tag, attributes in part.elements:
        if tag == "relationship":
            if not _is_of_chart(name, attributes, workbooks):
                _check_relationship(attributes)
        else:
            _check_content_type(attributes.get("contenttype", "").lower())
    return part


def _begins_as_xml(first: bytes) -> bool:
    return first[:256].lstrip(b"".join(_BOMS)).replace(b"\0", b"").lstrip().startswith(b"<")


def _is_of_chart(name: str, attributes: dict[str, str], workbooks: Workbooks | None) -> bool:
    """Whether the relationship leads from a chart to its data inside the document."""
    inside = attributes.get("targetmode", "").lower() != "external"
    package = attributes.get("type", "").rpartition("/")[2].lower() == "package"
    return (
        workbooks is not None and inside and package and workbooks.point(name, attributes.get("target", ""))
    )


def _check_name(name: str, workbooks: Workbooks | None) -> None:
    if workbooks is not None and may_be(name):
        return
    if _MACRO_NAMES.search(name):
        raise RefusedHere("macro", name)
    if _EMBEDDED_NAMES.search(name):
        raise RefusedHere("embedded", name)


def _check_content_type(content_type: str) -> None:
    if _MACRO_TYPES.search(content_type):
        raise RefusedHere("macro", content_type)
    if _EMBEDDED_TYPES.search(content_type):
        raise RefusedHere("embedded", content_type)


def _check_relationship(attributes: dict[str, str]) -> None:
    sort = attributes.get("type", "").rpartition("/")[2].lower()
    target = attributes.get("target", "")
    if sort in _MACRO_LINKS:
        raise RefusedHere("macro", sort)
    if sort in _EMBEDDED_LINKS:
        raise RefusedHere("embedded", sort)
    # A link that a person clicks is fine; everything else outside is fetched when the document is opened.
    outside = attributes.get("targetmode", "").lower() == "external"
    if (outside and sort != "hyperlink") or (not outside and "://" in target):
        raise RefusedHere("external", f"{sort} {target}")
    if outside and not _LINK.match(target):
        raise RefusedHere("external", f"{sort} {target}")


def _check_package(parts: dict[str, Part], kind: str) -> None:
    """The root points to exactly one document, and its content type is that of the kind."""
    if CONTENT_TYPES not in parts or ROOT not in parts:
        raise RefusedHere("not-of-kind", kind.upper())
    documents = [
        posixpath.normpath("/" + attributes.get("target", "")).lower()
        for _, attributes in parts[ROOT].elements
        if attributes.get("type", "").rpartition("/")[2].lower() == "officedocument"
    ]
    if len(documents) != 1 or documents[0].lstrip("/") not in parts:
        raise RefusedHere("not-of-kind", kind.upper())
    types = {
        attributes.get("partname", "").lower(): attributes.get("contenttype", "")
        for tag, attributes in parts[CONTENT_TYPES].elements
        if tag == "override"
    }
    found = types.get("/" + documents[0].lstrip("/"), "")
    if found != MAIN[kind]:
        other = next((k for k, wanted in MAIN.items() if wanted == found), None)
        if other is not None:
            raise RefusedHere("not-its-name", kind, other.upper())
        raise RefusedHere("not-of-kind", kind.upper())
