"""A table on its way to somebody, as csv that Excel in China opens as UTF-8 and in which no cell is run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from guiguan.apps.files.keeping import work_folder
from guiguan.tables.csv_out import write_csv


def csv_answer(columns: Sequence[str], rows: Iterable[Sequence[str]], name: str) -> HttpResponse:
    """The table to be kept. `name` is of plain letters."""
    with work_folder() as folder:
        path = folder / "table.csv"
        write_csv(path, columns, rows)
        content = path.read_bytes()
    answer = HttpResponse(b"\xef\xbb\xbf" + content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
