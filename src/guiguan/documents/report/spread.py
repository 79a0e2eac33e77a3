"""How marks spread: by criterion and by seat, five figures each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import panels, title_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Panel
from guiguan.core.ranking.campaign import Outcome
from guiguan.core.reviews.aggregate import weights_of
from guiguan.core.reviews.combine import mean
from guiguan.documents.report.figures import fixed, percent
from guiguan.documents.report.words import BY, METHODS, word


@dataclass(frozen=True)
class Spread:
    """`n` figures under one name: lowest, quartiles, highest, mean; two decimals, half up."""

    name: str
    weight: str
    n: int
    low: str
    first: str
    median: str
    third: str
    high: str
    mean: str


@dataclass(frozen=True)
class PanelView:
    """One panel's marks by criterion, and its seats' sheet totals."""

    title: str
    rule: tuple[str, ...]
    entries: int
    scored: int
    sheets: int
    criteria: tuple[Spread, ...]
    seats: tuple[Spread, ...]


def spreads(b: Blueprint, o: Outcome, seats: dict[str, str]) -> list[PanelView]:
    """Every panel that marked something."""
    marking = {m.panel for m in o.marks}
    return [_view(b, o, p, seats) for p in panels(b) if p.id in marking]


def _view(b: Blueprint, o: Outcome, panel: Panel, seats: dict[str, str]) -> PanelView:
    own = [m for m in o.marks if m.panel == panel.id]
    by_criterion: dict[str, list[Fraction]] = defaultdict(list)
    sheets: dict[tuple[str, int, str], dict[str, Fraction]] = defaultdict(dict)
    for m in own:
        if m.value is not None:
            by_criterion[m.criterion].append(m.value)
            sheets[(m.entry, m.round, seats[m.reviewer])][m.criterion] = m.value
    weights = weights_of(panel)
    totals: dict[str, list[Fraction]] = defaultdict(list)
    for (_, _, seat), sheet in sheets.items():
        if len(sheet) == len(weights):
            totals[seat].append(sum((weights[c] * v for c, v in sheet.items()), Fraction(0)))
    scores = o.scores.get(panel.id, {})
    return PanelView(
        title_of(b, panel.id),
        _rule(panel),
        len(o.before[panel.id]),
        sum(s.score is not None for s in scores.values()),
        len(sheets),
        tuple(
            _spread(say(c.title), by_criterion[c.id], percent(c.weight) if c.weight is not None else "")
            for c in panel.criteria
            if by_criterion[c.id]
        ),
        tuple(_spread(seat, found) for seat, found in sorted(totals.items())),
    )


def _rule(panel: Panel) -> tuple[str, ...]:
    how = panel.aggregate
    told = [f"分值 {panel.scale.low} 至 {panel.scale.high}", word(BY, how.by), word(METHODS, how.method)]
    if how.trim is not None:
        told.append(f"满 {how.trim.needs} 份才去掉最高 {how.trim.high} 份、最低 {how.trim.low} 份")
    if how.at_least > 1:
        told.append(f"至少 {how.at_least} 份才有得分")
    return tuple(told)


def _spread(name: str, values: Sequence[Fraction], weight: str = "") -> Spread:
    ordered = sorted(values)
    low, first, median, third, high = (fixed(quantile(ordered, Fraction(q, 4))) for q in range(5))
    return Spread(name, weight, len(ordered), low, first, median, third, high, fixed(mean(ordered)))


def quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value at `share` (0 to 1) of sorted values, between two of them in proportion."""
    place = (len(ordered) - 1) * share
    below = place.__floor__()
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
