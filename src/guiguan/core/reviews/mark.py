"""Marks of reviewers: read from rows, refused where unfit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.stages import Panel
from guiguan.core.values.chinese import same_text
from guiguan.core.values.exclusion import Exclusion
from guiguan.core.values.rounding import exact


@dataclass(frozen=True)
class MarkRow:
    """One row of a scores table, as text."""

    entry: str
    reviewer: str
    criterion: str
    score: str
    weight: str = ""
    panel: str = ""
    round: str = ""
    line: int = 0

    @property
    def name(self) -> str:
        return f"{self.entry}/{self.reviewer}/{self.criterion}"


@dataclass(frozen=True, order=True)
class Mark:
    """One reviewer's mark of one entry by one criterion. `value` None: no mark was given, which is not a mark of 0."""

    panel: str
    round: int
    entry: str
    reviewer: str
    criterion: str
    value: Fraction | None
    weight: Fraction
    line: int = 0


def read_marks(
    panels: tuple[Panel, ...],
    rows: Iterable[MarkRow],
    known: frozenset[str],
    before: Mapping[str, frozenset[str]],
    recused: frozenset[tuple[str, str]],
) -> tuple[tuple[Mark, ...], tuple[Exclusion, ...]]:
    """The marks that stand, in canonical order, and the rows that do not.

    `before` names the entries that each panel marks; `recused` holds (reviewer, entry). The same mark twice counts once;
    different marks for one thing both fall. Independent of row order.
    """
    rows = tuple(rows)
    spellings: dict[str, str] = {}
    for row in rows:
        # One person written in two ways is one reviewer, or would mark twice and slip out of a recusal.
        plain = same_text(row.reviewer)
        spellings[plain] = min(spellings.get(plain, row.reviewer), row.reviewer)
    recused = frozenset((same_text(reviewer), entry) for reviewer, entry in recused)
    by_id = {p.id: _PanelReader(p, spellings) for p in panels}
    out: list[Exclusion] = []
    groups: dict[tuple[str, int, str, str, str], list[Mark]] = defaultdict(list)
    for row in rows:
        panel_id = row.panel or (panels[0].id if len(panels) == 1 else "")
        reader = by_id.get(panel_id)
        outcome: Mark | str
        if reader is None:
            outcome = "scores.unknown-panel"
        else:
            outcome = reader.read(row, known, before[reader.panel.id], recused)
        if isinstance(outcome, str):
            out.append(Exclusion("score", row.name, outcome, line=row.line, detail=row.score))
        else:
            groups[(outcome.panel, outcome.round, outcome.entry, outcome.reviewer, outcome.criterion)].append(
                outcome
            )
    marks: list[Mark] = []
    for same in groups.values():
        same.sort(key=lambda m: m.line)
        agree = len({(m.value, m.weight) for m in same}) == 1
        rule = "scores.duplicate" if agree else "scores.conflict"
        marks.extend(same[:1] if agree else [])
        out.extend(
            Exclusion("score", f"{m.entry}/{m.reviewer}/{m.criterion}", rule, line=m.line)
            for m in (same[1:] if agree else same)
        )
    marks, uneven = _of_one_weight(panels, marks)
    order = sorted(marks, key=lambda m: (m.panel, m.round, m.entry, m.reviewer, m.criterion))
    return tuple(order), (*out, *uneven)


def _of_one_weight(panels: tuple[Panel, ...], marks: list[Mark]) -> tuple[list[Mark], list[Exclusion]]:
    """The marks without those sheets that are weighed whole, yet whose reviewer's weight is not the same throughout."""
    by_sheet = {p.id for p in panels if p.aggregate.by == "sheet"}
    weights: dict[tuple[str, int, str, str], set[Fraction]] = defaultdict(set)
    for m in marks:
        weights[(m.panel, m.round, m.entry, m.reviewer)].add(m.weight)
    uneven = {k for k, found in weights.items() if len(found) > 1 and k[0] in by_sheet}
    kept = [m for m in marks if (m.panel, m.round, m.entry, m.reviewer) not in uneven]
    rule = "scores.weights-differ"
    out = [
        Exclusion("score", f"{m.entry}/{m.reviewer}/{m.criterion}", rule, line=m.line)
        for m in marks
        if (m.panel, m.round, m.entry, m.reviewer) in uneven
    ]
    return kept, out


class _PanelReader:
    def __init__(self, panel: Panel, spellings: Mapping[str, str]) -> None:
        self.panel = panel
        self.names = {**spellings, **{same_text(m): m for m in panel.members}}
        self.criteria = {same_text(t): c.id for c in panel.criteria for t in (c.id, say(c.title), *c.also)}
        self.members = {same_text(m) for m in panel.members}
        self.missing = {same_text(m) for m in panel.scale.missing}
        self.low, self.high = Fraction(panel.scale.low), Fraction(panel.scale.high)

    def read(
        self, row: MarkRow, known: frozenset[str], before: frozenset[str], recused: frozenset[tuple[str, str]]
    ) -> Mark | str:
        """The mark, or the rule that the row breaks."""
        criterion = self.criteria.get(same_text(row.criterion))
        number = self.round(row.round)
        if not row.entry or not row.reviewer or not row.criterion:
            return "scores.blank"
        if number is None:
            return "scores.unknown-round"
        if row.entry not in known:
            return "scores.unknown-entry"
        if row.entry not in before:
            return "scores.not-before-panel"
        if criterion is None:
            return "scores.unknown-criterion"
        if self.members and same_text(row.reviewer) not in self.members:
            return "scores.unknown-reviewer"
        if (same_text(row.reviewer), row.entry) in recused:
            return "scores.recused"
        value = self.value(row.score)
        if isinstance(value, str):
            return value
        weight = self.weight(row.weight)
        if weight is None:
            return "scores.bad-weight"
        reviewer = self.names[same_text(row.reviewer)]
        return Mark(self.panel.id, number, row.entry, reviewer, criterion, value, weight, row.line)

    def round(self, text: str) -> int | None:
        if self.panel.rounds is None:
            return 1 if text in ("", "1") else None
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
        return number if number in self.panel.rounds.numbers else None

    def value(self, text: str) -> Fraction | str | None:
        if not text or same_text(text) in self.missing:
            return None
        try:
            value = exact(text)
        except ValueError:
            return "scores.unreadable"
        if any(value == _number(m) for m in self.missing):
            return None
        if not self.low <= value <= self.high:
            return "scores.out-of-range"
        return value if (value * 10**self.panel.scale.digits).denominator == 1 else "scores.too-fine"

    @staticmethod
    def weight(text: str) -> Fraction | None:
        if not text:
            return Fraction(1)
        number = _number(text)
        return number if number is not None and number > 0 else None


def _number(text: str) -> Fraction | None:
    try:
        return exact(text)
    except ValueError:
        return None
