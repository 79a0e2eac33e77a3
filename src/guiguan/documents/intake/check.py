"""The door of the intake: an uploaded file is accepted or refused by what it holds; nothing is raised for its content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from guiguan.documents.intake.confined import run_confined
from guiguan.documents.intake.kinds import EXTENSIONS, HEAD, OLE, STARTS, disagreement, not_taken
from guiguan.documents.intake.names import cleaned_name, extension_of
from guiguan.documents.intake.verdict import KINDS, Accepted, Kind, Refused, refused

PICTURES: tuple[Kind, ...] = ("jpg", "png")
Form = Literal["jpg", "webp"]
"""What a preview may be: every browser shows a JPEG; a WebP of the same looks takes about half the bytes."""
_MADE: dict[Form, bytes] = {"jpg": STARTS["jpg"], "webp": b"RIFF"}


def check_upload(
    path: Path,
    name: str,
    *,
    formats: Sequence[Kind] = (),
    pixels: str | None = None,
    pixels_are: Literal["exact", "minimum"] = "exact",
    megabytes: int = 20,
    work: Path,
) -> Accepted | Refused:
    """What becomes of the file at `path` that the applicant calls `name`, under the rules of its field.

    formats, pixels, pixels_are, megabytes: as in `UploadField`; no formats means all five. `work`: a folder on
    the disk where the file will be kept; a picture made anew is left there and belongs to the caller. OSError
    only where the server's own disk or processes fail.
    """
    kept_name = cleaned_name(name)
    if kept_name is None:
        return refused("name", name)
    extension = extension_of(kept_name)
    size = path.stat().st_size
    kind = EXTENSIONS.get(extension)
    if size == 0:
        return refused("empty")
    if kind is None:
        return not_taken(extension)
    if formats and kind not in formats:
        return refused("format", kind.upper(), "、".join(k.upper() for k in KINDS if k in formats))
    if size > megabytes * 2**20:
        return refused("too-large", f"{size / 2**20:.1f}", str(megabytes))
    head = _head(path)
    wrong = disagreement(kind, extension, head, path.read_bytes() if head.startswith(OLE) else b"")
    if wrong is not None:
        return wrong
    if kind in PICTURES:
        return _picture(path, kept_name, kind, {"pixels": pixels, "exact": pixels_are == "exact"}, work)
    return _document(path, kept_name, kind)


def preview(
    path: Path,
    kind: Kind,
    width: int,
    height: int,
    *,
    crop: bool = False,
    form: Form = "jpg",
    work: Path | None = None,
    page: int = 0,
) -> bytes | Refused:
    """A JPEG, or WebP where `form` says so, of at most width × height pixels of an accepted picture or one page of a PDF.

    With `crop` exactly so large. A Refused where the file, accepted or not, cannot be drawn.
    """
    if kind not in (*PICTURES, "pdf"):
        return refused("format", kind.upper(), "JPG、PNG、PDF")
    wish = {"kind": kind, "width": width, "height": height, "crop": crop, "form": form, "page": page}
    with tempfile.TemporaryFile(dir=work) as output:
        outcome = run_confined("preview", path, wish, output)
        if isinstance(outcome, Refused):
            return outcome
        output.seek(0)
        made = output.read()
    return made if made.startswith(_MADE[form]) else refused("broken")


def _picture(path: Path, name: str, kind: Kind, wish: Mapping[str, Any], work: Path) -> Accepted | Refused:
    handle, made_at = tempfile.mkstemp(prefix="intake-", suffix=f".{kind}", dir=work)
    made = Path(made_at)
    kept = False
    try:
        with os.fdopen(handle, "wb") as output:
            outcome = run_confined("picture", path, {"kind": kind, **wish}, output)
        if isinstance(outcome, Refused):
            return outcome
        width, height = outcome.facts.get("width"), outcome.facts.get("height")
        if not (_natural(width) and _natural(height) and _head(made).startswith(STARTS[kind])):
            return refused("broken")
        kept = True
        return Accepted(name, kind, made.stat().st_size, _sha256(made), width, height, replaced_by=made)
    finally:
        if not kept:
            made.unlink()


def _document(path: Path, name: str, kind: Kind) -> Accepted | Refused:
    with tempfile.TemporaryFile() as unused:
        outcome = run_confined("pdf" if kind == "pdf" else "ooxml", path, {"kind": kind}, unused)
    if isinstance(outcome, Refused):
        return outcome
    pages = outcome.facts.get("pages")
    if kind == "pdf" and not _natural(pages):
        return refused("broken")
    return Accepted(name, kind, path.stat().st_size, _sha256(path), pages=pages)


def _natural(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
