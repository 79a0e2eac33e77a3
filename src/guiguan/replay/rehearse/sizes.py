"""How big a rehearsal is: from what the blueprint says, by one plain rule."""

from __future__ import annotations

from dataclasses import dataclass

from guiguan.core.blueprint.lookup import ballot_stages, groupings_used, panels
from guiguan.core.blueprint.model import Blueprint


@dataclass(frozen=True)
class Size:
    """Numbers of entries, and of voters in each vote."""

    entries: int
    voters: int


def size_of(b: Blueprint, entries: int | None = None, voters: int | None = None) -> Size:
    """The size asked for; what is not given follows from the blueprint (`usual_entries`, `usual_voters`)."""
    return Size(entries or usual_entries(b), voters or usual_voters(b))


def usual_entries(b: Blueprint) -> int:
    """About as many entries as such a campaign receives.

    Rolling: 120, or 150 where nobody is judged (an admission). By province: 600. With areas: four to an area where each
    is ranked apart, else seven to two areas. With a shortlist of fixed size: eight to a place. Else twenty to a category.
    """
    if any(s.kind == "declaration" and s.rolling for s in b.stages):
        return 120 if panels(b) else 150
    if b.routing is not None or "province" in groupings_used(b):
        return 600
    areas = sum(5 if c.areas == "free" else len(c.areas) for c in b.categories)
    if areas:
        apart = any("area" in r.within for r in b.rankings)
        return _to_fifty(areas * 4 if apart else areas * 7 // 2)
    seats = [s.take.count for s in b.stages if s.kind == "selection" and s.take.count is not None]
    if seats:
        return 8 * max(seats)
    return max(40, 20 * len(b.categories))


def _to_fifty(number: int) -> int:
    return max(50, (number + 25) // 50 * 50)


def usual_voters(b: Blueprint) -> int:
    """20,000 voters; 30,000 addresses where a voter is known by the IP address alone."""
    by_address = any(set(s.voter) == {"ip"} for s in ballot_stages(b))
    return 30_000 if by_address else 20_000
