"""The template of a layout that ships, made from it once a process."""

from __future__ import annotations

from collections.abc import Mapping

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.documents.forms.drawing import document_xml
from guiguan.documents.forms.layout import Layout
from guiguan.documents.forms.package import packed


def template_of(layout: Layout, labels: Mapping[str, str]) -> bytes:
    """The Word file of the template; the same layout and names give the same bytes."""
    return packed(document_xml(layout, labels), layout.title)


def names_of(blueprint: Blueprint) -> dict[str, str]:
    """What Word shows at each control: the field's name in the blueprint."""
    return {name: say(known.label) for name, known in fields(blueprint).items()}
