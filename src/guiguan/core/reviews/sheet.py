"""Marks gathered into sheets: one reviewer's marks of one entry in one round, as whole numbers of a common unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from guiguan.core.blueprint.stages import Panel
from guiguan.core.reviews.mark import Mark


@dataclass(frozen=True, slots=True)
class Sheet:
    """`marks` in the order of the panel's criteria, in units of 1/`Sheets.unit`, None where no mark was given; `weights`
    the reviewer's weight beside each mark, None where all are 1; `line` the first line of its rows."""

    reviewer: str
    marks: tuple[int | None, ...]
    weights: tuple[Fraction, ...] | None
    line: int

    @property
    def given(self) -> int:
        """How many marks it has."""
        return len(self.marks) - self.marks.count(None)

    def weight(self, i: int) -> Fraction:
        return Fraction(1) if self.weights is None else self.weights[i]


@dataclass(frozen=True)
class Sheets:
    """All sheets of one panel, by entry and round, each list in order of reviewers. Every mark is a whole number / `unit`."""

    unit: int
    by_entry: Mapping[str, Mapping[int, tuple[Sheet, ...]]]


def sheets_of(panel: Panel, marks: Iterable[Mark]) -> Sheets:
    """The sheets of a panel's marks, which come in any order, no two for one criterion of one sheet."""
    place = {c.id: i for i, c in enumerate(panel.criteria)}
    gathered: dict[tuple[str, int, str], dict[int, Mark]] = {}
    unit = 1
    for mark in marks:
        gathered.setdefault((mark.entry, mark.round, mark.reviewer), {})[place[mark.criterion]] = mark
        if mark.value is not None and unit % mark.value.denominator:
            unit = lcm(unit, mark.value.denominator)
    found: dict[str, dict[int, list[Sheet]]] = {}
    for (entry, number, reviewer), own in sorted(gathered.items()):
        found.setdefault(entry, {}).setdefault(number, []).append(_sheet(reviewer, own, len(place), unit))
    return Sheets(unit, {e: {n: tuple(s) for n, s in rounds.items()} for e, rounds in found.items()})


def _sheet(reviewer: str, own: dict[int, Mark], size: int, unit: int) -> Sheet:
    values: list[int | None] = [None] * size
    for i, mark in own.items():
        if mark.value is not None:
            values[i] = mark.value.numerator * (unit // mark.value.denominator)
    plain = all(mark.weight == 1 for mark in own.values())
    weights = [own[i].weight if i in own else Fraction(1) for i in range(size)]
    return Sheet(
        reviewer, tuple(values), None if plain else tuple(weights), min(m.line for m in own.values())
    )
