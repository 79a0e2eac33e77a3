"""Composites and ranks: mapped parts, bonus, weights, rounding, the tie chain."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from guiguan.core.blueprint.counting import Bonus, CompositeRounding, Ranking
from guiguan.core.entries.entry import Entry
from guiguan.core.ranking.mapping import MAPPINGS, Map
from guiguan.core.values.rounding import round_to

Values = Mapping[str, Mapping[str, Fraction]]
"""What was measured: source (a stage id, or `panel.criterion`) to entry to value; an entry without a value is absent."""


@dataclass(frozen=True)
class PartScore:
    """One component of one entry: the measure, its score after mapping, the bonus inside it, and its weighted share."""

    source: str
    raw: Fraction
    score: Fraction
    bonus: Fraction
    weighted: Fraction


@dataclass(frozen=True)
class Ranked:
    """One entry in a ranking. `rank` None and a `rule` where it has no composite. `tie` says what settled an equal
    composite: a link of the chain, `submitted`, `lot`, or `shared`."""

    entry: str
    group: tuple[str, ...]
    rank: int | None
    parts: tuple[PartScore, ...] = ()
    bonus: Fraction = Fraction(0)
    exact: Fraction | None = None
    composite: Fraction | None = None
    order: tuple[object, ...] = ()
    tie: str = ""
    rule: str = ""


def rank(ranking: Ranking, entries: Sequence[Entry], values: Values, seed: str | None) -> tuple[Ranked, ...]:
    """Every entry with its composite and rank, by group, rank and id. A tie is broken by the chain or reported as shared."""
    scored: list[Ranked] = []
    for e in entries:
        group = e.group(ranking.within)
        missing = next((p.source for p in ranking.parts if e.entry not in values.get(p.source, {})), None)
        scored.append(Ranked(e.entry, group, None, rule="ranking.no-score" if missing else ""))
    maps = _maps(ranking, scored, values)
    by_id = {e.entry: e for e in entries}
    done = [r if r.rule else _composite(ranking, r, by_id[r.entry], values, maps, seed) for r in scored]
    return tuple(
        sorted(_ranked(ranking, done), key=lambda r: (r.group, r.rank is None, r.rank or 0, r.entry))
    )


Maps = Mapping[tuple[str, tuple[str, ...]], Map]


def _maps(ranking: Ranking, scored: Sequence[Ranked], values: Values) -> Maps:
    """The mapping of each part, made for the values that it compares with: by source and group, the empty group being all."""
    maps: dict[tuple[str, tuple[str, ...]], Map] = {}
    for part in ranking.parts:
        among: dict[tuple[str, ...], list[Fraction]] = defaultdict(list)
        for r in scored:
            value = values.get(part.source, {}).get(r.entry)
            if value is not None:
                among[r.group if part.over == "group" else ()].append(value)
        maps |= {(part.source, group): MAPPINGS[part.mapping](found) for group, found in among.items()}
    return maps


def _composite(ranking: Ranking, r: Ranked, e: Entry, values: Values, maps: Maps, seed: str | None) -> Ranked:
    rounding = ranking.rounding
    parts: list[PartScore] = []
    for part in ranking.parts:
        raw = values[part.source][r.entry]
        mapped = maps[(part.source, r.group if part.over == "group" else ())](raw)
        score = rounded(rounding, "part", mapped)
        bonus = Fraction(0)
        if ranking.bonus is not None and ranking.bonus.to == part.source:
            bonus = bonus_points(ranking.bonus, e, score)
        weighted = rounded(rounding, "weighted", Fraction(part.weight) / 100 * (score + bonus))
        parts.append(PartScore(part.source, raw, score, bonus, weighted))
    exact = sum((p.weighted for p in parts), Fraction(0))
    composite = rounded(rounding, "composite", exact)
    bonus = sum((p.bonus for p in parts), Fraction(0))
    first = exact if ranking.rank_by == "exact" else composite
    links: list[object] = [-first]
    for tie in ranking.ties:
        value = bonus if tie == "bonus" else values.get(tie, {}).get(r.entry)
        links += [value is None, Fraction(0) if value is None else -value]
    if ranking.last == "submitted":
        links += [e.submitted is None, e.submitted or 0]
    elif ranking.last == "lot" and seed is not None:
        links.append(lot(seed, ranking.id, r.entry))
    return Ranked(r.entry, r.group, None, tuple(parts), bonus, exact, composite, tuple(links))


def rounded(rounding: CompositeRounding, at: str, value: Fraction) -> Fraction:
    return round_to(value, rounding.digits, rounding.mode) if at in rounding.at else value


def bonus_points(bonus: Bonus, e: Entry, score: Fraction) -> Fraction:
    """Points for this entry's endorsements: once or for each endorser, at most the cap, never above the ceiling, never below 0."""
    endorsers = {name for name, kind in e.endorsed if kind == bonus.opinion}
    times = min(len(endorsers), 1) if bonus.per == "entry" else len(endorsers)
    points = min(times * Fraction(bonus.points), Fraction(bonus.cap))
    if bonus.ceiling is not None:
        points = min(points, max(Fraction(bonus.ceiling) - score, Fraction(0)))
    return points


def lot(seed: str, ranking: str, entry: str) -> str:
    """The place of an entry in a lot that anybody can redraw: hex SHA-256 over the seed, the ranking and the entry."""
    return hashlib.sha256(
        b"gg/lot/v1\0" + seed.encode() + b"\0" + ranking.encode() + b"\0" + entry.encode()
    ).hexdigest()


def _ranked(ranking: Ranking, done: Sequence[Ranked]) -> list[Ranked]:
    groups: dict[tuple[str, ...], list[Ranked]] = defaultdict(list)
    for r in done:
        groups[r.group].append(r)
    out: list[Ranked] = []
    for members in groups.values():
        with_score = sorted((r for r in members if r.composite is not None), key=lambda r: (r.order, r.entry))
        places = shared_places([r.order for r in with_score])
        for i, (r, place) in enumerate(zip(with_score, places, strict=True)):
            beside = [n.order for n in (*with_score[max(i - 1, 0) : i], *with_score[i + 1 : i + 2])]
            out.append(replace(r, rank=place, tie=_settled_by(ranking, r.order, beside)))
        out.extend(r for r in members if r.composite is None)
    return out


def shared_places(keys: Sequence[object]) -> list[int]:
    """Places of sorted keys, equal ones shared: 1, 1, 3."""
    places: list[int] = []
    for i, key in enumerate(keys):
        places.append(places[-1] if i and key == keys[i - 1] else i + 1)
    return places


def _settled_by(ranking: Ranking, own: tuple[object, ...], beside: Sequence[tuple[object, ...]]) -> str:
    """What set an entry apart from those of equal composite: the deepest link that was needed.

    `beside` are its neighbours in order: whoever shares most of the chain with it stands next to it.
    """
    rivals = [o for o in beside if o[0] == own[0]]
    if not rivals:
        return ""
    if own in rivals:
        return "shared"
    depth = max(next(i for i, (a, b) in enumerate(zip(own, o, strict=True)) if a != b) for o in rivals)
    # each link but the first is a pair: whether there is a value, and the value; a lot is one alone at the end
    return [*ranking.ties, ranking.last][(depth - 1) // 2]
