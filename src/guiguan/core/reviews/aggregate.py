"""A panel's marks become one exact score an entry, with what each figure came from.

Sums are taken in whole numbers of the sheets' unit, so that a thousand entries cost milliseconds; a fraction is made once,
at the end, or wherever the blueprint rounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import mul

from guiguan.core.blueprint.stages import Panel
from guiguan.core.reviews.combine import Method, combine
from guiguan.core.reviews.mark import Mark
from guiguan.core.reviews.sheet import Sheet, Sheets, sheets_of
from guiguan.core.values.exclusion import Exclusion
from guiguan.core.values.rounding import round_to


@dataclass(frozen=True)
class PanelScore:
    """What one panel says of one entry. `score` None with the `rule` that explains it; `criteria` are aggregated marks
    before weighting; `sheets` came in whole, `used` were left after a trim (of the round or rounds that count)."""

    entry: str
    score: Fraction | None
    criteria: Mapping[str, Fraction]
    sheets: int
    used: int
    sheet_totals: tuple[tuple[str, int], ...] = ()
    unit: int = 1
    rule: str = ""

    @property
    def totals(self) -> tuple[tuple[str, Fraction], ...]:
        """Each reviewer's weighted total (by: sheet)."""
        return tuple((reviewer, Fraction(total, self.unit)) for reviewer, total in self.sheet_totals)


def weights_of(panel: Panel) -> dict[str, Fraction]:
    """Each criterion's weight as a share of 1; 1 each where the panel declares none (marks are added)."""
    return {c.id: Fraction(1) if c.weight is None else Fraction(c.weight) / 100 for c in panel.criteria}


def aggregate(
    panel: Panel, marks: Sequence[Mark], entries: Sequence[str]
) -> tuple[dict[str, PanelScore], tuple[Exclusion, ...]]:
    """A score for every entry in `entries`, and the sheets left out. Marks are this panel's, in any order."""
    return aggregate_sheets(panel, sheets_of(panel, marks), entries)


def aggregate_sheets(
    panel: Panel, sheets: Sheets, entries: Sequence[str]
) -> tuple[dict[str, PanelScore], tuple[Exclusion, ...]]:
    """The same from sheets."""
    way = _Way(panel, sheets.unit)
    scores: dict[str, PanelScore] = {}
    out: list[Exclusion] = []
    for entry in entries:
        rounds = sheets.by_entry.get(entry, {})
        found = {n: way.one_round(entry, own, out) for n, own in sorted(rounds.items())}
        scores[entry] = _over_rounds(panel, entry, found)
    return scores, tuple(out)


def _over_rounds(panel: Panel, entry: str, found: dict[int, PanelScore]) -> PanelScore:
    scored = [s for _, s in sorted(found.items()) if s.score is not None]
    if not scored:
        few = any(s.rule == "ranking.too-few-sheets" for s in found.values())
        sheets = sum(s.sheets for s in found.values())
        return PanelScore(
            entry, None, {}, sheets, 0, rule="ranking.too-few-sheets" if few else "ranking.no-score"
        )
    if panel.rounds is None or panel.rounds.use == "last":
        return scored[-1]
    method = panel.rounds.use
    one = [Fraction(1)] * len(scored)
    total = combine([s.score for s in scored if s.score is not None], one, method, None)
    names = [c.id for c in panel.criteria if all(c.id in s.criteria for s in scored)]
    criteria = {c: combine([s.criteria[c] for s in scored], one, method, None) for c in names}
    return PanelScore(
        entry,
        _rounded(panel, "total", total),
        criteria,
        sum(s.sheets for s in scored),
        sum(s.used for s in scored),
    )


class _Way:
    """A panel's way of making one score of one round's sheets, prepared once."""

    def __init__(self, panel: Panel, unit: int) -> None:
        self.panel, self.unit, self.how = panel, unit, panel.aggregate
        self.names = [c.id for c in panel.criteria]
        self.weights = list(weights_of(panel).values())
        self.whole = lcm(*(w.denominator for w in self.weights))
        self.factors = [w.numerator * (self.whole // w.denominator) for w in self.weights]
        at = panel.rounding.at if panel.rounding is not None else ()
        self.rounds_within = "weighted" in at or "sheet" in at

    def one_round(self, entry: str, sheets: Sequence[Sheet], out: list[Exclusion]) -> PanelScore:
        size = len(self.names)
        kept: list[Sheet] = []
        for sheet in sheets:
            given = sheet.given
            if given < size and given and self.how.incomplete == "drop_sheet":
                rule = "scores.incomplete-sheet"
                out.append(Exclusion("score", f"{entry}/{sheet.reviewer}", rule, line=sheet.line))
            elif given:
                kept.append(sheet)
        if len(kept) < self.how.at_least:
            rule = "ranking.no-score" if not kept else "ranking.too-few-sheets"
            return PanelScore(entry, None, {}, len(kept), 0, rule=rule)
        return self.by_sheet(entry, kept) if self.how.by == "sheet" else self.by_criterion(entry, kept)

    def by_sheet(self, entry: str, sheets: Sequence[Sheet]) -> PanelScore:
        totals, unit = self.totals(sheets)
        trim = self.how.trim
        method: Method = self.how.method
        kept: Sequence[int] = range(len(sheets))
        if trim is not None and len(sheets) >= trim.needs:
            # What equal totals are made of decides between them, so that nobody's name does.
            order = sorted(kept, key=lambda i: (totals[i], sheets[i].marks))
            kept = sorted(order[trim.low : len(order) - trim.high])
        if trim is not None:
            method = trim.otherwise if len(sheets) < trim.needs else "mean"
        used = [sheets[i] for i in kept]
        score = self.combined([totals[i] for i in kept], unit, used, 0, method)
        columns = zip(*(s.marks for s in used), strict=True)
        criteria = {
            name: self.combined(column, self.unit, used, c, method)
            for c, (name, column) in enumerate(zip(self.names, columns, strict=True))
        }
        named = tuple(zip((s.reviewer for s in sheets), totals, strict=True))
        return PanelScore(entry, self.rounded("total", score), criteria, len(sheets), len(used), named, unit)

    def totals(self, sheets: Sequence[Sheet]) -> tuple[list[int], int]:
        """Each sheet's weighted total in whole numbers of 1/unit."""
        if not self.rounds_within:
            factors = self.factors
            found = [sum(map(mul, factors, s.marks)) for s in sheets]
            return found, self.unit * self.whole
        exact: list[Fraction] = []
        for sheet in sheets:
            parts = [w * Fraction(m or 0, self.unit) for w, m in zip(self.weights, sheet.marks, strict=True)]
            exact.append(
                self.rounded("sheet", sum((self.rounded("weighted", p) for p in parts), Fraction(0)))
            )
        unit = lcm(*(t.denominator for t in exact))
        return [t.numerator * (unit // t.denominator) for t in exact], unit

    def combined(
        self, values: Sequence[int | None], unit: int, sheets: Sequence[Sheet], criterion: int, method: Method
    ) -> Fraction:
        """Whole numbers of 1/unit, one a sheet, combined by a method that trims nothing more."""
        whole = [v for v in values if v is not None]
        if method == "mean":
            return Fraction(sum(whole), unit * len(whole))
        if method == "sum":
            return Fraction(sum(whole), unit)
        return (
            combine([Fraction(v) for v in whole], [s.weight(criterion) for s in sheets], method, None) / unit
        )

    def by_criterion(self, entry: str, sheets: Sequence[Sheet]) -> PanelScore:
        criteria: dict[str, Fraction] = {}
        for c, name in enumerate(self.names):
            pairs = [(s.marks[c], s.weight(c)) for s in sheets if s.marks[c] is not None]
            if not pairs:
                return PanelScore(entry, None, {}, len(sheets), 0, rule="ranking.no-score")
            marks = [Fraction(m or 0, self.unit) for m, _ in pairs]
            value = combine(marks, [w for _, w in pairs], self.how.method, self.how.trim)
            criteria[name] = self.rounded("criterion", value)
        weighted = [
            self.rounded("weighted", w * v) for w, v in zip(self.weights, criteria.values(), strict=True)
        ]
        total = self.rounded("total", sum(weighted, Fraction(0)))
        return PanelScore(entry, total, criteria, len(sheets), len(sheets))

    def rounded(self, at: str, value: Fraction) -> Fraction:
        return _rounded(self.panel, at, value)


def _rounded(panel: Panel, at: str, value: Fraction) -> Fraction:
    r = panel.rounding
    return round_to(value, r.digits, r.mode) if r is not None and at in r.at else value
