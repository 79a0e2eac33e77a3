"""What an applicant is told before handing in: that the unit has declared much the same already. Never anybody else's text."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import blueprint_of
from guiguan.apps.entries.sealing import unpack_all
from guiguan.apps.likeness.queries import own_alike
from guiguan.core.blueprint.lookup import fields
from guiguan.core.lifecycle.moves import ENTRY
from guiguan.web.common.percent import percent


def told_to_unit(entry: Entry) -> list[dict[str, Any]]:
    """Title, number, address and share of each; none once the entry is handed in."""
    if not ENTRY.can(entry.state, "submit"):
        return []
    stored = {a.field: a.value for a in entry.answers.all()}
    answers = unpack_all(fields(blueprint_of(entry.campaign)), stored)
    return [
        {
            "title": own.entry.title,
            "number": own.entry.number,
            "url": reverse("entry", args=[own.entry.pk]),
            "share": percent(own.counted.jaccard),
        }
        for own in own_alike(entry, answers)
    ]
