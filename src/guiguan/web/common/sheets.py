"""Any list page as a table to keep: the same address with `format=xlsx` or `csv`, so the same door, filters and masking.

A page says `if wanted := sheet_wanted(request): return send_sheet(…)` and includes `common/sheet_links.html`. A page made of the
part `table` hands over the columns and rows of that part: they are declared once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from guiguan.apps.audit.export import note_list_taken
from guiguan.tables.csv_out import write_csv
from guiguan.tables.xlsx_out import write_xlsx
from guiguan.web.common.clock import now
from guiguan.web.common.door import person_of

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
CHUNK = 1_000
"""Rows read at once: a list of any length takes the same memory."""
_LONGEST_FILTER = 100


def sheet_wanted(request: HttpRequest) -> str:
    """xlsx, csv, or "" where the page itself is wanted."""
    asked = request.GET.get("format", "")
    return asked if asked in TYPES else ""


def send_sheet(
    request: HttpRequest,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    campaign: str = "",
    title: str = "",
) -> HttpResponseBase:
    """The list as a file, and a record of who took it with what filters. `name` is the list's, in ASCII."""
    kind, person = sheet_wanted(request), person_of(request)
    assert person is not None  # the doors of lists lead everybody else to signing in
    filename = "-".join(p for p in (campaign, name) if p) + f".{kind}"
    if request.method != "GET":  # HEAD: nothing is taken
        return HttpResponse(content_type=TYPES[kind])
    with tempfile.TemporaryDirectory(prefix="guiguan-") as folder:
        path = Path(folder) / filename
        if kind == "xlsx":
            write_xlsx(path, title or name, columns, rows)
        else:
            write_csv(path, columns, rows, bom=True)
        made = path.open("rb")  # read to its end from the open file; its name is gone with the folder
    note_list_taken(person.pk, now(), campaign, name, kind, _filters(request))
    return FileResponse(made, as_attachment=True, filename=filename, content_type=TYPES[kind])


def _filters(request: HttpRequest) -> dict[str, str]:
    given = {k: request.GET.get(k, "") for k in sorted(request.GET) if k not in ("format", "page")}
    return {_kept(k): _kept(v) for k, v in given.items() if v}


def _kept(text: str) -> str:
    """As a database keeps it: names are as much anybody's as values."""
    return text.replace("\0", "")[:_LONGEST_FILTER]


def of_table(
    columns: Sequence[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]
) -> tuple[list[str], Iterator[list[str]]]:
    """Labels and texts of the part `table`: a cell's note stands behind its text."""
    return [str(c["label"]) for c in columns], ([_text(cell) for cell in row["cells"]] for row in rows)


def _text(cell: Any) -> str:
    if not isinstance(cell, Mapping):
        return "" if cell in (None, "—") else str(cell)
    parts = [str(cell.get("text", "")), str(cell.get("note") or "")]
    return _("；").join(p for p in parts if p and p != "—")
