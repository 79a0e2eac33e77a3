"""How many entries a group may recommend: what was declared there, what the rule makes of it, what is used up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.entries.models import Entry
from guiguan.core.blueprint.lookup import stage_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Screening, Selection
from guiguan.core.ranking.select import seats_of
from guiguan.core.values.regions import province_code

DECLARED = ("submitted", "returned", "accepted", "refused")
"""States of what was formally declared: refused later or not, but not taken back."""


@dataclass(frozen=True)
class Quota:
    """`share` is the exact part before rounding, `seats` the places; both None where the rule sets no number."""

    declared: int
    share: Fraction | None
    seats: int | None
    listed: int

    @property
    def left(self) -> int | None:
        return None if self.seats is None else max(self.seats - self.listed, 0)

    @property
    def full(self) -> bool:
        return self.seats is not None and self.listed >= self.seats


def selections(blueprint: Blueprint) -> tuple[Selection, ...]:
    """The selections whose lists people make and hand up; one that a release follows is listed by its batches instead."""
    kinds = [s.kind for s in blueprint.stages]
    return tuple(
        s
        for s, after in zip(blueprint.stages, [*kinds[1:], ""], strict=True)
        if isinstance(s, Selection) and s.lists and after != "release"
    )


def quota(stage: Selection, declared: int, listed: int) -> Quota:
    """What the selection's rule makes of so many declared entries; the core's own rounding."""
    if stage.take.percent is not None:
        share, seats = seats_of(stage.take, declared)
        return Quota(declared, share, seats, listed)
    return Quota(declared, None, stage.take.count, listed)


def counted_for(campaign: Campaign, blueprint: Blueprint, stage: Selection) -> QuerySet[Entry]:
    """The entries of which a percentage is taken: those that passed the stage that the rule names."""
    of = stage_of(blueprint, stage.take.of) if stage.take.of else None
    states = ("accepted",) if isinstance(of, Screening) else DECLARED
    return Entry.objects.filter(campaign=campaign, submitted_at__isnull=False, state__in=states)


def declared_by_province(campaign: Campaign, blueprint: Blueprint, stage: Selection) -> Mapping[str, int]:
    """How many are counted in each province; "" for entries without a region."""
    codes = counted_for(campaign, blueprint, stage).order_by().values_list("region", flat=True)
    return Counter(province_code(code) if code else "" for code in codes)


def in_province(entries: QuerySet[Entry], province: str) -> QuerySet[Entry]:
    """Those of a province; all where there is none to ask for."""
    return entries.filter(region__startswith=province[:2]) if province else entries
