"""A table on its way to somebody, as csv that Excel in China opens as UTF-8 and in which no cell is run; that it was taken is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse

from guiguan.apps.audit.export import note_list_taken
from guiguan.apps.files.keeping import work_folder
from guiguan.tables.csv_out import write_csv
from guiguan.web.common.clock import now
from guiguan.web.common.door import person_of
from guiguan.web.common.sheets import TYPES


def csv_answer(
    request: HttpRequest, campaign: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> HttpResponse:
    """The table to be kept. `name` is the table's, of plain letters."""
    with work_folder() as folder:
        path = folder / "table.csv"
        write_csv(path, columns, rows, bom=True)
        content = path.read_bytes()
    return table_answer(request, campaign, name, "csv", content)


def table_answer(request: HttpRequest, campaign: str, name: str, kind: str, content: bytes) -> HttpResponse:
    """The file, xlsx or csv, and a record of who took it."""
    person = person_of(request)
    assert person is not None  # the doors of tables lead everybody else to signing in
    if request.method == "GET":  # HEAD: nothing is taken
        note_list_taken(person.pk, now(), campaign, name, kind, {})
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer
