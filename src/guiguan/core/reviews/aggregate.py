"""A panel's marks become one exact score an entry, with what each figure came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from guiguan.core.blueprint.stages import Panel
from guiguan.core.reviews.combine import combine, kept_after_trim
from guiguan.core.reviews.mark import Mark
from guiguan.core.values.exclusion import Exclusion
from guiguan.core.values.rounding import round_to

Sheet = dict[str, Mark]
"""One reviewer's marks of one entry in one round, by criterion."""


@dataclass(frozen=True)
class PanelScore:
    """What one panel says of one entry. `score` None with the `rule` that explains it; `criteria` are aggregated marks
    before weighting; `used` and `trimmed` count sheets (by sheet) of the round or rounds that count."""

    entry: str
    score: Fraction | None
    criteria: Mapping[str, Fraction]
    sheets: int
    used: int
    totals: tuple[tuple[str, Fraction], ...] = ()
    rule: str = ""


def weights_of(panel: Panel) -> dict[str, Fraction]:
    """Each criterion's weight as a share of 1; 1 each where the panel declares none (marks are added)."""
    return {c.id: Fraction(1) if c.weight is None else Fraction(c.weight) / 100 for c in panel.criteria}


def aggregate(
    panel: Panel, marks: Sequence[Mark], entries: Sequence[str]
) -> tuple[dict[str, PanelScore], tuple[Exclusion, ...]]:
    """A score for every entry in `entries`, and the sheets left out. Marks are this panel's, in any order."""
    by_entry: dict[str, dict[int, dict[str, Sheet]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(dict))
    )
    for mark in marks:
        by_entry[mark.entry][mark.round][mark.reviewer][mark.criterion] = mark
    scores: dict[str, PanelScore] = {}
    out: list[Exclusion] = []
    for entry in entries:
        rounds = by_entry.get(entry, {})
        found = {n: _one_round(panel, entry, sheets, out) for n, sheets in sorted(rounds.items())}
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


def _one_round(panel: Panel, entry: str, sheets: Mapping[str, Sheet], out: list[Exclusion]) -> PanelScore:
    whole: dict[str, Sheet] = {}
    for reviewer, sheet in sorted(sheets.items()):
        given = {c: m for c, m in sheet.items() if m.value is not None}
        if not given:
            continue
        if panel.aggregate.incomplete == "drop_sheet" and len(given) < len(panel.criteria):
            line = min(m.line for m in sheet.values())
            out.append(Exclusion("score", f"{entry}/{reviewer}", "scores.incomplete-sheet", line=line))
            continue
        whole[reviewer] = given
    if len(whole) < panel.aggregate.at_least:
        rule = "ranking.no-score" if not whole else "ranking.too-few-sheets"
        return PanelScore(entry, None, {}, len(whole), 0, rule=rule)
    return (
        _by_sheet(panel, entry, whole)
        if panel.aggregate.by == "sheet"
        else _by_criterion(panel, entry, whole)
    )


def _by_sheet(panel: Panel, entry: str, sheets: Mapping[str, Sheet]) -> PanelScore:
    weights = weights_of(panel)
    names = [c.id for c in panel.criteria]
    totals: list[Fraction] = []
    for sheet in sheets.values():
        weighted = [_rounded(panel, "weighted", weights[c] * _value(sheet[c])) for c in names]
        totals.append(_rounded(panel, "sheet", sum(weighted, Fraction(0))))
    shares = [sheet[names[0]].weight for sheet in sheets.values()]
    how = panel.aggregate
    score = _rounded(panel, "total", combine(totals, shares, how.method, how.trim))
    kept = list(range(len(totals)))
    if how.trim is not None:
        order = [(*(_value(sheet[c]) for c in names), sheet[names[0]].weight) for sheet in sheets.values()]
        kept = kept_after_trim(totals, how.trim, order)
    within = "mean" if how.method == "trimmed_mean" else how.method
    if how.trim is not None and len(totals) < how.trim.needs:
        within = how.trim.otherwise
    used = [list(sheets.values())[i] for i in kept]
    criteria = {
        c: combine([_value(s[c]) for s in used], [s[c].weight for s in used], within, None) for c in names
    }
    return PanelScore(entry, score, criteria, len(sheets), len(kept), tuple(zip(sheets, totals, strict=True)))


def _by_criterion(panel: Panel, entry: str, sheets: Mapping[str, Sheet]) -> PanelScore:
    weights = weights_of(panel)
    how = panel.aggregate
    criteria: dict[str, Fraction] = {}
    for c in (c.id for c in panel.criteria):
        marks = [s[c] for s in sheets.values() if c in s]
        if not marks:
            return PanelScore(entry, None, {}, len(sheets), 0, rule="ranking.no-score")
        value = combine([_value(m) for m in marks], [m.weight for m in marks], how.method, how.trim)
        criteria[c] = _rounded(panel, "criterion", value)
    weighted = [_rounded(panel, "weighted", weights[c] * v) for c, v in criteria.items()]
    total = _rounded(panel, "total", sum(weighted, Fraction(0)))
    return PanelScore(entry, total, criteria, len(sheets), len(sheets))


def _value(mark: Mark) -> Fraction:
    assert mark.value is not None
    return mark.value


def _rounded(panel: Panel, at: str, value: Fraction) -> Fraction:
    r = panel.rounding
    return round_to(value, r.digits, r.mode) if r is not None and at in r.at else value
