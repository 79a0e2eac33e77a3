"""A list of repeated rows as an Excel workbook: taken down empty or filled, and read back into the form with consent."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import blueprint_of
from guiguan.apps.entries.services import Conflict
from guiguan.apps.entries.services.list_in import How, rows_standing, take_list
from guiguan.apps.files.sheets import sheet_in
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import RowsField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.sections import sections_of
from guiguan.core.entries.list_sheet import At, ReadList, read_list
from guiguan.core.lifecycle.moves import EDITABLE
from guiguan.core.values.finding import InputError
from guiguan.core.values.moment import day_of
from guiguan.documents.list_sheet import list_workbook
from guiguan.web.applicant.entries import lang
from guiguan.web.applicant.finding_entries import entry_by_id
from guiguan.web.applicant.saving import number_in
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.sheets import TYPES

SHOWN = 50
"""So many rows are shown as read; all of them are taken."""


@door("entry.write", entry_by_id, keep=("field",))
def download(request: HttpRequest, entry: Entry, field: str) -> HttpResponse:
    """The list as a workbook: with what stands in the form, or blank (`blank=1`)."""
    from zoneinfo import ZoneInfo

    form = _field(entry, field)
    zone = ZoneInfo(blueprint_of(entry.campaign).zone)
    rows = [] if request.GET.get("blank") else rows_standing(entry.pk, field)[0]
    made = list_workbook(form, entry.organisation.name, day_of(now(), zone).isoformat(), rows, lang())
    response = HttpResponse(made, content_type=TYPES["xlsx"])
    name = f"{say(form.label, lang())}.xlsx"
    response["Content-Disposition"] = f"attachment; filename=\"{field}.xlsx\"; filename*=UTF-8''{quote(name)}"
    return response


@door("entry.write", entry_by_id, methods=("GET", "HEAD", "POST"), keep=("field",))
def upload(request: HttpRequest, entry: Entry, field: str) -> HttpResponse:
    """Shows what a workbook holds, row by row and fault by fault. Nothing is saved yet."""
    form = _field(entry, field)
    if entry.state not in EDITABLE or not entry.reminded:
        return redirect("entry", entry_id=entry.pk)
    page = _page(entry, form)
    if request.method != "POST":
        return render(request, "applicant/entries/list_upload.html", page)
    given = request.FILES.get("file")
    if given is None:
        page["errors"] = [(_("请选择填好的 Excel 文件"), "file")]
        return render(request, "applicant/entries/list_upload.html", page, status=400)
    try:
        sheet, others = sheet_in(given)
    except InputError as error:
        page["errors"] = [(f.text(lang()), "file") for f in error.findings]
        return render(request, "applicant/entries/list_upload.html", page, status=400)
    found = read_list(form, sheet)
    page |= _read(form, found) | {"others": _("、").join(others), "name": given.name}
    return render(request, "applicant/entries/list_read.html", page)


@door("entry.write", entry_by_id, methods=("POST",), keep=("field",))
def take(request: HttpRequest, entry: Entry, field: str) -> HttpResponse:
    """The rows that were read stand in the form: after those that stand there, or, where one chose so, in their place."""
    form, person = _field(entry, field), person_of(request)
    assert person is not None
    rows = _sent_rows(form, request.POST.get("rows", ""))
    stands, _revision = rows_standing(entry.pk, field)
    how = request.POST.get("how", "add" if not stands else "")
    page = _page(entry, form) | {"how": how}
    if not rows or how not in ("add", "replace"):
        page["errors"] = (
            [(_("请选择读取的各行放在哪里"), "how_1")]
            if rows
            else [(_("没有可以填入的行，请重新上传"), "file")]
        )
        if rows:
            page |= _read(form, ReadList(tuple(rows))) | {"others": "", "name": ""}
        return render(
            request, f"applicant/entries/list_{'read' if rows else 'upload'}.html", page, status=400
        )
    seen = number_in(request.POST.get("seen", ""))
    faults = _take(person, entry, form, rows, "add" if how == "add" else "replace", seen)
    if faults:
        page |= {"errors": [(f, "file") for f in faults]}
        return render(request, "applicant/entries/list_upload.html", page, status=400)
    messages.success(request, _("已填入 %(n)s 行，请核对后继续。") % {"n": len(rows)})
    return redirect(f"{reverse('entry-form', args=[entry.pk, _step(entry, field)])}#{field}")


def _take(
    person: Person, entry: Entry, form: RowsField, rows: list[dict[str, str]], how: How, seen: int
) -> list[str]:
    try:
        take_list(person, now(), entry.pk, form.id, rows, how, seen)
    except Conflict:
        return [_("上传期间有同事修改了这张清单，没有填入。请重新上传并核对。")]
    except InputError as error:
        return [f.text(lang()) for f in error.findings]
    return []


def _field(entry: Entry, field: str) -> RowsField:
    found = fields(blueprint_of(entry.campaign)).get(field)
    if not isinstance(found, RowsField):
        raise Http404
    return found


def _step(entry: Entry, field: str) -> int:
    sections = enumerate(sections_of(blueprint_of(entry.campaign)), 1)
    return next((n for n, s in sections if field in {f.id for f in s.fields}), 1)


def _page(entry: Entry, form: RowsField) -> dict[str, Any]:
    rows, revision = rows_standing(entry.pk, form.id)
    return {
        "entry": entry,
        "field": form.id,
        "label": say(form.label, lang()),
        "stands": len(rows),
        "seen": revision,
        "back": f"{reverse('entry-form', args=[entry.pk, _step(entry, form.id)])}#{form.id}",
        "errors": [],
    }


def _read(form: RowsField, found: ReadList) -> dict[str, Any]:
    faulty = {f.row for f in found.faults}
    places = found.places or range(1, len(found.rows) + 1)
    return {
        "rows": [
            {"cells": [str(place), *(row.get(c.id, "") or "—" for c in form.columns)]}
            for place, row in zip(places, found.rows[:SHOWN], strict=False)
        ],
        "columns": [{"label": _("行")}, *({"label": say(c.label, lang())} for c in form.columns)],
        "count": len(found.rows),
        "more": max(0, len(found.rows) - SHOWN),
        "faulty": len(faulty),
        "faults": [_at(a) for a in found.faults],
        "notes": [_at(a) for a in found.notes],
        "held": json.dumps(list(found.rows), ensure_ascii=False),
        "ways": [
            ("add", _("加在已有各行之后")),
            ("replace", _("替换已有各行（已有内容将不再保留）")),
        ],
        "how": "",
    }


def _at(at: At) -> dict[str, str]:
    return {"place": at.place, "title": at.title, "text": at.text(lang())}


def _sent_rows(form: RowsField, text: str) -> list[dict[str, str]]:
    """The rows that the page held; what is none is left out, as what a browser sends may be anything."""
    ids = {c.id for c in form.columns}
    try:
        told = json.loads(text) if len(text) < 5_000_000 else []
    except (ValueError, RecursionError):
        return []
    rows = told if isinstance(told, list) else []
    kept = [
        {k: v for k, v in row.items() if k in ids and isinstance(v, str)}
        for row in rows
        if isinstance(row, dict)
    ]
    return [r for r in kept if any(v.strip() for v in r.values())]
