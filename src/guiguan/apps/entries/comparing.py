"""The same form three times (D4): as typed online, as Word file, as sealed scan. Where they differ is shown, never decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from guiguan.apps.campaigns.form_templates import Form, forms_of
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.paper_readings import fields_read, reading_of, words_read
from guiguan.apps.files.models import File
from guiguan.core.blueprint.form import ChoiceField, ConsentField, FormField, RowsField, UploadField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import Value, cell, is_blank, is_shown
from guiguan.core.values.chinese import same_text
from guiguan.documents.forms.readback import ReadField
from guiguan.documents.forms.sought import wish_of
from guiguan.documents.intake.verdict import Refused

FEWEST_WORDS = 40
"""Characters that a PDF must have to be compared by its text; a scan has none, or a stamp's few."""


@dataclass(frozen=True)
class Difference:
    """One field. `paper`: what the paper has, "" where it has nothing; `why` where it could not be read."""

    field: FormField
    online: Value
    paper: Value
    why: str = ""


@dataclass(frozen=True)
class Compared:
    """One file beside the online form. `by_eye`: a picture, which nothing but eyes can compare."""

    form: Form
    file: File
    kind: Literal["word", "scan"]
    by_eye: bool = False
    refused: Refused | None = None
    pages: int = 1
    same: int = 0
    differences: tuple[Difference, ...] = ()


def papers_of(blueprint: Blueprint, forms: Sequence[Form]) -> list[tuple[UploadField, Form]]:
    """Which upload fields take which form: those whose `of` is its title."""
    named = {same_text(f.title): f for f in forms}
    found = []
    for field in blueprint.form:
        if isinstance(field, UploadField) and field.of is not None:
            form = named.get(same_text(field.of))
            if form is not None:
                found.append((field, form))
    return found


def word_field(campaign: Campaign, blueprint: Blueprint, document: str) -> UploadField | None:
    """The field that takes this form as Word file."""
    pairs = papers_of(blueprint, forms_of(campaign, blueprint))
    return next((f for f, form in pairs if form.id == document and "docx" in f.formats), None)


def compared(
    by: UUID, at: int, entry: Entry, values: Mapping[str, Value], files: Mapping[str, Sequence[UUID]]
) -> list[Compared]:
    """Every Word version and scan of the entry's forms beside these answers. `files`: upload field → files, as handed in or as they
    stand. Call it outside a transaction: a file that was not read yet is read now."""
    blueprint = blueprint_of(entry.campaign)
    pairs = papers_of(blueprint, forms_of(entry.campaign, blueprint))
    rows = File.objects.in_bulk([f for field, _form in pairs for f in files.get(field.id, ())])
    return [
        _one(by, at, entry, blueprint, form, rows[file_id], values)
        for field, form in pairs
        for file_id in files.get(field.id, ())
        if file_id in rows
    ]


def _one(
    by: UUID, at: int, entry: Entry, blueprint: Blueprint, form: Form, file: File, values: Mapping[str, Value]
) -> Compared:
    kind: Literal["word", "scan"] = "word" if file.kind == "docx" else "scan"
    if file.kind not in ("docx", "pdf"):
        return Compared(form, file, kind, by_eye=True)
    reading = reading_of(by, at, entry, blueprint, form, file)
    if isinstance(reading, Refused):
        return Compared(form, file, kind, refused=reading)
    if kind == "word":
        pairs = _word(blueprint, fields_read(reading), values)
        return Compared(form, file, kind, same=sum(d is None for d in pairs), differences=_real(pairs))
    pages = words_read(reading)
    text = same_text("".join(pages))
    if len(text) < FEWEST_WORDS:
        return Compared(form, file, kind, by_eye=True, pages=len(pages))
    pairs = _scan(blueprint, form, text, values)
    same = sum(d is None for d in pairs)
    return Compared(form, file, kind, pages=len(pages), same=same, differences=_real(pairs))


def _real(pairs: Sequence[Difference | None]) -> tuple[Difference, ...]:
    return tuple(d for d in pairs if d is not None)


def _word(
    blueprint: Blueprint, said: Mapping[str, ReadField], values: Mapping[str, Value]
) -> list[Difference | None]:
    """None for each field that is the same."""
    known, found = fields(blueprint), list[Difference | None]()
    for name, read in said.items():
        if name not in known or not is_shown(known[name], values):
            continue
        online = values.get(name, "")
        if read.state == "unread":
            found.append(Difference(known[name], online, "\n".join(read.texts), read.why))
        elif same_answer(known[name], online, read.value):
            found.append(None)
        else:
            found.append(Difference(known[name], online, read.value))
    return found


def same_answer(field: FormField, one: Value, other: Value) -> bool:
    """Whether two answers say the same: spaces, line ends and full or half width do not count, nor the order of what was ticked."""
    if is_blank(one) or is_blank(other):
        return is_blank(one) and is_blank(other)
    if isinstance(field, ChoiceField) and isinstance(one, list) and isinstance(other, list):
        return sorted(map(same_text, one)) == sorted(map(same_text, other))
    return same_text(cell(field, one)) == same_text(cell(field, other))


def _scan(
    blueprint: Blueprint, form: Form, text: str, values: Mapping[str, Value]
) -> list[Difference | None]:
    """A PDF's words have no cells: an answer is there or it is not. Boxes are for the eye."""
    found = list[Difference | None]()
    for name in wish_of(blueprint, form.layout)["fields"]:
        field, online = fields(blueprint)[name], values.get(name, "")
        if isinstance(field, ChoiceField | ConsentField) or is_blank(online) or not is_shown(field, values):
            continue
        there = all(same_text(part) in text for part in _parts(field, online))
        found.append(None if there else Difference(field, online, "", "not-in-text"))
    return found


def _parts(field: FormField, online: Value) -> list[str]:
    if isinstance(field, RowsField):
        return [text for row in online for text in row.values() if text.strip()]
    return [online] if isinstance(online, str) else [v for v in online if v.strip()]


def on_form(blueprint: Blueprint, form: Form, values: Mapping[str, Value]) -> list[tuple[FormField, Value]]:
    """The fields that the form prints with their answers, in its order: what eyes compare with a picture of it."""
    known = fields(blueprint)
    names = wish_of(blueprint, form.layout)["fields"]
    return [(known[n], values.get(n, "")) for n in names if is_shown(known[n], values)]
