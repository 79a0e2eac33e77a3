"""Reads batches: for the organiser all of them, for the public what is published with its corrections."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q, QuerySet

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.releasing.models import Release, ReleaseCorrection, Released


def releases_of(campaign: Campaign) -> QuerySet[Release]:
    """Every batch, the newest first, with how many entries it has (`size`)."""
    counted = Count("rows", filter=Q(rows__withdrawn_at=None))
    return campaign.releases.annotate(size=counted).order_by("-at", "-pk")


def published(campaign: Campaign) -> QuerySet[Release]:
    """What the public may read, the newest first."""
    return releases_of(campaign).filter(state="published").order_by("-number")


def rows_of(release: Release) -> QuerySet[Released]:
    return release.rows.select_related("entry__organisation").order_by("place", "pk")


def corrections_of(release: Release, *, standing: bool = False) -> QuerySet[ReleaseCorrection]:
    """The corrections of a batch, oldest first; `standing`: those that the public reads."""
    found = ReleaseCorrection.objects.filter(row__release=release).select_related("row__entry")
    return (found.filter(state="stands") if standing else found).order_by("pk")


def released_decisions(campaign: Campaign, selection: str) -> Iterator[tuple[object, ...]]:
    """Rows of replay's decisions table, of what was published and stands: chosen at the selection before the release."""
    rows = Released.objects.filter(
        release__campaign=campaign, release__state="published", withdrawn_at=None
    ).select_related("release", "entry")
    for number, row in enumerate(rows.order_by("release__number", "place"), 1):
        yield (
            "listed",
            f"{selection}/{row.entry.number}",
            str(number),
            row.reason,
            str(row.release.proposed_by),
            str(row.release.published_by),
            row.release.published_at,
        )
