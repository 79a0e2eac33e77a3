"""What a Word form says beside what stands online, field by field, as the page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from guiguan.apps.entries.comparing import same_answer
from guiguan.apps.entries.queries import Sheet
from guiguan.apps.entries.services.save import FROM_THE_UNIT
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import FormField, RowsField, UploadField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import Value, answer_faults, cell, is_blank
from guiguan.documents.forms.readback import ReadField
from guiguan.web.common.paper_words import why_text


@dataclass(frozen=True)
class WordRow:
    """One field. `differs` rows may be taken over, all but `fixed` ones; `ticked`: only where nothing stands online."""

    name: str
    label: str
    state: Literal["same", "differs", "empty", "unread"]
    paper: str
    online: str
    revision: int
    ticked: bool = False
    fixed: bool = False
    faults: tuple[str, ...] = ()
    why: str = ""
    texts: tuple[str, ...] = ()
    error: str = ""


def rows_of(
    blueprint: Blueprint, sheet: Sheet, said: Mapping[str, ReadField], lang: str, errors: Mapping[str, str]
) -> list[WordRow]:
    """A row for every field of the form that was read."""
    answers = {**sheet.values, **{n: f.value for n, f in said.items() if f.state == "read"}}
    faults = answer_faults(blueprint, answers, {}, list(said))
    found = []
    for name, field in fields(blueprint).items():
        if name not in said or isinstance(field, UploadField):
            continue
        texts = tuple(f.text(lang) for f in faults if f.field == name and f.rule != "form.required")
        found.append(_row(field, said[name], sheet, lang, texts, errors.get(name, "")))
    return found


def _row(
    field: FormField, said: ReadField, sheet: Sheet, lang: str, faults: tuple[str, ...], error: str
) -> WordRow:
    online = sheet.values.get(field.id, "")
    fixed = field.id in FROM_THE_UNIT
    state: Literal["same", "differs", "empty", "unread"]
    if said.state == "unread":
        state = "unread"
    elif same_answer(field, said.value, online):
        state = "same" if said.state == "read" else "empty"
    else:
        state = "differs" if said.state == "read" else "empty"
    return WordRow(
        field.id,
        say(field.label, lang),
        state,
        _shown(field, said.value),
        _shown(field, online),
        sheet.revisions.get(field.id, 0),
        ticked=state == "differs" and is_blank(online) and not fixed,
        fixed=fixed,
        faults=faults if state == "differs" else (),
        why=why_text(said.why) if said.why else "",
        texts=said.texts,
        error=error,
    )


def _shown(field: FormField, value: Value) -> str:
    if isinstance(value, list) and not isinstance(field, RowsField):
        return "\n".join(v for v in value if v.strip())
    return cell(field, value).replace(";", "\n") if isinstance(value, list) else str(value)
