"""`rules.json`: what of a blueprint decides a result, in the form that the verifier reads."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.lookup import input_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.selection import Take
from guiguan.core.blueprint.stages import (
    Ballots,
    Endorsement,
    Panel,
    Registration,
    Screening,
    Selection,
    Stage,
)
from guiguan.core.entries.stages import open_while
from guiguan.core.reviews.aggregate import weights_of
from guiguan.core.values.moment import day_of, day_start
from guiguan.core.values.rounding import fraction_text

FORMAT = "gg/rules/v1"


def rules_document(blueprint: Blueprint, sha256: str, seed: str | None) -> dict[str, Any]:
    """The counting rules of a campaign. `sha256` is the digest of the blueprint file that they came from."""
    found: dict[str, Any] = plain(
        {
            "format": FORMAT,
            "campaign": blueprint.campaign,
            "zone": blueprint.zone,
            "blueprint_sha256": sha256,
            "seed": seed,
            "two_persons": sorted(set(blueprint.two_persons)),
            "quotas": [{"per": q.per, "max": q.max} for q in blueprint.applicants.quotas],
            "stages": [_stage(blueprint, s) for s in blueprint.stages],
            "rankings": [_counting(r) for r in blueprint.rankings],
            "awards": [_counting(a) for a in blueprint.awards],
            "organisation_awards": [_counting(a) for a in blueprint.organisation_awards],
            "funding": [_funding(blueprint, f) for f in blueprint.funding],
        }
    )
    return found


_WORDS = {"title", "clause", "prize", "certificate", "trophy", "honour", "also"}


def _counting(item: Any) -> dict[str, Any]:
    found: dict[str, Any] = item.model_dump(by_alias=True, exclude_none=True)
    return {k: v for k, v in found.items() if k not in _WORDS}


def _funding(blueprint: Blueprint, item: Any) -> dict[str, Any]:
    unit = next(getattr(f, "unit", None) or "元" for f in blueprint.form if f.id == item.base)
    return {**_counting(item), "unit": unit}


def _stage(blueprint: Blueprint, stage: Stage) -> dict[str, Any]:
    zone = ZoneInfo(blueprint.zone)
    found: dict[str, Any] = {"id": stage.id, "kind": stage.kind, "takes": input_of(blueprint, stage.id)}
    span = open_while(blueprint, stage)
    if span is not None:
        found["start"], found["end"] = int(span.start), int(span.end)
    match stage:
        case Registration():
            found["needed"] = stage.needed
        case Endorsement():
            found |= {"needed": stage.needed, "opinion": stage.opinion}
        case Screening():
            found["undecided"] = stage.undecided
        case Ballots():
            low = stage.choices.exactly or stage.choices.at_least
            found |= {"low": low, "high": stage.choices.exactly or stage.choices.at_most}
            found |= {"repeated": stage.repeated, "unknown": stage.unknown}
            found["limits"] = [{"per": n.per, "max": n.max, "over": n.over} for n in stage.limits]
            found["days"] = _days(found["start"], found["end"], zone)
        case Panel():
            found["scale"] = {"low": stage.scale.low, "high": stage.scale.high, "digits": stage.scale.digits}
            found["criteria"] = [{"id": c, "weight": w} for c, w in weights_of(stage).items()]
            found["aggregate"] = stage.aggregate.model_dump(exclude_none=True)
            found["rounds"] = stage.rounds.model_dump(exclude_none=True) if stage.rounds else None
            found["rounding"] = stage.rounding.model_dump(exclude_none=True) if stage.rounding else None
        case Selection():
            found |= {"by": stage.by, "within": stage.within, "take": _take(stage.take)}
            found["lists"] = stage.lists or None
        case _:
            pass
    return found


def _take(take: Take) -> dict[str, Any]:
    return take.model_dump(exclude_none=True)


def _days(start: int, end: int, zone: ZoneInfo) -> list[dict[str, Any]]:
    """The days that a window touches, each with its first instant and its exclusive end."""
    day, days = day_of(start, zone), []
    while day_start(day, zone) < end:
        after = day + dt.timedelta(days=1)
        days.append(
            {"day": day.isoformat(), "start": int(day_start(day, zone)), "end": int(day_start(after, zone))}
        )
        day = after
    return days


def plain(value: Any) -> Any:
    """A value in canonical types: fractions and decimals as `n/d`, tuples as lists, nothing where there is nothing."""
    match value:
        case Fraction() | Decimal():
            return fraction_text(Fraction(value))
        case dict():
            # `clause` says where a rule stands in the notice, a text; a form field of that name leads to a list.
            return {
                k: plain(v)
                for k, v in value.items()
                if v is not None and not (k == "clause" and isinstance(v, str))
            }
        case list() | tuple():
            return [plain(v) for v in value]
    return value
