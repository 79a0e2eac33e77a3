"""What was handed in, as a screener reads it: section by section, personal answers masked, files with previews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.entries.sealing import SEALED_KINDS, masked, unpack_all
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import FormField, RowsField, UploadField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.sections import sections_of
from guiguan.core.entries.answers import Value, cell, is_blank
from guiguan.web.organiser.screening_words import lang

_PICTURES = ("jpg", "jpeg", "png")


def sections(
    entry: Entry, submission: Submission, blueprint: Blueprint, values: Mapping[str, Value], may_reveal: bool
) -> list[dict[str, Any]]:
    """Each section with its rows, tables and files; what differs from the handing in before says so."""
    before = (
        entry.submissions.filter(kind="declaration", number__lt=submission.number).order_by("-number").first()
    )
    old = unpack_all(fields(blueprint), before.answers) if before else None
    found = []
    for number, section in enumerate(sections_of(blueprint), 1):
        shown: dict[str, Any] = {
            "title": say(section.title, lang()) if section.title else _("第 %(n)s 部分") % {"n": number},
            "rows": [],
            "tables": [],
            "files": [],
        }
        for field in section.fields:
            if isinstance(field, UploadField):
                was = before.attachments.get(field.id, []) if before else None
                shown["files"].append(_files(field, submission.attachments.get(field.id, []), was))
                continue
            value = values.get(field.id, "")
            changed = old is not None and cell(field, old.get(field.id, "")) != cell(field, value)
            if isinstance(field, RowsField) and not is_blank(value):
                shown["tables"].append(_table(field, value, changed))
            else:
                shown["rows"].append(_row(entry, field, value, changed, may_reveal))
        found.append(shown)
    return found


def _row(entry: Entry, field: FormField, value: Value, changed: bool, may_reveal: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "label": say(field.label, lang()),
        "value": cell(field, masked(field, value)) if not is_blank(value) else "",
        "public": field.public,
        "note": _("本次已修改") if changed else "",
    }
    if may_reveal and field.kind in SEALED_KINDS and not is_blank(value):
        row["url"] = reverse("screening-reveal", args=[entry.campaign_id, entry.pk, field.id])
        row["link"] = _("查看完整内容")
    return row


def _table(field: RowsField, value: Value, changed: bool) -> dict[str, Any]:
    return {
        "caption": say(field.label, lang()),
        "note": _("本次已修改") if changed else "",
        "columns": [{"label": say(c.label, lang())} for c in field.columns],
        "rows": [
            {"cells": [row.get(c.id, "") or "—" for c in field.columns], "actions": []} for row in value
        ],
    }


def _files(
    field: UploadField, files: list[dict[str, Any]], before: list[dict[str, Any]] | None
) -> dict[str, Any]:
    known = {f["sha256"] for f in before} if before is not None else None
    return {
        "label": say(field.label, lang()),
        "public": field.public,
        "files": [
            {
                "name": f["name"],
                "url": reverse("file", args=[f["file"]]),
                "size": filesizeformat(f["size"]),
                "kind": _kind(f["name"]).upper(),
                "thumb": reverse("file-preview", args=[f["file"]]) if _kind(f["name"]) in _PICTURES else "",
                "tag": _("本次新上传") if known is not None and f["sha256"] not in known else "",
                "state": "info",
                "actions": [(_("预览"), reverse("file-preview", args=[f["file"]]))],
            }
            for f in files
        ],
    }


def _kind(name: str) -> str:
    return name.rpartition(".")[2].lower()
