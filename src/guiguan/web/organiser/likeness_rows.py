"""Matches as the pages show them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries.models import Entry
from guiguan.apps.likeness.queries import Alike, matches_of, was_compared
from guiguan.core.entries.likeness.picture import BITS
from guiguan.web.common.moments import moment
from guiguan.web.common.percent import percent
from guiguan.web.organiser.screening_words import STATES, name_of


def box_of(person: Person, entry: Entry) -> dict[str, Any]:
    """Open matches and dismissed ones, and whether the comparison is done."""
    found = matches_of(person, entry)
    people = {
        p.pk: p
        for p in Person.objects.filter(pk__in=[a.match.dismissed_by for a in found if a.match.dismissed_by])
    }
    rows = [row_of(entry, a, people) for a in found]
    return {
        "entry": entry,
        "open": [r for r in rows if not r["dismissed"]],
        "dismissed": [r for r in rows if r["dismissed"]],
        "compared": bool(rows) or was_compared(entry),
    }


def row_of(entry: Entry, alike: Alike, people: dict[Any, Person]) -> dict[str, Any]:
    """One match in words; title and unit of the other only for whoever may read it."""
    match, other = alike.match, alike.other
    return {
        "url": reverse("likeness", args=[entry.campaign_id, entry.pk, match.pk]),
        "number": other.number,
        "title": (other.title or _("（未填名称）")) if alike.may_read else "",
        "unit": other.organisation.name if alike.may_read else "",
        "same_unit": other.organisation_id == entry.organisation_id,
        "campaign": other.campaign.title if other.campaign_id != entry.campaign_id else "",
        "state": STATES[other.state]() if other.state in STATES else _("草稿"),
        "is_text": match.kind == "text",
        "share": share_of(alike),
        "is_same": alike.is_same,
        "may_read": alike.may_read,
        "open_url": reverse("screening-entry", args=[other.campaign_id, other.pk]) if alike.may_open else "",
        "dismissed": match.dismissed_at is not None,
        "reason": match.reason,
        "by": name_of(people, match.dismissed_by),
        "when": moment(match.dismissed_at) if match.dismissed_at else "",
    }


def share_of(alike: Alike) -> str:
    """How much is the same: of the texts, or of the picture's 64 bits."""
    if alike.match.kind == "text":
        return percent(alike.counted.jaccard)
    return f"{BITS - (alike.match.differing or 0)}/{BITS}"
