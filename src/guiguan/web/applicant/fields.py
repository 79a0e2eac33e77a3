"""A field of the blueprint as the form page shows it: one frozen view for one template, no rule in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as item
from typing import Any

from django.utils.translation import gettext as _

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import (
    ChoiceField,
    Column,
    ConsentField,
    DateField,
    FormField,
    ListField,
    NumberField,
    Option,
    RowsField,
    TextField,
    UploadField,
)
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import AnswerFault, Value
from guiguan.web.applicant.suggestions import suggestions_for

FEW = 7
"""Up to so many options stand as buttons; more make a list to choose from."""


@dataclass(frozen=True)
class Choice:
    """One thing to choose. `text_name`: the box for words of one's own, "" where there is none."""

    value: str
    label: str
    chosen: bool
    text_name: str = ""
    text: str = ""


@dataclass(frozen=True)
class Group:
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class CellView:
    """One cell of a repeated row. `choices` stand where its column has options; several may be chosen where `many`."""

    name: str
    label: str
    hint: str
    value: str
    choices: tuple[Choice, ...] = ()
    many: bool = False


@dataclass(frozen=True)
class FieldView:
    """What the template of a field needs. `widget` names the template in applicant/fields/."""

    id: str
    widget: str
    label: str
    hint: str
    required: bool
    public: bool
    value: Any
    revision: int
    error: str = ""
    warning: str = ""
    counter: int | None = None
    unit: str = ""
    lines: bool = False
    inputmode: str = ""
    autocomplete: str = ""
    suggestions: tuple[str, ...] = ()
    free: bool = False  # an area in words of one's own
    groups: tuple[Group, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[
        tuple[tuple[str, str, str, tuple[str, ...]], ...], ...
    ] = ()  # cells: name, label, value, options
    items: tuple[tuple[str, str], ...] = ()
    files: Sequence[Any] = ()
    upload: UploadField | None = None
    shown_when: str = ""
    shown_note: str = ""
    fixed: bool = False
    conflict: Any = item(default=None)


def view_of(
    blueprint: Blueprint,
    field: FormField,
    value: Value,
    revision: int,
    faults: Sequence[AnswerFault] = (),
    *,
    language: str = "zh",
    files: Sequence[Any] = (),
    fixed: bool = False,
    conflict: Any = None,
) -> FieldView:
    """The field with its value and faults, in the language of the page."""
    errors = [f.text(language) for f in faults if f.field == field.id and f.severity == "error"]
    warnings = [f.text(language) for f in faults if f.field == field.id and f.severity != "error"]
    base: dict[str, Any] = {
        "id": field.id,
        "label": say(field.label, language),
        "hint": _hint(blueprint, field, language),
        "required": field.required,
        "public": field.public,
        "value": value,
        "revision": revision,
        "error": _few(errors),
        "warning": _few(warnings),
        "shown_when": json.dumps(field.shown_when, ensure_ascii=False) if field.shown_when else "",
        "shown_note": _shown_note(blueprint, field, language),
        "fixed": fixed,
        "conflict": conflict,
    }
    return FieldView(**base, **_particular(blueprint, field, value, language, files))


def _particular(
    blueprint: Blueprint, field: FormField, value: Value, language: str, files: Sequence[Any]
) -> dict[str, Any]:
    if field.id == "area":
        groups = _areas(blueprint, str(value or ""), language)
        listed = any(c.chosen for g in groups for c in g.choices)
        return {"widget": "area", "groups": groups, "free": bool(value) and not listed}
    match field:
        case TextField():
            return {"widget": "text", "lines": field.lines, "counter": field.max}
        case NumberField():
            return {"widget": "text", "unit": say(field.unit or "", language), "inputmode": "decimal"}
        case ChoiceField():
            groups = _groups(field, value)
            many = sum(len(g.choices) for g in groups) > FEW and not field.other and len(groups) == 1
            single = field.kind == "choice"
            return {
                "widget": "select" if single and many else "choice" if single else "choices",
                "groups": groups,
            }
        case ConsentField():
            chosen = str(value or "")
            groups = (
                Group(say(field.text, language), tuple(Choice(a, a, a == chosen) for a in field.answers)),
            )
            return {"widget": "consent", "groups": groups}
        case ListField():
            given = [*(value or []), *[""] * field.max][: field.max]
            return {"widget": "list", "items": tuple((f"{field.id}.{n}", v) for n, v in enumerate(given, 1))}
        case RowsField():
            return {"widget": "rows", "columns": field.columns, "rows": _rows(field, value or [], language)}
        case UploadField():
            return {"widget": "upload", "files": files, "upload": field}
    modes = {"phone": ("tel", "tel"), "email": ("email", "email"), "url": ("url", "url"), "month": ("", "")}
    mode, complete = modes.get(field.kind, ("", ""))
    return {
        "widget": "text",
        "inputmode": mode,
        "autocomplete": complete,
        "suggestions": suggestions_for(blueprint, field),
    }


def _few(texts: Sequence[str]) -> str:
    """The first three, and how many more: forty faults of a pasted table help nobody."""
    told = _("；").join(texts[:3])
    return told + (_("；另有 %(n)s 处") % {"n": len(texts) - 3} if len(texts) > 3 else "")


def _hint(blueprint: Blueprint, field: FormField, language: str) -> str:
    parts = [say(field.help, language)] if field.help else []
    if isinstance(field, DateField):
        parts.append(_("日期写作 2020-05-31"))
        if field.within:
            parts.append(
                _("须在 %(first)s 至 %(last)s 之间") % {"first": field.within[0], "last": field.within[1]}
            )
        if field.until:
            parts.append(_("须不晚于 %(last)s") % {"last": field.until})
    if field.kind == "month":
        parts.append(_("月份写作 2020-05"))
    if field.kind == "region":
        parts.append(_("可以从提示中选，也可以直接填写"))
    if field.kind == "month_range":
        parts.append(_("起止月份写作 2020-05 至 2021-06"))
    if isinstance(field, TextField) and field.max and field.limit == "advisory":
        parts.append(_("原则上不超过 %(max)s 字") % {"max": field.max})
    if isinstance(field, TextField) and field.overflow:
        parts.append(_overflow(blueprint, field, language))
    if isinstance(field, NumberField) and (field.min is not None and field.max is not None):
        parts.append(_("%(min)s 至 %(max)s 之间") % {"min": field.min, "max": field.max})
    if isinstance(field, ListField):
        parts.append(_("至多 %(max)s 项，按顺序填写") % {"max": field.max})
    if isinstance(field, UploadField):
        parts.append(upload_rule(field))
    elif (
        field.required
        and field.none_accepted
        and not isinstance(field, ChoiceField | ConsentField | RowsField)
    ):
        parts.append(_("没有请填“无”"))
    return _("；").join(p.rstrip("。；") for p in parts if p)


def _overflow(blueprint: Blueprint, field: FormField, language: str) -> str:
    """Where the rest of a text goes that has no room: the next field for files, else the first; else the paper copies."""
    places = [f for f in blueprint.form if f.kind == "files"]
    after = blueprint.form.index(field)
    place = next((f for f in places if blueprint.form.index(f) > after), places[0] if places else None)
    if place is None:
        return _("写不下的可以附页，随纸质材料一并报送")
    return _("写不下的可以附页，上传到“%(field)s”") % {"field": say(place.label, language)}


def upload_rule(field: UploadField) -> str:
    """What the field takes, in words."""
    parts = []
    if field.of:
        parts.append(_("《%(of)s》签字盖章后的扫描件") % {"of": field.of})
    if field.count:
        parts.append(_("%(n)s 件") % {"n": field.count})
    if field.at_most:
        parts.append(_("至多 %(n)s 件") % {"n": field.at_most})
    if field.formats:
        parts.append(_("格式 %(formats)s") % {"formats": _("、").join(f.upper() for f in field.formats)})
    if field.pixels:
        size = field.pixels.replace("x", "×")
        parts.append(
            _("%(size)s 像素") % {"size": size}
            if field.pixels_are == "exact"
            else _("不小于 %(size)s 像素") % {"size": size}
        )
    parts.append(_("每件不超过 %(n)s MB") % {"n": field.megabytes})
    return _("，").join(parts)


def _shown_note(blueprint: Blueprint, field: FormField, language: str) -> str:
    if not field.shown_when:
        return ""
    labels = {f.id: say(f.label, language) for f in blueprint.form}
    told = _("，且").join(
        _("“%(field)s”为%(values)s")
        % {"field": labels.get(name, name), "values": _("或").join(f"“{v}”" for v in values)}
        for name, values in field.shown_when.items()
    )
    return _("当%(condition)s时填写") % {"condition": told}


def _groups(field: ChoiceField, value: Value) -> tuple[Group, ...]:
    given = _given(value)
    groups: dict[str, list[Choice]] = {}
    for option in field.options:
        found = option if isinstance(option, Option) else Option(label=option)
        text = given.get(found.label)
        name = f"{field.id}~{found.label}" if found.text else ""
        groups.setdefault(found.group or "", []).append(
            Choice(found.label, found.label, text is not None, name, text or "")
        )
    known = {c.label for choices in groups.values() for c in choices}
    if field.other:
        for group, choices in groups.items():
            label = f"其他（{group}）" if group else "其他"
            text = given.get(label)
            choices.append(Choice(label, _("其他"), text is not None, f"{field.id}~{label}", text or ""))
            known.add(label)
    for label in given.keys() - known:  # what is no option stays, so that saving loses nothing
        whole = f"{label}：{given[label]}" if given[label] else label
        groups[next(iter(groups))].append(Choice(whole, whole, True))
    return tuple(Group(name, tuple(choices)) for name, choices in groups.items())


def _given(value: Value) -> dict[str, str]:
    """label → words of one's own, of what was chosen; `其他：文字` is 其他 with 文字."""
    texts = [value] if isinstance(value, str) else list(value or [])
    found = {}
    for text in texts:
        label, _colon, words = text.partition("：")
        if label:
            found[label.strip()] = words
    return found


def _areas(blueprint: Blueprint, value: str, language: str) -> tuple[Group, ...]:
    groups: list[Group] = []
    for category in blueprint.categories:
        areas: Mapping[str, bool] = (
            {} if isinstance(category.areas, str) else {a: a == value for a in category.areas}
        )
        groups.append(
            Group(say(category.title, language), tuple(Choice(a, a, chosen) for a, chosen in areas.items()))
        )
    return tuple(groups)


def _rows(
    field: RowsField, value: Sequence[Mapping[str, str]], language: str
) -> tuple[tuple[CellView, ...], ...]:
    shown = [*value] or [{}]
    return tuple(
        tuple(_cell(f"{field.id}.{n}.{c.id}", c, row.get(c.id, ""), language) for c in field.columns)
        for n, row in enumerate(shown, 1)
    )


def _cell(name: str, column: Column, value: str, language: str) -> CellView:
    view = CellView(name, say(column.label, language), say(column.help or "", language), value)
    if column.kind == "text":
        return view
    given = _given(re.split("[;；]", value) if column.kind == "choices" else value)
    return replace(view, choices=_choices(name, column.options, given), many=column.kind == "choices")


def _choices(name: str, options: Sequence[Option | str], given: Mapping[str, str]) -> tuple[Choice, ...]:
    """The options with what was chosen; something chosen that is no option stays in the list, so that saving loses nothing."""
    known = [o if isinstance(o, Option) else Option(label=o) for o in options]
    found = [
        Choice(
            o.label, o.label, o.label in given, f"{name}~{o.label}" if o.text else "", given.get(o.label, "")
        )
        for o in known
    ]
    others = [label for label in given if label not in {o.label for o in known}]
    found += [Choice(v, v, True) for v in (f"{n}：{given[n]}" if given[n] else n for n in others)]
    return tuple(found)
