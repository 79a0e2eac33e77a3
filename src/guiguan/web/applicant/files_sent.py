"""What somebody else handed in, on its way to a browser: nothing in it may run, and no name may break the header."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase

TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def send(stored: str, kind: str, *, name: str = "") -> HttpResponseBase:
    """What lies in the storage, piece by piece; under `name` to be kept, without a name to be shown. Http404 where it is gone."""
    try:
        size = default_storage.size(stored)
        content = default_storage.open(stored)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, content_type=TYPES.get(kind, "application/octet-stream"))
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = disposition(name) if name else "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def disposition(name: str) -> str:
    """The header of RFC 6266: the name whole in `filename*`, and for old programs what of it is plain ASCII."""
    seen = "".join(c for c in name if unicodedata.category(c)[0] != "C") or "file"
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " -_.()") else "_" for c in seen)
    stem, dot, extension = plain.rpartition(".")
    if dot and not stem.strip(" _."):
        plain = f"file.{extension}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(seen, safe='')}"
