"""What a file says it is by its first bytes, and the sentence for what is not taken."""

from __future__ import annotations

from guiguan.documents.intake.verdict import Kind, Refused, refused

EXTENSIONS: dict[str, Kind] = {
    "jpg": "jpg",
    "jpeg": "jpg",
    "png": "png",
    "pdf": "pdf",
    "docx": "docx",
    "xlsx": "xlsx",
}
HEAD = 1024
"""How many bytes are looked at; a PDF reader accepts its mark anywhere among them."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
STARTS: dict[str, bytes] = {"jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "zip": ZIP, "ole": OLE}
_OTHERS: dict[bytes, str] = {
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"\x00\x00\x01\x00": "ICO",
    b"ID3": "MP3",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7Z",
    b"\x1f\x8b": "GZ",
    b"MZ": "EXE",
    b"\x7fELF": "EXE",
    b"{\\rtf": "RTF",
}
_MACRO = ("docm", "dotm", "xlsm", "xltm", "xlsb", "pptm", "xla", "xlam")
_ARCHIVES = ("zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "iso", "jar")
_PICTURES = ("gif", "bmp", "ico", "tif", "tiff", "webp", "heic", "heif", "avif", "psd")
_PAGES = ("svg", "svgz", "html", "htm", "xhtml", "mht", "mhtml", "xml")


def sort_of(head: bytes) -> str | None:
    """ "jpg", "png", "pdf", "zip", "ole", the name of another known kind in capitals, or None."""
    for sort, start in STARTS.items():
        if head.startswith(start):
            return sort
    if b"%PDF-" in head:
        return "pdf"
    for start, sort in _OTHERS.items():
        if head.startswith(start):
            return sort
    if head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return "HEIC/MP4"
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml", b"<?php")):
        return "HTML/XML"
    return None


def not_taken(extension: str) -> Refused:
    """The refusal of an extension that no field takes."""
    if extension in ("doc", "dot", "wps"):
        return refused("old-word")
    if extension in ("xls", "xlt", "et"):
        return refused("old-excel")
    for group, sentence in (
        (_MACRO, "macro-kind"),
        (_ARCHIVES, "archive"),
        (_PICTURES, "other-picture"),
        (_PAGES, "web-page"),
    ):
        if extension in group:
            return refused(sentence, extension)
    return refused("other-kind", extension)


def disagreement(kind: Kind, extension: str, head: bytes, whole: bytes) -> Refused | None:
    """Why the content cannot be of the kind that the name promises; None where it may be.

    `whole` is looked at only for an old Office container: a new document under a password is one as well.
    """
    sort = sort_of(head)
    wanted = "zip" if kind in ("docx", "xlsx") else kind
    if sort == wanted:
        return None
    if sort is None:
        return refused("not-of-kind", kind.upper())
    if sort == "ole":
        if "EncryptedPackage".encode("utf-16-le") in whole:
            return refused("encrypted")
        return refused("not-its-name", extension, "DOC/XLS")
    return refused("not-its-name", extension, sort.upper())
