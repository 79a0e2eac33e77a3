"""A PDF holds pages and nothing that runs, opens or hides something.

Two fences: the raw bytes, as a lenient viewer would search them in a broken file, and every object that pypdf can
reach, with names and strings decoded as ISO 32000-2 says.
"""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PdfReadError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from guiguan.documents.intake.verdict import RefusedHere

MOST_UNPACKED = 200_000_000
MOST_OBJECTS = 300_000
_AFTER_END = 1024
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it says of a damaged file, the verdict says
_GAP = rb"(?:[\s\x00]|%[^\r\n]*[\r\n])*"
_ENDS = rb"(?![A-Za-z0-9])"
# Long enough never to stand in compressed pixels by chance: searched everywhere.
_LONG = re.compile(
    rb"/S"
    + _GAP
    + rb"/(JavaScript|Launch|ImportData|SubmitForm|GoToE|Rendition|RichMediaExecute)"
    + _ENDS
    + rb"|/(?:Subt|T)ype"
    + _GAP
    + rb"/(EmbeddedFile|RichMedia|FileAttachment|Screen|Movie|Sound)"
    + _ENDS
    + rb"|/(JavaScript|EmbeddedFiles)"
    + _GAP
    + rb"[<\[0-9]"
)
# Short ones count only where objects are written, with what their value must begin with.
_SHORT = re.compile(
    rb"/(?:(JS)" + _GAP + rb"[(<0-9]|(AA|EF)" + _GAP + rb"(?:<<|[0-9])|(XFA)" + _GAP + rb"[<(\[0-9])"
)
_OPENING = re.compile(rb"/OpenAction" + _GAP + rb"<<(.{0,400})", re.DOTALL)
_GOES = re.compile(rb"/S" + _GAP + rb"/GoTo" + _ENDS)
_ENCRYPT = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_KEYS = {
    "/JS",
    "/JavaScript",
    "/AA",
    "/XFA",
    "/EF",
    "/EmbeddedFiles",
    "/RichMediaContent",
    "/RichMediaSettings",
}
_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/ImportData",
    "/SubmitForm",
    "/GoToE",
    "/Rendition",
    "/Movie",
    "/Sound",
}
_ACTIONS |= {"/RichMediaExecute", "/GoTo3DView"}
_SORTS = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/FileAttachment", "/EmbeddedFile"}


def look(source: BinaryIO, output: BinaryIO, wish: dict[str, Any]) -> dict[str, Any]:
    """`pages`: how many."""
    content = source.read()
    _check_raw(content)
    _check_surroundings(content)
    source.seek(0)
    try:
        return {"pages": _check_objects(PdfReader(source))}  # pypdf unpacks 75 MB of a stream at most
    except LimitReachedError as error:
        raise RefusedHere("bomb-unpacked", "stream") from error
    except RecursionError as error:
        raise RefusedHere("bomb-unpacked", "nesting") from error
    except (PyPdfError, DependencyError) as error:
        raise RefusedHere("not-of-kind", "PDF") from error


def _warm_up() -> None:
    # pypdf imports parts of itself at first use, which the fence would refuse.
    if _check_objects(PdfReader(io.BytesIO(simplest_pdf()))) != 1:
        raise RuntimeError("pypdf does not read the simplest PDF")


def simplest_pdf(*extra: bytes, root: bytes = b"", page: bytes = b"") -> bytes:
    """A whole PDF of one empty page; `extra` are objects from number 4 on, `root` and `page` more entries of its catalogue and page."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + root + b">>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]" + page + b">>",
        *extra,
    ]
    made, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    end = b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + end


def _check_raw(content: bytes) -> None:
    outside, streams = _split(content)
    outside = _unescaped(outside)
    if _ENCRYPT.search(outside):
        raise RefusedHere(_how_locked(content))
    _check_text(outside)
    _refuse(_LONG.search(_unescaped(content)))
    left = MOST_UNPACKED
    for before, body in streams:
        if b"/ObjStm" in _unescaped(before):
            unpacked = _inflated(body, left)
            left -= len(unpacked)
            _check_text(_unescaped(unpacked))


def _how_locked(content: bytes) -> str:
    """restricted, where the empty password opens it and only permissions are set; else encrypted."""
    try:
        opened = PdfReader(io.BytesIO(content)).decrypt("") != PasswordType.NOT_DECRYPTED
    except (PyPdfError, DependencyError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "encrypted"
    return "restricted" if opened else "encrypted"


def _check_text(text: bytes) -> None:
    _refuse(_LONG.search(text) or _SHORT.search(text))
    for opening in _OPENING.finditer(text):
        if not _GOES.search(opening[1]):
            raise RefusedHere("pdf-active", "OpenAction")


def _refuse(found: re.Match[bytes] | None) -> None:
    if found:
        raise RefusedHere("pdf-active", next(name for name in found.groups() if name).decode())


def _split(content: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """What stands outside of streams, and each stream with all that stands between it and the one before."""
    outside: list[bytes] = []
    streams: list[tuple[bytes, bytes]] = []
    at = 0
    while True:
        start = content.find(b"stream", at)
        end = content.find(b"endstream", start + 6) if start >= 0 else -1
        if end < 0:
            outside.append(content[at:])
            return b"\n".join(outside), streams
        outside.append(content[at:start])
        streams.append((content[at:start], content[start + 6 : end].lstrip(b"\r\n")))
        at = end + 9


def _unescaped(text: bytes) -> bytes:
    return _ESCAPED.sub(lambda m: bytes([int(m[1], 16)]), text)


def _inflated(body: bytes, most: int) -> bytes:
    # Objects packed in another way are left to pypdf, which reads those that the file refers to.
    unpack = zlib.decompressobj()
    try:
        unpacked = unpack.decompress(body, max(most, 1))
    except zlib.error:
        return b""
    if unpack.unconsumed_tail:
        raise RefusedHere("bomb-unpacked", "object stream")
    return unpacked


def _check_surroundings(content: bytes) -> None:
    """Nothing before the file and no more than a signer's padding after it: it is a PDF to every program."""
    start, end = content.lstrip(b"\xef\xbb\xbf\r\n\t "), content.rfind(b"%%EOF")
    if not start.startswith(b"%PDF-") or (end >= 0 and len(content) - end > _AFTER_END):
        raise RefusedHere("beside-pdf")


def _check_objects(reader: PdfReader) -> int:
    if reader.is_encrypted:  # told by no plain mark: hidden in an object stream
        raise RefusedHere("encrypted")
    _check_object(reader.trailer)
    references = [(number, generation) for generation, of in reader.xref.items() for number in of]
    references += [(number, 0) for number in reader.xref_objStm]
    if len(references) > MOST_OBJECTS:
        raise RefusedHere("bomb-unpacked", f"{len(references)} objects")
    for number, generation in references:
        try:
            found = reader.get_object(IndirectObject(number, generation, reader))
        except LimitReachedError:
            raise
        except (PdfReadError, ValueError, TypeError, IndexError, KeyError, AttributeError):
            continue  # no viewer could read it either; the raw bytes were searched before
        _check_object(found)
    pages = len(reader.pages)
    if pages == 0:
        raise RefusedHere("no-pages")
    return pages


def _check_object(found: PdfObject | None) -> None:
    for part in _dictionaries(found):
        for key in _KEYS & part.keys():
            raise RefusedHere("pdf-active", key)
        if str(part.get("/S")) in _ACTIONS:
            raise RefusedHere("pdf-active", part.get("/S"))
        if str(part.get("/Subtype")) in _SORTS or str(part.get("/Type")) in _SORTS:
            raise RefusedHere("pdf-active", part.get("/Subtype"))
        _check_opening(part.get("/OpenAction"))


def _check_opening(action: PdfObject | None) -> None:
    # A destination (an array) or going to one; anything else would do something by itself.
    if isinstance(action, DictionaryObject) and str(action.get("/S")) != "/GoTo":
        raise RefusedHere("pdf-active", f"OpenAction {action.get('/S')}")


def _dictionaries(found: PdfObject | None) -> Iterator[DictionaryObject]:
    """Every dictionary inside one object; references are not followed, each object is visited by itself."""
    open_parts = [found]
    while open_parts:
        part = open_parts.pop()
        if isinstance(part, DictionaryObject):
            yield part
            open_parts.extend(part.values())
        elif isinstance(part, ArrayObject):
            open_parts.extend(part)


_warm_up()
