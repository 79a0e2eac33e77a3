"""How many are taken, and who: shortlists, quotas, awards all ask here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from guiguan.core.blueprint.selection import Take
from guiguan.core.entries.decide import Decisions
from guiguan.core.ranking.composite import shared_places
from guiguan.core.values.rounding import round_to

Group = tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """One that may be taken: `value` its measure (None where it has none), `order` a key, better first."""

    id: str
    group: Group
    value: Fraction | None
    order: tuple[object, ...]


@dataclass(frozen=True)
class Cut:
    """What was taken in one group. `seats` is the number of places (None: no fixed number); `share` its exact size before
    rounding; `places` maps every candidate with a value to its place; `tied` are those at the cut whom a tie put in or out."""

    group: Group
    taken: tuple[str, ...]
    places: Mapping[str, int]
    seats: int | None = None
    base: int | None = None
    share: Fraction | None = None
    tied: tuple[str, ...] = ()
    decided: bool = False


def select(
    what: str,
    take: Take,
    candidates: Sequence[Candidate],
    decisions: Decisions,
    base_of: Callable[[Group], int],
    out: frozenset[str] = frozenset(),
) -> tuple[Cut, ...]:
    """The cut of each group, in order of groups. `out` are candidates who hold a place in the order but are not taken any more."""
    groups: dict[Group, list[Candidate]] = defaultdict(list)
    for c in candidates:
        groups[c.group].append(c)
    return tuple(
        _cut(what, take, group, members, decisions, base_of, out) for group, members in sorted(groups.items())
    )


def seats_of(take: Take, base: int) -> tuple[Fraction, int]:
    """A percentage of a base before rounding, and the number of places that it gives."""
    assert take.percent is not None
    assert take.rounding is not None
    share = base * Fraction(take.percent) / 100
    return share, max(int(round_to(share, 0, take.rounding)), take.minimum)


def listed(
    take: Take, candidates: Sequence[Candidate], places: Mapping[str, int], pool: Mapping[str, Group]
) -> list[Candidate]:
    """The candidates, with people's own list in the place of the measure in every group in which one of the pool is listed.

    `pool` are all who may be taken with their groups, `places` what the lists say.
    """
    groups = {group for entry, group in pool.items() if entry in places}
    line = Fraction(take.at_least) if take.at_least is not None else Fraction(0)
    own = [
        Candidate(e, g, line, (places[e],)) if e in places else Candidate(e, g, None, ())
        for e, g in pool.items()
        if g in groups
    ]
    return [*(c for c in candidates if c.group not in groups), *own]


def _cut(
    what: str,
    take: Take,
    group: Group,
    members: Sequence[Candidate],
    decisions: Decisions,
    base_of: Callable[[Group], int],
    out: frozenset[str],
) -> Cut:
    ordered = sorted((c for c in members if c.value is not None), key=lambda c: (c.order, c.id))
    places = dict(zip((c.id for c in ordered), shared_places([c.order for c in ordered]), strict=True))
    if take.everyone:
        return Cut(group, tuple(sorted(c.id for c in members if c.id not in out)), places)
    free = [c for c in ordered if c.id not in out]
    if take.at_least is not None:
        line = Fraction(take.at_least)
        return Cut(group, tuple(c.id for c in free if c.value is not None and c.value >= line), places)
    base = share = None
    decided = False
    if take.count is not None:
        seats = take.count
    elif take.percent is not None:
        base = base_of(group)
        share, seats = seats_of(take, base)
    else:
        size = decisions.size(what, group)
        decided = size is not None
        seats = size if size is not None else (len(free) if take.decided == "all" else 0)
    taken, tied = first(free, seats, take.ties_at_cut)
    return Cut(group, tuple(c.id for c in taken), places, seats, base, share, tied, decided)


def first(
    ordered: Sequence[Candidate], seats: int, ties_at_cut: str
) -> tuple[list[Candidate], tuple[str, ...]]:
    """The first `seats`, and the ids tied at the cut: all of them go in, or none, as the rule says."""
    if seats <= 0 or not ordered:
        return [], ()
    if seats >= len(ordered):
        return list(ordered), ()
    edge = ordered[seats - 1].order
    if ordered[seats].order != edge:
        return list(ordered[:seats]), ()
    tied = tuple(c.id for c in ordered if c.order == edge)
    if ties_at_cut == "all":
        return [c for c in ordered if c.order <= edge], tied
    return [c for c in ordered if c.order < edge], tied
