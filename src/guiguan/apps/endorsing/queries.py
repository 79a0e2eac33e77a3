"""Reads bodies, what names them, and what they said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import OuterRef, Q, QuerySet, Subquery

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.models import Body, Collection, Endorsement, Seat
from guiguan.apps.entries.models import Answer, Entry
from guiguan.apps.entries.queries import about
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Endorsement as Stage
from guiguan.core.permissions.table import About
from guiguan.core.values.chinese import same_text

NAMED_IN = "endorsed_by"
"""The form field in which an applicant names its endorser."""
SHOWN = ("submitted", "returned", "accepted", "refused")
"""States of entries that a body sees: what was handed in and not taken back."""


def endorsement_stage(blueprint: Blueprint) -> Stage | None:
    """The stage at which bodies endorse; None where a recommendation is the applicant's own affair."""
    return next((s for s in blueprint.stages if isinstance(s, Stage)), None)


def endorses(blueprint: Blueprint) -> bool:
    """Whether bodies have anything to say in the campaign."""
    return blueprint.endorsers is not None


def kind_of_opinion(blueprint: Blueprint) -> str:
    """The kind that an opinion given here has."""
    stage = endorsement_stage(blueprint)
    if stage is not None:
        return stage.opinion
    return blueprint.endorsers.kinds[0] if blueprint.endorsers else "recommend"


def about_body(body: Body, *, above: bool = False) -> About:
    """What a body is, for permission: given to the people who sit for it; `above`: and to those of the body over it."""
    bodies = [body.pk, *([body.parent_id] if above and body.parent_id else [])]
    seats = Seat.objects.filter(body__in=bodies, ended_at=None).values_list("person", flat=True)
    return About(campaign=body.campaign_id, assigned=tuple(sorted({str(p) for p in seats})))


def about_entry(entry: Entry) -> About:
    """An entry with the people of the bodies that it is before: they may read it once it is handed in and not taken back."""
    bodies = bodies_before(entry) if entry.state in SHOWN and entry.submitted_at is not None else []
    seats = Seat.objects.filter(body__in=bodies, ended_at=None).values_list("person", flat=True)
    known = about(entry)
    return About(
        known.campaign, known.organisation, known.region, known.person, tuple(sorted({str(p) for p in seats}))
    )


def bodies_of(person: Person, campaign: Campaign | None = None) -> QuerySet[Body]:
    """The bodies for which the person sits."""
    found = Body.objects.filter(seats__person=person, seats__ended_at=None).select_related("campaign")
    return (found.filter(campaign=campaign) if campaign else found).order_by("campaign", "name")


def bodies_before(entry: Entry) -> list[int]:
    """The bodies that an entry is before: named in its form, asked, of its region, or holding it on a list."""
    named = _same(entry.answers.filter(field=NAMED_IN).values_list("value", flat=True))
    found = Body.objects.filter(campaign=entry.campaign_id).values_list("pk", "name", "region")
    asked = {*Endorsement.objects.filter(entry=entry).values_list("body", flat=True)}
    blueprint = blueprint_of(entry.campaign)
    by_region = NAMED_IN not in fields(blueprint) and endorsement_stage(blueprint) is not None
    asked |= {*Collection.objects.filter(rows__entry=entry).values_list("body", flat=True)}
    return [
        pk
        for pk, name, region in found
        if pk in asked or same_text(name) in named or (by_region and _holds(region, entry.region))
    ]


def entries_before(body: Body, blueprint: Blueprint) -> QuerySet[Entry]:
    """The entries that a body sees, with what it said of each (`said`, None where nothing yet); the longest waiting first."""
    mine = Endorsement.objects.filter(body=body, entry=OuterRef("pk"))
    wanted = Q(pk__in=Endorsement.objects.filter(body=body).values("entry"))
    if NAMED_IN in fields(blueprint):
        answers = Answer.objects.filter(entry__campaign=body.campaign_id, field=NAMED_IN)
        values = answers.order_by().values_list("value", flat=True).distinct()
        for value in values:
            if isinstance(value, str) and same_text(value) == same_text(body.name):
                wanted |= Q(pk__in=answers.filter(value=value).values("entry"))
    elif body.region and endorsement_stage(blueprint) is not None:
        wanted |= Q(region__startswith=_stem(body.region))
    return (
        Entry.objects.filter(wanted, campaign=body.campaign_id, state__in=SHOWN, submitted_at__isnull=False)
        .select_related("organisation")
        .annotate(said=Subquery(mine.values("state")[:1]))
        .order_by("submitted_at", "number")
    )


def endorsements_of(entry: Entry) -> QuerySet[Endorsement]:
    """What bodies were asked about the entry and said, oldest first."""
    return Endorsement.objects.filter(entry=entry).select_related("body").order_by("pk")


def endorsed_pairs(entry: Entry) -> tuple[tuple[str, str], ...]:
    """The endorsements that stand, as counting sees them."""
    return tuple((e.body.name, e.kind) for e in endorsements_of(entry) if e.state == "given")


def endorsement_rows(campaign: Campaign) -> Iterator[tuple[str, str, str]]:
    """Rows of replay's endorsements table: entry, endorser, kind."""
    found = Endorsement.objects.filter(entry__campaign=campaign, state="given")
    found = found.exclude(entry__number=None).select_related("entry", "body")
    for e in found.order_by("entry__number", "body__name", "kind"):
        yield e.entry.number or "", e.body.name, e.kind


def collections_of(body: Body) -> QuerySet[Collection]:
    """The lists of a body, newest first."""
    return body.collections.order_by("-number")


def lists_waiting(body: Body) -> QuerySet[Collection]:
    """The lists that the bodies below handed up and that are not collected yet."""
    waiting = Collection.objects.filter(body__parent=body, state="handed_up")
    return waiting.select_related("body").order_by("handed_at")


def lists_handed_to_host(campaign: Campaign) -> QuerySet[Collection]:
    """The lists that lie before the organiser, newest first."""
    found = Collection.objects.filter(body__campaign=campaign, body__parent=None, state="handed_up")
    return found.select_related("body").order_by("-handed_at", "pk")


def _stem(code: str) -> str:
    return code.removesuffix("00").removesuffix("00")


def _holds(body: str, region: str) -> bool:
    return bool(body) and region.startswith(_stem(body))


def _same(values: Iterable[object]) -> set[str]:
    return {same_text(v) for v in values if isinstance(v, str) and v}
