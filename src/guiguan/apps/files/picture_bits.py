"""The 64 bits by which a picture is recognised, read in a confined process."""

from __future__ import annotations

import tempfile

from guiguan.apps.files.keeping import copied, work_folder
from guiguan.apps.files.models import File
from guiguan.documents.intake.confined import run_confined
from guiguan.documents.intake.verdict import Refused


class NotNow(Exception):
    """The server, not the picture, was at fault: another time it may succeed."""


def bits_of(file: File) -> int | None:
    """0 to 2⁶⁴ - 1; None of a plain surface, of what is no picture, is gone or cannot be drawn. Raises NotNow."""
    if file.kind not in ("jpg", "png"):
        return None
    with work_folder() as work, tempfile.TemporaryFile(dir=work) as unused:
        source = work / "source"
        try:
            copied(file.stored, source)
        except FileNotFoundError:
            return None
        outcome = run_confined("picture_bits", source, {"kind": file.kind}, unused)
    if isinstance(outcome, Refused):
        if outcome.reason == "unchecked":
            raise NotNow(f"{file.pk}: {outcome.reason}")
        return None
    bits = outcome.facts.get("bits")
    return bits if isinstance(bits, int) and not isinstance(bits, bool) and 0 <= bits < 1 << 64 else None
