"""What is like an entry, for the page on which it is reviewed; and what a unit handed in before, for its own page."""

from __future__ import annotations

from typing import Any

from django import template

from guiguan.apps.entries.models import Entry
from guiguan.web.applicant.own_alike import told_to_unit
from guiguan.web.common.door import person_of
from guiguan.web.organiser.likeness_rows import box_of

register = template.Library()


@register.inclusion_tag("organiser/likeness/box.html", takes_context=True)
def likeness_box(context: dict[str, Any], entry: Entry) -> dict[str, Any]:
    """The entries that are like this one, each with its link; nothing where the viewer is nobody."""
    person = person_of(context["request"])
    return box_of(person, entry) if person else {}


@register.inclusion_tag("applicant/entries/own_alike.html")
def own_alike_notice(entry: Entry) -> dict[str, Any]:
    """The unit's own declarations that say much the same, while this one can still be handed in."""
    return {"alike": told_to_unit(entry)}
