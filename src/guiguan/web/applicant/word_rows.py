"""What a Word form says beside what stands online, field by field, as the page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guiguan.apps.entries.queries import Sheet
from guiguan.apps.entries.word_beside import Beside, State, beside
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import FormField, RowsField
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import Value, cell
from guiguan.documents.forms.readback import ReadField
from guiguan.web.common.paper_words import why_text


@dataclass(frozen=True)
class WordRow:
    """One field. `differs` rows may be taken over, all but `fixed` ones; `ticked`: only where nothing stands online."""

    name: str
    label: str
    state: State
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
    return [_row(b, lang, errors.get(b.field.id, "")) for b in beside(blueprint, sheet, said)]


def _row(found: Beside, lang: str, error: str) -> WordRow:
    return WordRow(
        found.field.id,
        say(found.field.label, lang),
        found.state,
        _shown(found.field, found.paper),
        _shown(found.field, found.online),
        found.revision,
        ticked=found.fresh,
        fixed=found.fixed,
        faults=tuple(f.text(lang) for f in found.faults),
        why=why_text(found.why) if found.why else "",
        texts=found.texts,
        error=error,
    )


def _shown(field: FormField, value: Value) -> str:
    if isinstance(value, list) and not isinstance(field, RowsField):
        return "\n".join(v for v in value if v.strip())
    return cell(field, value).replace(";", "\n") if isinstance(value, list) else str(value)
