"""What a filled Word form says beside what stands online: one idea of it for the page and for the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from guiguan.apps.entries.comparing import same_answer
from guiguan.apps.entries.queries import Sheet
from guiguan.apps.entries.services.save import FROM_THE_UNIT
from guiguan.core.blueprint.form import FormField, UploadField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import AnswerFault, Value, answer_faults, is_blank
from guiguan.documents.forms.readback import ReadField

State = Literal["same", "differs", "empty", "unread"]


@dataclass(frozen=True)
class Beside:
    """One field. `differs` ones may be taken over, all but `fixed` ones; `fresh`: nothing stands online, so that nothing is lost.

    revision: the field's online (0: never written); faults: what the form would say of the paper's answer."""

    field: FormField
    state: State
    paper: Value
    online: Value
    revision: int
    fresh: bool = False
    fixed: bool = False
    faults: tuple[AnswerFault, ...] = ()
    why: str = ""
    texts: tuple[str, ...] = ()


def beside(blueprint: Blueprint, sheet: Sheet, said: Mapping[str, ReadField]) -> list[Beside]:
    """Every field of the form that was read, in the order of the blueprint."""
    answers = {**sheet.values, **{n: f.value for n, f in said.items() if f.state == "read"}}
    faults = answer_faults(blueprint, answers, {}, list(said))
    return [
        _one(field, said[name], sheet, tuple(f for f in faults if f.field == name))
        for name, field in fields(blueprint).items()
        if name in said and not isinstance(field, UploadField)
    ]


def _one(field: FormField, said: ReadField, sheet: Sheet, faults: tuple[AnswerFault, ...]) -> Beside:
    online = sheet.values.get(field.id, "")
    fixed = field.id in FROM_THE_UNIT
    state: State
    if said.state == "unread":
        state = "unread"
    elif same_answer(field, said.value, online):
        state = "same" if said.state == "read" else "empty"
    else:
        state = "differs" if said.state == "read" else "empty"
    return Beside(
        field,
        state,
        said.value,
        online,
        sheet.revisions.get(field.id, 0),
        fresh=state == "differs" and is_blank(online) and not fixed,
        fixed=fixed,
        faults=tuple(f for f in faults if f.rule != "form.required") if state == "differs" else (),
        why=said.why,
        texts=said.texts,
    )
