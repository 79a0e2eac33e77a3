"""Reads entries: their answers, their files, and how they stand in their campaign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Attachment, Entry
from guiguan.apps.entries.sealing import unpack
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import UploadField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import AnswerFault, Value, answer_faults
from guiguan.core.entries.entry import Entry as Counted
from guiguan.core.permissions.table import About
from guiguan.core.values.chinese import same_text
from guiguan.core.values.moment import Instant

ENDED = ("abandoned", "withdrawn", "refused")
HANDED_IN = ("submitted", "returned", "accepted")


@dataclass(frozen=True)
class Sheet:
    """An entry's answers as they stand: values and revisions by field, attachments by field, faults."""

    values: Mapping[str, Value]
    revisions: Mapping[str, int]
    files: Mapping[str, Sequence[Attachment]]
    faults: tuple[AnswerFault, ...]

    @property
    def errors(self) -> tuple[AnswerFault, ...]:
        return tuple(f for f in self.faults if f.severity == "error")


def about(entry: Entry) -> About:
    """What an entry is, for permission."""
    return About(campaign=entry.campaign_id, organisation=str(entry.organisation_id), region=entry.region)


def find_entry(entry_id: UUID) -> Entry | None:
    return Entry.objects.select_related("campaign__in_force", "organisation").filter(pk=entry_id).first()


def entry_named(text: str) -> Entry | None:
    """The entry with this public number, or with this id, as the address of its page has it."""
    found = Entry.objects.select_related("campaign__in_force", "organisation")
    try:
        return found.filter(pk=UUID(text.strip())).first()
    except ValueError:
        return found.filter(number=text.strip().upper()).order_by("made_at").first()


def sheet_of(entry: Entry, blueprint: Blueprint, only: Sequence[str] | None = None) -> Sheet:
    """The entry's answers with every fault; `only` asks these fields alone."""
    known = fields(blueprint)
    rows = [a for a in entry.answers.all() if a.field in known]
    values = {a.field: unpack(known[a.field], a.value) for a in rows}
    files: dict[str, list[Attachment]] = {n: [] for n, f in known.items() if isinstance(f, UploadField)}
    for attachment in entry.attachments.filter(removed_at=None).order_by("position", "at"):
        files.setdefault(attachment.field, []).append(attachment)
    faults = answer_faults(blueprint, values, {n: len(f) for n, f in files.items()}, only)
    return Sheet(values, {a.field: a.revision for a in rows}, files, faults)


def is_own(person: Person, entry: Entry) -> bool:
    """Whether the person belongs to the unit that declares."""
    return entry.organisation.memberships.filter(person=person).exists()


def counts_as(organisation: Organisation, blueprint: Blueprint) -> str:
    """Under whose id the unit's entries are counted: its group's where the blueprint takes such units as one with it."""
    if organisation.parent_id and organisation.unit_kind in blueprint.applicants.as_one:
        return str(organisation.parent_id)
    return str(organisation.pk)


def applicant_facts(unit: Organisation) -> dict[str, str]:
    """What registration says of a unit, named as the columns of an entries table; kinds that it does not tell are left out."""
    kinds = {"enterprise": "独立法人", "individual": "个人"}
    kind = "" if unit.unit_kind == "branch" else kinds.get(unit.kind, "")
    return {"applicant_kind": kind, "unit_kind": unit.unit_kind, "region": unit.region}


def entries_counting_with(
    entry_unit: Organisation, campaign: Campaign, blueprint: Blueprint
) -> QuerySet[Entry]:
    """The entries of every unit that counts as one applicant with this unit, in one campaign."""
    root = counts_as(entry_unit, blueprint)
    as_one = Q(organisation__parent_id=root, organisation__unit_kind__in=blueprint.applicants.as_one)
    return (
        Entry.objects.filter(Q(organisation_id=root) | as_one, campaign=campaign)
        .select_related("organisation")
        .prefetch_related("answers")
    )


def counted(entry: Entry, blueprint: Blueprint) -> Counted:
    """The entry as quotas see it, from its present answers."""
    known = fields(blueprint)
    values = {a.field: unpack(known[a.field], a.value) for a in entry.answers.all() if a.field in known}
    category = _category(blueprint, str(values.get("category", "")))
    members = values.get("consortium", [])
    return Counted(
        entry=str(entry.pk),
        title=entry.title,
        applicant=entry.organisation.name,
        counts_as=counts_as(entry.organisation, blueprint),
        category=category,
        area=str(values.get("area", "")).strip(),
        consortium=";".join(sorted({same_text(m) for m in members if m.strip()}))
        if isinstance(members, list)
        else "",
        submitted=_instant(entry.submitted_at),
        preregistered=_instant(entry.preregistered_at),
    )


def _instant(at: int | None) -> Instant | None:
    return None if at is None else Instant(at)


def _category(blueprint: Blueprint, text: str) -> str:
    for found in blueprint.categories:
        if same_text(text) in {same_text(t) for t in (found.id, say(found.title), *found.also)}:
            return found.id
    return blueprint.categories[0].id if not text and len(blueprint.categories) == 1 else ""


def my_entries(units: Sequence[str]) -> QuerySet[Entry]:
    """The entries of these units, newest first, without those given up."""
    return (
        Entry.objects.filter(organisation_id__in=units)
        .exclude(state="abandoned")
        .select_related("campaign", "organisation")
        .order_by("-made_at")
    )


__all__ = [
    "ENDED",
    "HANDED_IN",
    "Sheet",
    "about",
    "applicant_facts",
    "blueprint_of",
    "counted",
    "counts_as",
    "entries_counting_with",
    "entry_named",
    "find_entry",
    "is_own",
    "my_entries",
    "sheet_of",
]
