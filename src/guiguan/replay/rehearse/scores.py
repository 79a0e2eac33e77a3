"""Sheets of a panel: how good a case is, how strict its reviewer, and a little chance; with what goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.stages import Panel
from guiguan.core.entries.entry import Entry
from guiguan.core.values.regions import Regions
from guiguan.core.values.rounding import decimal_text
from guiguan.replay.rehearse.entries import NOBODY
from guiguan.replay.rehearse.places import short_name
from guiguan.replay.rehearse.stream import Stream

COLUMNS = ("entry", "reviewer", "criterion", "score", "weight", "panel", "round")
SEATS = {"expert": 15, "media": 9, "undertaker": 7}
_CALLED = {"expert": "专家", "media": "媒体代表", "undertaker": "初评专家"}
MIDDLE, SPREAD = 7_600, 750  # of 10,000, the span of the scale

ScoreRow = list[str]


class Sheets:
    """What one panel writes. `rows` are score rows; `recused` pairs of reviewer and entry."""

    def __init__(self, panel: Panel, entries: Sequence[Entry], others: Sequence[str], seed: str) -> None:
        self.panel, self.entries, self.others = panel, entries, others
        self.s = Stream(seed, "scores", panel.id)
        self.quality = Stream(seed, "quality")
        titles = [say(c.title) for c in panel.criteria]
        distinct = len(set(titles)) == len(titles)
        self.criteria = [(c.id, say(c.title) if distinct else c.id) for c in panel.criteria]
        self.unit = Fraction(1, 10**panel.scale.digits)
        self.recused: list[tuple[str, str]] = []
        self.rows: list[ScoreRow] = []
        for number in panel.rounds.numbers if panel.rounds else (0,):
            self.rows += self._round(number)
        self._spoil()

    def _round(self, number: int) -> list[ScoreRow]:
        made: list[ScoreRow] = []
        twins = self._twins()
        sheets: dict[str, list[ScoreRow]] = {}
        for i, e in enumerate(self.entries):
            if e.entry in twins:  # equal sheets from the same reviewers: a tie to be settled
                own = [[e.entry, *row[1:]] for row in sheets[twins[e.entry]]]
            else:
                own = [row for r in self._reviewers(e, few=i == 5) for row in self._sheet(e, r, number)]
            sheets[e.entry] = own
            made += own
        return made

    def _twins(self) -> dict[str, str]:
        """A few pairs of cases of one province, category and area whose sheets are alike."""
        groups: dict[tuple[str, ...], list[str]] = {}
        for e in self.entries:
            groups.setdefault((e.province, e.category, e.area), []).append(e.entry)
        large = [ids for ids in groups.values() if len(ids) >= 4]
        return {ids[-1]: ids[0] for ids in self.s.called("twins").some(large, 3)}

    def _reviewers(self, e: Entry, *, few: bool) -> list[str]:
        """All of them where the panel has its seats, else five to seven of those of the region."""
        panel, s = self.panel, self.s
        seats = panel.seats or SEATS[panel.who]
        called = _CALLED[panel.who]
        if panel.per_region and e.province:
            found = Regions.official().find(e.province)
            region = short_name(found.name) if found else e.province
            called, seats = f"{region}{called}", 5
        pool = list(panel.members) or [f"{called}{i + 1:02}" for i in range(seats)]
        if few and panel.aggregate.at_least > 1:
            return pool[: panel.aggregate.at_least - 1]
        if panel.seats or len(pool) <= 5:
            return pool
        return sorted(s.some(pool, max(s.between(5, 7), panel.aggregate.at_least)))

    def _sheet(self, e: Entry, reviewer: str, number: int) -> list[ScoreRow]:
        s, panel = self.s, self.panel
        good = self.quality.called(e.entry).bell(MIDDLE, SPREAD)
        strict = self.quality.called(panel.id, reviewer).bell(0, 250)
        weight = "2" if panel.aggregate.method == "weighted_mean" and reviewer.endswith("1") else ""
        rows = []
        for id_, label in self.criteria:
            apt = self.quality.called(e.entry, id_).bell(0, 400)
            score = self._on_scale(good + strict + apt + s.bell(0, 300))
            rows.append([e.entry, reviewer, label, score, weight, panel.id, str(number) if number else ""])
        if s.chance(1) and len(rows) > 1:
            rows.pop()  # a sheet left incomplete
        return rows

    def _on_scale(self, of_ten_thousand: int) -> str:
        low, high = Fraction(self.panel.scale.low), Fraction(self.panel.scale.high)
        share = Fraction(min(max(of_ten_thousand, 0), 10_000), 10_000)
        steps = (low + (high - low) * share) // self.unit
        value = min(max(steps * self.unit, low), high)
        return decimal_text(value, self.panel.scale.digits)

    def _spoil(self) -> None:
        """One row of each kind that a panel gets wrong, and two recusals."""
        if len(self.rows) < 60:
            return
        s, panel = self.s, self.panel
        beyond = decimal_text(Fraction(panel.scale.high) + 5, panel.scale.digits)
        picked = s.some(range(len(self.rows)), 8)
        given = [beyond, "", "优", *panel.scale.missing[:1], "7" * 3 + ".12345"]
        for i, text in zip(picked, given, strict=False):
            self.rows[i] = [*self.rows[i][:3], text, *self.rows[i][4:]]
        twice, unlike, strange, nobody = (list(self.rows[i]) for i in s.some(range(len(self.rows)), 4))
        unlike[3] = decimal_text(Fraction(panel.scale.low), panel.scale.digits)
        strange[2] = "外观设计"
        nobody[0] = self.others[0] if self.others else NOBODY
        self.rows += [twice, unlike, strange, nobody]
        pairs = list(dict.fromkeys((row[1], row[0]) for row in self.rows))
        self.recused = s.some(pairs, 2)
        # The first of them has handed nothing in; the second did, and it is not counted.
        self.rows = [row for row in self.rows if (row[1], row[0]) != self.recused[0]]
