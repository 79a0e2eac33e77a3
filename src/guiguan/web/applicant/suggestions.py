"""What a form suggests while one types; what was not suggested is taken as well."""

from __future__ import annotations

from functools import cache

from guiguan.core.blueprint.form import FormField
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.values.regions import Regions


def suggestions_for(blueprint: Blueprint, field: FormField) -> tuple[str, ...]:
    """Places for a region, the declared bodies for the endorser. Never the units registered here: who takes part is not public."""
    if field.kind == "region":
        return places()
    if field.kind == "organisation" and field.id == "endorsed_by" and blueprint.endorsers:
        return blueprint.endorsers.list
    return ()


@cache
def places() -> tuple[str, ...]:
    """Provinces and prefectures in force by code, under their full names; the rows that only hold the list together are none."""
    regions = Regions.official()
    return tuple(
        regions.full_name(r)
        for r in regions.current
        if r.code.endswith("00") and not r.name.endswith("行政单位") and r.name not in ("市辖区", "县")
    )
