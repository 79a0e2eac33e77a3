"""Online form, Word version and scan side by side, as pages show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.entries.comparing import Compared, Difference, on_form
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import FormField, RowsField
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import Value, cell, is_blank
from guiguan.web.common.paper_words import why_text

Shown = Callable[[FormField, Value], Value]
MOST_PAGES = 12


def as_they_are(field: FormField, value: Value) -> Value:
    return value


def papers_shown(
    found: Sequence[Compared],
    blueprint: Blueprint,
    values: Mapping[str, Value],
    lang: str,
    shown: Shown = as_they_are,
    hidden: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """A row for each file. `shown`: how an answer may be shown to who looks; `hidden`: kinds of which what could not be read is not shown."""
    return [_paper(c, blueprint, values, lang, shown, hidden) for c in found]


def _paper(
    one: Compared,
    blueprint: Blueprint,
    values: Mapping[str, Value],
    lang: str,
    shown: Shown,
    hidden: Sequence[str],
) -> dict[str, Any]:
    state, tag = _state(one)
    file = reverse("file", args=[one.file.pk])
    return {
        "title": one.form.title,
        "name": one.file.name,
        "url": file,
        "kind": _("Word 版") if one.kind == "word" else _("签章扫描件"),
        "state": state,
        "tag": tag,
        "by_eye": one.by_eye,
        "refused": one.refused.finding.text(lang) if one.refused else "",
        "same": one.same,
        "rows": [_row(d, lang, shown, hidden) for d in one.differences],
        "pages": [
            reverse("file-page", args=[one.file.pk, n]) for n in range(1, min(one.pages, MOST_PAGES) + 1)
        ]
        if one.by_eye
        else [],
        "online": [
            {"label": say(f.label, lang), "value": text(f, shown(f, v)) or "—"}
            for f, v in on_form(blueprint, one.form, values)
        ]
        if one.by_eye
        else [],
    }


def _state(one: Compared) -> tuple[str, str]:
    if one.refused:
        return _("不能读取"), "warning"
    if one.by_eye:
        return _("图片，须人工核对"), "info"
    if one.differences:
        return _("%(n)s 栏不一致或读不出") % {"n": len(one.differences)}, "warning"
    return _("与网上一致"), "success"


def _row(difference: Difference, lang: str, shown: Shown, hidden: Sequence[str]) -> dict[str, str]:
    field, paper = difference.field, difference.paper
    if difference.why and field.kind in hidden:
        paper = ""
    return {
        "label": say(field.label, lang),
        "online": text(field, shown(field, difference.online)) or "—",
        "paper": text(field, paper if difference.why else shown(field, paper)) or "—",
        "why": why_text(difference.why) if difference.why else "",
    }


def text(field: FormField, value: Value) -> str:
    """An answer in lines."""
    if is_blank(value):
        return ""
    if isinstance(value, list) and not isinstance(field, RowsField):
        return "\n".join(str(v) for v in value)
    return cell(field, value).replace(";", "\n") if isinstance(value, list) else str(value)
