"""What a browser sent for one field becomes the field's value. Nothing is judged here."""

from __future__ import annotations

import re

from django.http import QueryDict

from guiguan.core.blueprint.form import ChoiceField, FormField, ListField, RowsField
from guiguan.core.entries.answers import Value

MOST_ROWS = 2_000


def value_from(field: FormField, sent: QueryDict) -> Value:
    """The value of the field in what was sent; line ends are one character, as people count."""
    if isinstance(field, RowsField):
        return _rows(field, sent)
    if isinstance(field, ListField):
        given = [_clean(sent.get(f"{field.id}.{n}", "")) for n in range(1, field.max + 1)]
        while given and not given[-1].strip():
            given.pop()
        return given
    if isinstance(field, ChoiceField):
        chosen = _chosen(field.id, sent)
        return chosen if field.kind == "choices" else (chosen[0] if chosen else "")
    if field.id == "area":
        return _clean(sent.get("area~free", "")).strip() or _clean(sent.get("area", ""))
    return _clean(sent.get(field.id, ""))


def _chosen(name: str, sent: QueryDict) -> list[str]:
    """What was chosen, each with its words; words beside an option that was not ticked choose it: nothing typed is lost."""
    labels = [_clean(v) for v in sent.getlist(name) if v.strip()]
    prefix = f"{name}~"
    worded = [n.removeprefix(prefix) for n in sent if n.startswith(prefix) and sent.get(n, "").strip()]
    meant = [w for w in worded if w not in (*labels, "seen", "paste", "free")]
    return [_with_words(name, label, sent) for label in (*labels, *meant)]


def _with_words(name: str, label: str, sent: QueryDict) -> str:
    words = _clean(sent.get(f"{name}~{label}", "")).strip()
    return f"{label}：{words}" if words else label


def _rows(field: RowsField, sent: QueryDict) -> list[dict[str, str]]:
    """Rows by their numbers, without those that are all blank; rows pasted as a table come after them."""
    shape = re.compile(rf"{re.escape(field.id)}\.(\d{{1,5}})\.([a-z][a-z0-9_]*)")
    columns = {c.id for c in field.columns}
    found: dict[int, dict[str, str]] = {}
    for name in dict.fromkeys(n.partition("~")[0] for n in sent):
        match = shape.fullmatch(name)
        if match and match[2] in columns:
            found.setdefault(int(match[1]), {})[match[2]] = ";".join(_chosen(name, sent))
    rows = [found[n] for n in sorted(found)]
    rows = [r for r in rows if any(v.strip() for v in r.values())]
    return [*rows, *pasted_rows(field, sent.get(f"{field.id}~paste", ""))][:MOST_ROWS]


def pasted_rows(field: RowsField, text: str) -> list[dict[str, str]]:
    """Rows copied from a spreadsheet: cells parted by tabs, quoted where they hold line ends; a heading row is left out.

    A first column of running numbers (序号) is left out too where there is one column more than the form has.
    """
    import csv
    import io

    if not text.strip():
        return []
    table = [
        r for r in csv.reader(io.StringIO(_clean(text)), dialect="excel-tab") if any(c.strip() for c in r)
    ]
    labels = [c.label if isinstance(c.label, str) else c.label["zh"] for c in field.columns]
    if table and len(set(map(str.strip, table[0])) & set(labels)) * 2 >= len(labels):
        table = table[1:]
    width = len(field.columns)
    if table and all(len(r) == width + 1 and r[0].strip().isdigit() for r in table):
        table = [r[1:] for r in table]
    return [
        {c.id: cell.strip() for c, cell in zip(field.columns, row, strict=False) if cell.strip()}
        for row in table
    ]


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
