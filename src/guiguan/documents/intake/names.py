"""File names as applicants send them, made fit to be kept and shown. Files are never stored under them."""

from __future__ import annotations

import re
import unicodedata

MOST_BYTES = 255
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# Invisible signs and those that turn the reading direction: they can make exe.jpg look like gpj.exe.
_UNSEEN = {"Cc", "Cf", "Cn", "Zl", "Zp"}


def cleaned_name(name: str) -> str | None:
    """The name without path, control, invisible and reserved signs, in NFC, at most 255 bytes; None where unusable.

    Unusable are: a NUL or half a surrogate pair (no browser sends them), no stem or no extension left.
    Cleaning says what is kept; the extension that decides is that of the cleaned name.
    """
    if "\0" in name or any(unicodedata.category(c) == "Cs" for c in name):
        return None
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(c for c in last if unicodedata.category(c) not in _UNSEEN)
    plain = _FORBIDDEN.sub("_", re.sub(r"\s", " ", unicodedata.normalize("NFC", seen))).strip(" .")
    stem, dot, extension = plain.rpartition(".")
    stem = stem.strip(" .")
    if not dot or not stem or not extension.isascii() or not extension.isalnum():
        return None
    if _RESERVED.fullmatch(stem.partition(".")[0].strip()):
        stem = "_" + stem
    room = MOST_BYTES - len(extension) - 1
    if room < 1:
        return None
    stem = stem.encode()[:room].decode(errors="ignore").strip(" .")
    return f"{stem}.{extension}" if stem else None


def extension_of(name: str) -> str:
    """The part after the last dot, in small letters."""
    return name.rpartition(".")[2].lower()
