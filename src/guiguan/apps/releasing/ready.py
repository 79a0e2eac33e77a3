"""Which entries may go into a batch: those that passed everything before it and are in no batch yet."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.endorsing.models import Endorsement as Given
from guiguan.apps.entries.models import Entry
from guiguan.apps.releasing.models import Release, Released
from guiguan.apps.screening.models import Screening as Decided
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Endorsement, Screening, Selection
from guiguan.core.blueprint.stages import Release as Stage
from guiguan.core.entries.batch import batch_end, batch_of


def release_stage(blueprint: Blueprint) -> Stage | None:
    """The stage that releases in batches; None where the campaign has none."""
    return next((s for s in blueprint.stages if isinstance(s, Stage)), None)


def chosen_at(blueprint: Blueprint) -> Selection | None:
    """The selection before the release: what the batch's people decide there is written down as its list."""
    before: Selection | None = None
    for stage in blueprint.stages:
        if isinstance(stage, Stage):
            return before
        if isinstance(stage, Selection):
            before = stage if stage.lists else None
    return None


def ready_entries(campaign: Campaign, blueprint: Blueprint) -> QuerySet[Entry]:
    """Entries that passed review and endorsement, in no batch so far, with when the last of these was (`ready_at`); the earliest first."""
    found = passed_entries(campaign, blueprint)
    accepted = Decided.objects.filter(submission__entry=OuterRef("pk"), state="stands", outcome="accept")
    given = Given.objects.filter(entry=OuterRef("pk"), state="given").order_by("-at")
    return (
        found.exclude(pk__in=Released.objects.filter(withdrawn_at=None).values("entry"))
        .select_related("organisation")
        .annotate(
            ready_at=Coalesce(
                Subquery(accepted.order_by("-pk").values("second_at")[:1]),
                Subquery(accepted.order_by("-pk").values("at")[:1]),
                Subquery(given.values("at")[:1]),
                "submitted_at",
            )
        )
        .order_by("ready_at", "number")
    )


def passed_entries(campaign: Campaign, blueprint: Blueprint) -> QuerySet[Entry]:
    """Entries that passed all that comes before the release, as things stand now."""
    gates = [s for s in blueprint.stages if isinstance(s, Screening)]
    found = Entry.objects.filter(campaign=campaign, submitted_at__isnull=False)
    found = found.filter(state="accepted") if gates else found.filter(state="submitted")
    for stage in blueprint.stages:
        if isinstance(stage, Endorsement) and stage.needed:
            found = found.filter(
                pk__in=Given.objects.filter(state="given", kind=stage.opinion).values("entry")
            )
    return found


def period_now(blueprint: Blueprint, stage: Stage, at: int) -> str:
    """The period in which the moment lies."""
    return batch_of(stage.every, at, ZoneInfo(blueprint.zone))


def in_time(release: Release, blueprint: Blueprint) -> Q:
    """What was ready before the batch's period ended; later ones go into the next."""
    return Q(ready_at__lt=batch_end(release.period, ZoneInfo(blueprint.zone)))
