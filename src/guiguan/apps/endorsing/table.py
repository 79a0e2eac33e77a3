"""A collected list as a table: the columns of the form's list of repeated rows, one line for each of an entry's rows."""

from __future__ import annotations

from guiguan.apps.endorsing.models import Collection
from guiguan.apps.entries.sealing import unpack_all
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import RowsField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint


def list_rows(found: Collection, blueprint: Blueprint) -> tuple[RowsField | None, list[dict[str, str]]]:
    """The form's list of repeated rows, and all rows of the entries on the list, in its order; None where the form has none."""
    field = next((f for f in blueprint.form if isinstance(f, RowsField)), None)
    if field is None:
        return None, []
    rows: list[dict[str, str]] = []
    for row in found.rows.select_related("entry").order_by("place", "pk"):
        newest = row.entry.submissions.order_by("-number").first()
        given = unpack_all(fields(blueprint), newest.answers).get(field.id, []) if newest else []
        rows += [r for r in given if isinstance(r, dict)]
    return field, rows


def list_table(found: Collection, blueprint: Blueprint) -> tuple[list[str], list[list[str]]]:
    """Columns and rows; an entry without such rows has one line of its own."""
    field = next((f for f in blueprint.form if isinstance(f, RowsField)), None)
    known = fields(blueprint)
    own = [say(c.label) for c in field.columns] if field else []
    columns = ["序号", "申报编号", "名称", "申报单位", *own, "意见"]
    lines: list[list[str]] = []
    for row in found.rows.select_related("entry__organisation").order_by("place", "pk"):
        entry = row.entry
        newest = entry.submissions.order_by("-number").first()
        values = unpack_all(known, newest.answers) if newest and field else {}
        given = values.get(field.id, []) if field else []
        parts = [r for r in given if isinstance(r, dict)] or [{}]
        for part in parts:
            cells = [part.get(c.id, "") for c in field.columns] if field else []
            head = [str(len(lines) + 1), entry.number or "", entry.title, entry.organisation.name]
            lines.append([*head, *cells, row.opinion or found.opinion])
    return columns, lines
