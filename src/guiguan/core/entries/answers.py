"""The answers of one entry as a form has them, and what is wrong with them: the rules are those of `fill`, asked field by field.

A value is a text, a list of texts (`choices`, `list`) or a list of rows (`rows`: column id → text). Files are counted by field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import (
    ConsentField,
    FormField,
    ListField,
    RowsField,
    TextField,
    UploadField,
)
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.fill import NONE, faults
from guiguan.core.entries.list_choices import chosen
from guiguan.core.values.chinese import count_characters, same_text
from guiguan.core.values.credit_code import check_credit_code
from guiguan.core.values.exclusion import RULES
from guiguan.core.values.finding import Severity

Value = Any  # str | list[str] | list[dict[str, str]], as JSON keeps it
Answers = Mapping[str, Value]

FORM_RULES: dict[str, tuple[str, str]] = {
    "form.too-many": ("项数或行数超过限制", "more items than allowed"),
    "form.file-count": ("文件件数不符", "not the number of files asked for"),
    "form.long": ("超过建议字数，可以提交", "longer than advised; it may be handed in"),
    "form.unusual": ("请核对，确认无误可以提交", "please check; it may be handed in if it is right"),
}
"""Rules that only a form can ask: a table has no files, and advice keeps nobody out."""


@dataclass(frozen=True)
class AnswerFault:
    """One fault of one answer. `warning` faults are shown and never keep an entry out. `detail` is Chinese, as in
    `rejected.csv`; `label` is the field's name in English where the blueprint gives one."""

    field: str
    rule: str
    detail: str
    severity: Severity = "error"
    label: str = ""

    def text(self, lang: str = "zh") -> str:
        """What is wrong, then where and what was found; in English where alone."""
        words = (FORM_RULES | RULES)[self.rule]
        return f"{words[1]}: {self.label}" if lang == "en" else f"{words[0]}：{self.detail}"


def is_blank(value: Value) -> bool:
    """Whether nothing was given."""
    if isinstance(value, str):
        return not value.strip()
    return not any(
        any(v.strip() for v in r.values()) if isinstance(r, dict) else r.strip() for r in value or ()
    )


def fits(field: FormField, value: Value) -> bool:
    """Whether the value is of the field's kind: a text, a list of texts, or rows of the field's columns; no odd characters."""
    if isinstance(field, UploadField):
        return False
    if isinstance(field, RowsField):
        columns = {c.id for c in field.columns}
        return isinstance(value, list) and all(
            isinstance(r, dict) and set(r) <= columns and all(_storable(v) for v in r.values()) for r in value
        )
    if isinstance(field, ListField) or field.kind == "choices":
        return isinstance(value, list) and all(_storable(v) for v in value)
    return _storable(value)


def _storable(text: object) -> bool:
    """A text that every database keeps as it is: no NUL, no half of a surrogate pair."""
    return isinstance(text, str) and "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def is_shown(field: FormField, answers: Answers) -> bool:
    """Whether the field is to be filled, given the answers to the fields on which it depends."""
    if field.shown_when is None:
        return True
    return all(
        {same_text(v) for v in _texts(answers.get(name, ""))} & {same_text(w) for w in wanted}
        for name, wanted in field.shown_when.items()
    )


def area_options(blueprint: Blueprint, category: str) -> tuple[str, ...] | None:
    """The areas of the category that was chosen by id or title; None where the area is free or there is no such category."""
    for found in blueprint.categories:
        if same_text(category) in {same_text(t) for t in (found.id, say(found.title), *found.also)}:
            return None if isinstance(found.areas, str) else found.areas
    return ()


def cell(field: FormField, value: Value) -> str:
    """The answer as the entries table has it: several values joined by a semicolon, rows by `|` and `;`."""
    if isinstance(value, str):
        return value
    if isinstance(field, RowsField):
        return ";".join("|".join(row.get(c.id, "") for c in field.columns) for row in value)
    return ";".join(v for v in value if v.strip())


def answer_faults(
    blueprint: Blueprint, answers: Answers, files: Mapping[str, int], only: Sequence[str] | None = None
) -> tuple[AnswerFault, ...]:
    """Every fault of the answers in the order of the form; `only` looks at these fields alone, against all answers."""
    zone = ZoneInfo(blueprint.zone)
    found: list[AnswerFault] = []
    for name, field in fields(blueprint).items():
        if (only is not None and name not in only) or not is_shown(field, answers):
            continue
        if isinstance(field, UploadField):
            faulty = _upload_faults(field, files.get(name, 0))
        else:
            faulty = _faults(blueprint, field, answers.get(name, ""), answers, zone)
        found.extend(replace(f, label=say(field.label, "en")) for f in faulty)
    return tuple(found)


def _faults(
    blueprint: Blueprint, field: FormField, value: Value, answers: Answers, zone: ZoneInfo
) -> Iterator[AnswerFault]:
    label = say(field.label)
    if is_blank(value):
        if field.required:
            yield AnswerFault(field.id, "form.required", label)
        return
    if isinstance(field, ListField):
        given = [v for v in _texts(value) if v.strip()]
        if len(given) > field.max:
            yield AnswerFault(field.id, "form.too-many", f"{label}：{len(given)} 项，至多 {field.max} 项")
        return
    if isinstance(field, RowsField):
        yield from _row_faults(field, label, value)
        return
    if isinstance(field, ConsentField):
        if len(field.answers) == 1 and value != field.answers[0]:
            yield AnswerFault(field.id, "form.required", label)
        elif value not in field.answers:
            yield AnswerFault(field.id, "form.not-an-option", f"{label}：{value}")
        return
    for rule, detail in faults(field, cell(field, value), zone):
        yield AnswerFault(field.id, rule, detail)
    options = area_options(blueprint, str(answers.get("category", ""))) if field.id == "area" else None
    if options and same_text(str(value)) not in {same_text(o) for o in options}:
        yield AnswerFault(field.id, "entries.unknown-area", f"{label}：{value}")
    yield from _advice(field, label, value)


def _row_faults(field: RowsField, label: str, rows: Sequence[Mapping[str, str]]) -> Iterator[AnswerFault]:
    if field.max is not None and len(rows) > field.max:
        yield AnswerFault(field.id, "form.too-many", f"{label}：{len(rows)} 行，至多 {field.max} 行")
    for number, row in enumerate(rows, 1):
        if not any(v.strip() for v in row.values()):
            yield AnswerFault(field.id, "form.required", f"{label}：第 {number} 行是空行，请填写或删除")
            continue
        for column in field.columns:
            for text in chosen(column, row.get(column.id, "")).rest if column.options else ():
                if not _other(text):
                    yield AnswerFault(
                        field.id, "form.not-an-option", f"{label}：第 {number} 行“{say(column.label)}”{text}"
                    )


def _other(text: str) -> bool:
    return text.strip().startswith("其他")


def _upload_faults(field: UploadField, count: int) -> Iterator[AnswerFault]:
    label = say(field.label)
    if not count:
        if field.required:
            yield AnswerFault(field.id, "form.required", label)
    elif field.count is not None and count != field.count:
        yield AnswerFault(field.id, "form.file-count", f"{label}：{count} 件，应为 {field.count} 件")
    elif field.at_most is not None and count > field.at_most:
        yield AnswerFault(field.id, "form.file-count", f"{label}：{count} 件，至多 {field.at_most} 件")


_MONTH = r"\d{4}\s*[-./年]\s*(0?[1-9]|1[0-2])\s*月?"
_SHAPES = {
    "url": re.compile(r"https?://[^\s/]+\.[^\s]+", re.IGNORECASE),
    "email": re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
    "phone": re.compile(r"\+?[\d\-() （）]{7,20}(转\d+)?"),
    "month": re.compile(_MONTH),
    "month_range": re.compile(rf"{_MONTH}\s*[至到—–~～-]+\s*({_MONTH}|今)"),
}
_LIKE = {"month": "2020-05", "month_range": "2020-05 至 2021-06"}
"""How a text of a kind is best written."""


def _advice(field: FormField, label: str, value: Value) -> Iterator[AnswerFault]:
    """What is unusual and may still be right: shown beside the field, shown to the screener, never a hindrance."""
    text = cell(field, value)
    if text.strip() == NONE:
        return
    if isinstance(field, TextField) and field.limit == "advisory" and field.max is not None:
        length = count_characters(text)
        if length > field.max:
            yield AnswerFault(
                field.id, "form.long", f"{label}：{length} 字，原则上不超过 {field.max} 字", "warning"
            )
    shape = _SHAPES.get(field.kind)
    if shape is not None and not shape.fullmatch(text.strip()):
        like = f"，可写作 {_LIKE[field.kind]}" if field.kind in _LIKE else ""
        yield AnswerFault(field.id, "form.unusual", f"{label}：{text}{like}", "warning")
    if field.kind == "credit_code" and check_credit_code(text)[1]:
        yield AnswerFault(field.id, "form.unusual", f"{label}：校验位不符，请核对执照", "warning")


def _texts(value: Value) -> list[str]:
    return [value] if isinstance(value, str) else [v for v in value or () if isinstance(v, str)]
