"""Reads what is to be screened and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.entries.papers import PaperBox, paper_boxes
from guiguan.apps.screening.deadline import until_text
from guiguan.apps.screening.deciding import reason_text
from guiguan.apps.screening.models import Screening
from guiguan.apps.screening.order import screening_stages
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.sections import sections_of
from guiguan.core.permissions.table import TABLE
from guiguan.core.values.chinese import same_text

STATES = ("submitted", "returned", "accepted", "refused", "withdrawn")


@dataclass(frozen=True)
class Wanted:
    """What one looks for in the queue; "" asks for nothing."""

    state: str = "submitted"
    category: str = ""
    region: str = ""
    text: str = ""
    stages: tuple[str, ...] = ()  # the open screening is one of these; asked of what waits alone


@dataclass(frozen=True)
class BoxFault:
    """A fault as the applicant reads it: where (with its address), and what."""

    where: str
    url: str
    text: str


@dataclass(frozen=True)
class Box:
    """What the applicant reads of the screening: what a return asks for and until when, or the decision and its reason."""

    state: str  # submitted, returned, accepted, refused, expired, or "" where nothing is to say
    until: str
    faults: tuple[BoxFault, ...]
    reason: str
    note: str
    at: int | None
    papers: tuple[PaperBox, ...]


def entries_to_see(person: Person | None, campaign: Campaign) -> QuerySet[Entry]:
    """The entries once handed in that the person may open for screening: an undertaker's are those of its regions."""
    row = TABLE["screening.open"]
    held = [h for h in held_by(person) if h.role in row and h.campaign in ("", campaign.pk)]
    found = Entry.objects.filter(campaign=campaign, state__in=STATES, submitted_at__isnull=False)
    if any(row[h.role] == "campaign" for h in held):
        return found
    stems = {c.removesuffix("00").removesuffix("00") for h in held for c in h.regions}
    mine = Q(pk__in=())
    for stem in sorted(stems):
        mine |= Q(region__startswith=stem)
    return found.filter(mine).exclude(region="")


def queue_of(entries: QuerySet[Entry], blueprint: Blueprint, wanted: Wanted) -> QuerySet[Entry]:
    """Those that fit, the longest waiting first: by when they were last handed in (`handed`)."""
    if wanted.state in STATES:
        entries = entries.filter(state=wanted.state)
    if wanted.category:
        entries = entries.filter(category__in=category_names(blueprint, wanted.category))
    if wanted.region:
        entries = entries.filter(region__startswith=wanted.region.removesuffix("00").removesuffix("00"))
    if text := wanted.text.strip():
        entries = entries.filter(
            Q(number__icontains=text) | Q(title__icontains=text) | Q(organisation__name__icontains=text)
        )
    if wanted.stages and wanted.state == "submitted":
        entries = entries.filter(_open_at(blueprint, wanted.stages))
    # looked up by entry: joined and grouped, every entry with all its columns would be sorted for one page
    last = Submission.objects.filter(entry=OuterRef("pk")).order_by("-number")
    return (
        entries.select_related("organisation")
        .annotate(handed=Subquery(last.values("at")[:1]), newest=Subquery(last.values("pk")[:1]))
        .order_by("handed", "number")
    )


def _open_at(blueprint: Blueprint, wanted: tuple[str, ...]) -> Q:
    """That the first screening which has not accepted the newest handing in is one of those wanted."""
    last = Submission.objects.filter(entry=OuterRef("submission__entry")).order_by("-number")
    passed = Screening.objects.filter(
        state="stands", outcome="accept", submission=Subquery(last.values("pk")[:1])
    )
    found, before = Q(pk__in=()), Q()
    for stage in screening_stages(blueprint):
        here = Q(pk__in=passed.filter(stage=stage.id).values("submission__entry"))
        if stage.id in wanted:
            found |= before & ~here
        before &= here
    return found


def counts_by_state(entries: QuerySet[Entry]) -> dict[str, int]:
    """How many there are in each state."""
    return dict(entries.order_by().values_list("state").annotate(Count("pk")))


def regions_of(entries: QuerySet[Entry]) -> list[str]:
    """The prefectures of the entries, as GB/T 2260 codes."""
    codes = entries.exclude(region="").order_by().values_list("region", flat=True).distinct()
    return sorted({f"{code[:4]}00" for code in codes})


def category_names(blueprint: Blueprint, category: str) -> list[str]:
    """Every way in which a category is written in an answer."""
    found = next((c for c in blueprint.categories if c.id == category), None)
    if found is None:
        return [category]
    return [found.id, *({found.title} if isinstance(found.title, str) else found.title.values()), *found.also]


def category_title(blueprint: Blueprint, text: str, lang: str) -> str:
    """The category as the blueprint calls it, else as written."""
    for c in blueprint.categories:
        if same_text(text) in {same_text(t) for t in category_names(blueprint, c.id)}:
            return say(c.title, lang)
    return text


def newest_submission(entry: Entry) -> Submission | None:
    return entry.submissions.order_by("-number").first()


def decisions_of(entry: Entry) -> QuerySet[Screening]:
    """Everything decided or proposed about the entry, oldest first."""
    return Screening.objects.filter(submission__entry=entry).select_related("submission").order_by("at", "pk")


def screening_box(entry: Entry, lang: str = "zh") -> Box | None:
    """What stands on the applicant's own page; None where there is nothing to say."""
    blueprint = blueprint_of(entry.campaign)
    papers = paper_boxes(entry, blueprint)
    last = decisions_of(entry).filter(state="stands").last()
    state = entry.state if entry.state in ("submitted", "returned", "accepted", "refused") else ""
    if entry.state == "refused" and last is not None and last.outcome == "return":
        state = "expired"
    if state == "submitted" and not screening_stages(blueprint):
        state = ""
    if not state and not papers:
        return None
    shown: dict[str, Any] = {"until": "", "faults": (), "reason": "", "note": "", "at": None}
    if last is not None and state in ("returned", "accepted", "refused", "expired"):
        stage = next((s for s in screening_stages(blueprint) if s.id == last.stage), None)
        shown = {
            "until": until_text(last.until, blueprint.zone) if last.until else "",
            "faults": _faults(entry, blueprint, last, lang),
            "reason": reason_text(stage, last, lang) if stage and last.outcome == "refuse" else "",
            "note": last.note if last.outcome != "refuse" else "",
            "at": last.second_at or last.at,
        }
    return Box(state=state, papers=papers, **shown)


def _faults(entry: Entry, blueprint: Blueprint, screening: Screening, lang: str) -> tuple[BoxFault, ...]:
    known = fields(blueprint)
    places = {
        f.id: f"/entries/{entry.pk}/form/{number}/#{f.id}"
        for number, section in enumerate(sections_of(blueprint), 1)
        for f in section.fields
    }
    return tuple(
        BoxFault(
            say(known[f["field"]].label, lang) if f["field"] in known else "",
            places.get(f["field"], ""),
            f["text"],
        )
        for f in screening.faults
    )
