"""The form in steps: a field that names a section begins one."""

from __future__ import annotations

from dataclasses import dataclass

from guiguan.core.blueprint.base import Text
from guiguan.core.blueprint.form import FormField
from guiguan.core.blueprint.model import Blueprint


@dataclass(frozen=True)
class Section:
    """One step: its title (None: the form has no sections) and its fields in order."""

    title: Text | None
    fields: tuple[FormField, ...]


def sections_of(blueprint: Blueprint, only: tuple[str, ...] | None = None) -> tuple[Section, ...]:
    """The steps of the form; `only` keeps these fields and drops steps that have none of them."""
    groups: list[tuple[Text | None, list[FormField]]] = []
    for field in blueprint.form:
        if field.section is not None or not groups:
            groups.append((field.section, []))
        if only is None or field.id in only:
            groups[-1][1].append(field)
    return tuple(Section(title, tuple(found)) for title, found in groups if found)
