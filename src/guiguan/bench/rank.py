"""1,000 entries × 6 criteria × 15 experts: from marks to ranks, exact: sheets (one reviewer, one entry) to ranks."""

from __future__ import annotations

import statistics
import time
from fractions import Fraction

from guiguan.bench.figure import Figure
from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.blueprint.lookup import panels
from guiguan.core.entries.entry import Entry
from guiguan.core.ranking.composite import rank
from guiguan.core.reviews.aggregate import aggregate_sheets
from guiguan.core.reviews.mark import Mark
from guiguan.core.reviews.sheet import sheets_of

ENTRIES, EXPERTS, ROUNDS = 1000, 15, 9
BLUEPRINT = """
blueprint: 1
campaign: bench-rank
title: 排名基准
organisers: {host: [主办]}
categories: [{id: all, title: 全部}]
stages:
  - {id: declare, kind: declaration}
  - id: experts
    kind: panel
    who: expert
    scale: {low: 0, high: 100}
    criteria:
      - {id: a, title: 甲, weight: 15}
      - {id: b, title: 乙, weight: 30}
      - {id: c, title: 丙, weight: 15}
      - {id: d, title: 丁, weight: 20}
      - {id: e, title: 戊, weight: 10}
      - {id: f, title: 己, weight: 10}
    aggregate: {by: sheet, method: trimmed_mean, trim: {high: 1, low: 1, needs: 5, otherwise: mean}, incomplete: drop_sheet}
rankings:
  - id: final
    of: declare
    parts: [{from: experts, weight: 100, mapping: none}]
    rounding: {digits: 2, mode: half_up, at: [composite]}
    ties: [experts.b]
    last: shared
awards: [{id: best, title: 最佳, by: final, take: {count: 1}}]
"""


def measure() -> list[Figure]:
    """The median of several rounds in one process, after one that is not counted."""
    blueprint = load_blueprint(BLUEPRINT.encode(), "bench").blueprint
    panel = panels(blueprint)[0]
    names = [f"e{i:04}" for i in range(ENTRIES)]
    entries = [Entry(n, n, n, n) for n in names]
    marks = [
        Mark("experts", 1, n, f"x{r:02}", c, Fraction(60 + (i * 37 + r * 11 + k * 53) % 41), Fraction(1))
        for i, n in enumerate(names)
        for r in range(EXPERTS)
        for k, c in enumerate("abcdef")
    ]
    seconds = []
    began = time.perf_counter()
    sheets = sheets_of(panel, marks)
    gathering = time.perf_counter() - began
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        scores, _ = aggregate_sheets(panel, sheets, names)
        values = {"experts": {e: s.score for e, s in scores.items() if s.score is not None}}
        values["experts.b"] = {e: s.criteria["b"] for e, s in scores.items()}
        ranked = rank(blueprint.rankings[0], entries, values, None)
        seconds.append(time.perf_counter() - start)
    if ranked[0].rank != 1 or len(ranked) != ENTRIES:
        raise RuntimeError("the ranking is not whole")
    return [
        Figure("from_sheets_to_ranks", "ms", 1000 * statistics.median(seconds[1:]), required=100),
        Figure("from_rows_to_sheets", "ms", 1000 * gathering),
    ]
