"""The cells of an uploaded workbook, read in a confined process after the check that every upload passes."""

from __future__ import annotations

import json
import shutil
import tempfile

from django.core.files.uploadedfile import UploadedFile

from guiguan.apps.files.keeping import work_folder
from guiguan.core.entries.list_sheet import Cell, Sheet
from guiguan.core.values.finding import Finding, InputError
from guiguan.documents.intake.check import check_upload
from guiguan.documents.intake.confined import run_confined
from guiguan.documents.intake.verdict import Refused

MEGABYTES = 10
_LARGEST = 64 * 2**20


def sheet_in(uploaded: UploadedFile[bytes]) -> tuple[Sheet, tuple[str, ...]]:
    """The first visible sheet, and the names of others that are there. Nothing of the file is kept. Raises InputError."""
    with work_folder() as work:
        source = work / "list.xlsx"
        with source.open("wb") as copy:
            shutil.copyfileobj(uploaded, copy, 1 << 16)
        found = check_upload(source, uploaded.name or "", formats=("xlsx",), megabytes=MEGABYTES, work=work)
        if isinstance(found, Refused):
            raise InputError(found.finding)
        with tempfile.TemporaryFile(dir=work) as output:
            outcome = run_confined("table", source, {}, output)
            if isinstance(outcome, Refused):
                raise InputError(outcome.finding)
            output.seek(0)
            return _read(output.read(_LARGEST))


def _read(said: bytes) -> tuple[Sheet, tuple[str, ...]]:
    """What the process wrote, taken for nothing more than texts and numbers."""
    try:
        told = json.loads(said)
        cells = {
            (int(r), int(c)): Cell(
                str(text), kind if kind in ("number", "date", "error", "long_number") else "text", bool(f)
            )
            for r, c, text, kind, f in told["cells"]
        }
        merged = [(int(a), int(b), int(c), int(d)) for a, b, c, d in told["merged"]]
        return Sheet(cells, merged), tuple(str(n) for n in told["other"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            Finding(
                "upload.broken",
                "文件已损坏，无法读取；请在 Excel 中另存后再上传",
                "the file is damaged; save it anew in Excel",
            )
        ) from error
