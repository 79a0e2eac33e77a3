"""Reads the lists of a campaign: every group with its figures, one list with what may still go on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.entries.models import Entry
from guiguan.apps.recommending.models import Recommendation, Recommended
from guiguan.apps.recommending.quota import Quota, declared_by_province, in_province, quota
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Screening, Selection
from guiguan.core.entries.routing import handled_by
from guiguan.core.permissions.table import About, may


@dataclass(frozen=True)
class Group:
    """One group of a selection as its overview shows it."""

    province: str
    bodies: tuple[str, ...]
    quota: Quota
    list: Recommendation | None


def groups_to_see(
    person: Person | None, campaign: Campaign, blueprint: Blueprint, stage: Selection
) -> list[Group]:
    """Every group that has declared entries or a desk, of those that the person may read; in the order of codes."""
    held = held_by(person)
    lists = {
        r.group: r
        for r in Recommendation.objects.filter(campaign=campaign, stage=stage.id).annotate(
            listed=Count("rows"), waiting=Count("changes", filter=Q(changes__state="proposed"), distinct=True)
        )
    }
    declared = declared_by_province(campaign, blueprint, stage)
    if "province" not in stage.within:
        declared = {"": sum(declared.values())}
        provinces = [""]
    else:
        desks = blueprint.routing.desks if blueprint.routing else ()
        provinces = sorted({*declared, *(p for d in desks for p in d.provinces)} - {""})
    return [
        Group(
            province,
            handled_by(blueprint, province),
            quota(stage, declared.get(province, 0), _listed(lists.get(province))),
            lists.get(province),
        )
        for province in provinces
        if may(held, "recommendation.read", About(campaign=campaign.pk, region=province))
    ]


def _listed(found: Recommendation | None) -> int:
    return int(found.listed) if found is not None else 0  # type: ignore[attr-defined]  # annotated by groups_to_see


def rows_of(found: Recommendation | None) -> QuerySet[Recommended]:
    """What is on the list, in order."""
    rows = Recommended.objects.filter(list=found) if found else Recommended.objects.none()
    return rows.select_related("entry__organisation").order_by("place", "pk")


def may_be_listed(
    campaign: Campaign, blueprint: Blueprint, province: str, found: Recommendation | None
) -> QuerySet[Entry]:
    """Entries of the group that passed what comes before and are not on the list yet, by number."""
    reviewed = any(isinstance(s, Screening) for s in blueprint.stages)
    state = "accepted" if reviewed else "submitted"
    entries = Entry.objects.filter(campaign=campaign, state=state, submitted_at__isnull=False)
    if found is not None:
        entries = entries.exclude(recommended__list=found)
    return in_province(entries, province).select_related("organisation").order_by("number")


def figures_now(
    campaign: Campaign, blueprint: Blueprint, stage: Selection, province: str, listed: int
) -> Quota:
    """The group's quota as it stands."""
    declared = declared_by_province(campaign, blueprint, stage)
    count = declared.get(province, 0) if province else sum(declared.values())
    return quota(stage, count, listed)


def listed_decisions(campaign: Campaign) -> Iterator[tuple[object, ...]]:
    """Rows of replay's decisions table, of the lists that were handed up."""
    rows = Recommended.objects.filter(list__campaign=campaign, list__state="handed_up")
    for row in rows.select_related("list", "entry").order_by("list__stage", "list__group", "place"):
        second = str(row.second_by) if row.second_by else ""
        yield (
            "listed",
            f"{row.list.stage}/{row.entry.number}",
            str(row.place),
            row.reason,
            str(row.by),
            second,
            row.at,
        )
