"""An entry's answers as a form prints them: texts, ticked options, words beside options, rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from guiguan.core.blueprint.form import ChoiceField, ConsentField, FormField, RowsField, UploadField
from guiguan.core.blueprint.lookup import fields, option_labels
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import Answers, Value, is_shown
from guiguan.documents.forms.layout import Layout


@dataclass(frozen=True)
class Printed:
    """What goes onto the paper. `ticked` and `words` go by (field, option)."""

    texts: Mapping[str, str] = field(default_factory=dict)
    ticked: frozenset[tuple[str, str]] = frozenset()
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)
    rows: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)


def printed(blueprint: Blueprint, answers: Answers, layout: Layout | None = None) -> Printed:
    """The answers on paper. An option that a layout prints as another field's cell is not ticked."""
    texts: dict[str, str] = {}
    ticked: set[tuple[str, str]] = set()
    words: dict[tuple[str, str], str] = {}
    rows: dict[str, tuple[Mapping[str, str], ...]] = {}
    for name, known in fields(blueprint).items():
        value = answers.get(name, "")
        if isinstance(known, UploadField) or not is_shown(known, answers):
            continue  # an answer to a question that is not asked now is not printed
        if isinstance(known, RowsField):
            rows[name] = tuple(value or ())
            continue
        texts[name] = one_text(value)
        if isinstance(known, ChoiceField | ConsentField):
            for label, beside in chosen(known, value):
                ticked.add((name, label))
                if beside:
                    words[name, label] = beside
    for name, (option, _other) in layout.one_of.items() if layout else ():
        ticked.discard((name, option))
    return Printed(texts, frozenset(ticked), words, rows)


def one_text(value: Value) -> str:
    """A text as it is; several in lines."""
    if isinstance(value, str):
        return value
    return "\n".join(v for v in value or () if isinstance(v, str) and v.strip())


def chosen(known: FormField, value: Value) -> list[tuple[str, str]]:
    """(option, words beside it) of what was chosen. An option with a colon in its own name is not cut."""
    names = options_of(known)
    found = []
    for text in [value] if isinstance(value, str) else list(value or ()):
        label, colon, beside = text.partition("：")
        if text.strip() and (text in names or not colon):
            found.append((text, ""))
        elif text.strip():
            found.append((label, beside))
    return found


def options_of(known: FormField) -> tuple[str, ...]:
    """Every option that may be ticked, with each 其他."""
    if isinstance(known, ConsentField):
        return tuple(known.answers)
    if not isinstance(known, ChoiceField):
        return ()
    labels = list(option_labels(known))
    if known.other:
        groups = list(
            dict.fromkeys((o.group if not isinstance(o, str) else None) or "" for o in known.options)
        )
        labels += [f"其他（{g}）" if g else "其他" for g in groups]
    return tuple(dict.fromkeys(labels))
