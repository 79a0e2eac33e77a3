"""A campaign's entries as the table that `guiguan replay` reads: the same columns, and answers as the form's fields have them."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, Subquery

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.entries.queries import applicant_facts
from guiguan.apps.entries.sealing import masked, unpack
from guiguan.core.blueprint.form import FormField, UploadField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import cell
from guiguan.core.entries.columns import ABOUT_THE_ENTRY, NAMING
from guiguan.core.values.moment import instant_text

_CHUNK = 500
FROM_THE_SITE = (*NAMING, *ABOUT_THE_ENTRY, "parent", "unit_kind", "applicant_kind")
"""Columns that the site itself knows; a form field of the same name does not stand a second time."""
_NOT_KEPT = ("endorsed_by",)  # recommendations are a table of their own


def entry_columns(blueprint: Blueprint) -> tuple[str, ...]:
    """The columns of the table. Files are no cells: a table of entries has none."""
    own = [c for c in FROM_THE_SITE if c not in _NOT_KEPT]
    form = [
        n for n, f in fields(blueprint).items() if not isinstance(f, UploadField) and n not in FROM_THE_SITE
    ]
    return (*own, *form)


def entry_rows(campaign: Campaign, departed: Container[str] = ()) -> Iterator[list[str]]:
    """Every entry that was pre-registered or handed in, by number: as it was last declared, and before that as registered. Those that
    departed from a vote are not told as withdrawn: the table of decisions has them as disqualified.

    What names or reaches a person is masked, as on the screen; counting does not ask for it. Asks once for any number of rows,
    and once for each 500 for what they declared.
    """
    blueprint = blueprint_of(campaign)
    columns = entry_columns(blueprint)
    known = fields(blueprint)
    last = Submission.objects.filter(entry=OuterRef("pk")).order_by("-number").values("pk")
    entries = (
        Entry.objects.filter(campaign=campaign, number__isnull=False)
        .filter(Q(submitted_at__isnull=False) | Q(preregistered_at__isnull=False))
        .select_related("organisation__parent")
        .annotate(declared=Subquery(last.filter(kind="declaration")[:1]), registered=Subquery(last[:1]))
        .order_by("number")
    )
    held: list[Any] = []
    for entry in entries.iterator(_CHUNK):
        held.append(entry)
        if len(held) == _CHUNK:
            yield from _rows(held, blueprint, known, columns, departed)
            held = []
    yield from _rows(held, blueprint, known, columns, departed)


def _rows(
    entries: list[Any],
    blueprint: Blueprint,
    known: dict[str, FormField],
    columns: tuple[str, ...],
    departed: Container[str],
) -> Iterator[list[str]]:
    wanted = {e.pk: e.declared or e.registered for e in entries}
    answers = dict(Submission.objects.filter(pk__in=wanted.values()).values_list("pk", "answers"))
    zone = ZoneInfo(blueprint.zone)
    for entry in entries:
        said = _answers(known, answers.get(wanted[entry.pk], {}))
        row = _from_registration(entry) | {k: v for k, v in said.items() if v.strip()} | _fixed(entry, zone)
        if row["entry"] in departed:
            row["withdrawn"] = ""
        yield [row.get(c, "") for c in columns]


def _answers(known: dict[str, FormField], stored: dict[str, Any]) -> dict[str, str]:
    return {
        name: cell(known[name], masked(known[name], unpack(known[name], value)))
        for name, value in stored.items()
        if name in known
    }


def _from_registration(entry: Entry) -> dict[str, str]:
    """What the unit's registration says where the form does not ask the same."""
    unit = entry.organisation
    parent = unit.parent.name if unit.parent is not None else unit.parent_name
    return applicant_facts(unit) | {"title": entry.title, "region": entry.region, "parent": parent}


def _fixed(entry: Entry, zone: ZoneInfo) -> dict[str, str]:
    """What nobody types."""
    return {
        "entry": entry.number or "",
        "applicant": entry.organisation.name,
        "credit_code": entry.organisation.credit_code or "",
        "submitted": _time(entry.submitted_at, zone),
        "preregistered": _time(entry.preregistered_at, zone),
        "withdrawn": "是" if entry.state == "withdrawn" else "",
    }


def _time(at: int | None, zone: ZoneInfo) -> str:
    return "" if at is None else instant_text(at, zone)
