"""The rankings, every entry with what each of its figures came from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.counting import Part, Ranking
from guiguan.core.blueprint.lookup import ballot_stages, panels
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Panel
from guiguan.core.entries.entry import Entry
from guiguan.core.evidence.bundle import Sealed
from guiguan.core.evidence.result_document import awards_of
from guiguan.core.ranking.composite import Ranked
from guiguan.core.reviews.aggregate import PanelScore, weights_of
from guiguan.core.values.exclusion import reason
from guiguan.documents.report.figures import (
    exactly,
    group_order,
    group_text,
    named,
    percent,
    published_or_dash,
    readable,
)
from guiguan.documents.report.votes import EntryVotes, votes_of
from guiguan.documents.report.words import LAST, MAPPINGS, METHODS, ROUNDING, word


@dataclass(frozen=True)
class PartLine:
    """One component: its measure, how it was mapped, and its weighted share."""

    title: str
    raw: str
    mapping: str
    score: str
    bonus: str
    weight: str
    weighted: str


@dataclass(frozen=True)
class PanelLine:
    """One panel's score of one entry, criterion by criterion, and each seat's total."""

    title: str
    score: str
    told: str
    criteria: tuple[tuple[str, str, str], ...]
    seats: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Row:
    """One ranked entry; `composite` is as published, `addends` and `exact` say how it came about."""

    rank: str
    entry: str
    title: str
    applicant: str
    brief: tuple[tuple[str, str], ...]
    composite: str
    honours: tuple[str, ...]
    why_not: str
    parts: tuple[PartLine, ...] = ()
    addends: str = ""
    exact: str = ""
    tie: str = ""
    endorsed: str = ""
    panels: tuple[PanelLine, ...] = ()
    votes: tuple[EntryVotes, ...] = ()


@dataclass(frozen=True)
class RankingView:
    """A ranking by its groups, and its rule in words."""

    title: str
    rule: tuple[str, ...]
    has_bonus: bool
    groups: tuple[tuple[str, tuple[Row, ...]], ...]

    @property
    def size(self) -> int:
        return sum(len(rows) for _, rows in self.groups)


def rankings(b: Blueprint, sealed: Sealed, seats: dict[str, str]) -> list[RankingView]:
    """Every ranking of the blueprint, groups in the notice's order."""
    return [_Writer(b, sealed, seats, r).view() for r in b.rankings]


class _Writer:
    def __init__(self, b: Blueprint, sealed: Sealed, seats: dict[str, str], ranking: Ranking) -> None:
        self.b, self.o, self.seats, self.ranking = b, sealed.outcome, seats, ranking
        self.honours = awards_of(self.o.given)
        self.panels = {p.id: p for p in panels(b)}
        self.votes = {s.id for s in ballot_stages(b)}
        self.entry_votes = votes_of(b, self.o)

    def view(self) -> RankingView:
        r = self.ranking
        groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for ranked in self.o.rankings[r.id]:
            groups[ranked.group].append(self.row(ranked))
        ordered = sorted(groups.items(), key=lambda g: group_order(self.b, r.within, g[0]))
        titled = tuple((group_text(self.b, r.within, g), tuple(rows)) for g, rows in ordered)
        return RankingView(named(self.b, r.id), self.rule(), r.bonus is not None, titled)

    def rule(self) -> tuple[str, ...]:
        r = self.ranking
        parts = " + ".join(f"{named(self.b, p.source)} {percent(p.weight)}" for p in r.parts)
        where = {"part": "各部分得分", "weighted": "加权后", "composite": "综合得分"}
        rounded = "、".join(where[a] for a in r.rounding.at)
        told = [
            f"综合得分 = {parts}",
            *(f"{named(self.b, p.source)}：{self.mapping(p)}" for p in r.parts if p.mapping != "none"),
            f"舍入：{rounded}保留 {r.rounding.digits} 位小数，{word(ROUNDING, r.rounding.mode)}；其余各步不舍入",
        ]
        if r.rank_by == "exact":
            told.append("名次按未舍入的精确得分排定")
        chain = [self.link(t) for t in r.ties]
        last = {"shared": "仍相同则并列", "submitted": "仍相同则先申报者在前", "lot": "仍相同则抽签"}[r.last]
        told.append(
            f"同分时依次比较：{'、'.join(chain)}；{last}"
            if chain
            else f"同分时：{last.removeprefix('仍相同则')}"
        )
        return tuple(told)

    def mapping(self, part: Part) -> str:
        among = {"all": "与本排名全体相比", "group": "与同组相比", None: ""}[part.over]
        return "，".join(w for w in (word(MAPPINGS, part.mapping), among) if w)

    def link(self, tie: str) -> str:
        return "推荐加分" if tie == "bonus" else named(self.b, tie)

    def row(self, r: Ranked) -> Row:
        e = self.o.entries[r.entry]
        honours = tuple(named(self.b, a) for a in self.honours.get(r.entry, ()))
        common = (self.panel_lines(r.entry), self.entry_votes.get(r.entry, ()))
        if r.composite is None:
            rule = next((x.rule for x in self.o.exclusions if self.is_why(x.kind, x.id, x.rule, r)), r.rule)
            return Row(
                "—", r.entry, e.title, e.applicant, (), "—", honours, reason(rule),
                endorsed=_endorsed(e), panels=common[0], votes=common[1],
            )  # fmt: skip
        assert r.exact is not None
        brief = tuple((named(self.b, p.source), published_or_dash(p.score, self.ranking)) for p in r.parts)
        if self.ranking.bonus is not None and r.bonus:
            brief += (("推荐加分", published_or_dash(r.bonus, self.ranking)),)
        return Row(
            str(r.rank),
            r.entry,
            e.title,
            e.applicant,
            brief,
            published_or_dash(r.composite, self.ranking),
            honours,
            "",
            self.part_lines(r),
            " + ".join(exactly(p.weighted) for p in r.parts),
            exactly(r.exact),
            self.tie(r),
            _endorsed(e),
            *common,
        )

    @staticmethod
    def is_why(kind: str, id: str, rule: str, r: Ranked) -> bool:
        return kind == "entry" and id == r.entry and rule.startswith("ranking.")

    def part_lines(self, r: Ranked) -> tuple[PartLine, ...]:
        return tuple(
            PartLine(
                named(self.b, p.source),
                f"{p.raw} 票" if p.source in self.votes else readable(p.raw),
                self.mapping(declared),
                readable(p.score),
                readable(p.bonus) if p.bonus else "—",
                percent(declared.weight),
                readable(p.weighted),
            )
            for p, declared in zip(r.parts, self.ranking.parts, strict=True)
        )

    def tie(self, r: Ranked) -> str:
        if not r.tie:
            return ""
        return word(LAST, r.tie) if r.tie in LAST else f"综合得分相同，以“{self.link(r.tie)}”分先后"

    def panel_lines(self, entry: str) -> tuple[PanelLine, ...]:
        used = [p.source.partition(".")[0] for p in self.ranking.parts]
        names = [n for n in dict.fromkeys(used) if n in self.panels]
        return tuple(
            self.panel_line(self.panels[n], self.o.scores[n][entry])
            for n in names
            if entry in self.o.scores.get(n, {})
        )

    def panel_line(self, panel: Panel, s: PanelScore) -> PanelLine:
        weights = weights_of(panel)
        criteria = tuple(
            (
                say(c.title),
                percent(c.weight) if c.weight is not None else "",
                readable(s.criteria[c.id]),
            )
            for c in panel.criteria
            if c.id in s.criteria and c.id in weights
        )
        seats = tuple(sorted((self.seats[r], readable(t)) for r, t in s.totals))
        score = exactly(s.score) if s.score is not None else "—"
        return PanelLine(named(self.b, panel.id), score, sheets_told(panel, s), criteria, seats)


def sheets_told(panel: Panel, s: PanelScore) -> str:
    """How many sheets came, how many count, and which totals a trim took away."""
    if s.score is None:
        return reason(s.rule)
    told = f"有效评分表 {s.sheets} 份，{word(METHODS, panel.aggregate.method)}"
    trim = panel.aggregate.trim
    if trim is None or not s.totals:
        return told
    if len(s.totals) < trim.needs:
        return f"有效评分表 {s.sheets} 份，不足 {trim.needs} 份，{word(METHODS, trim.otherwise)}，不去掉最高、最低"
    totals = sorted(t for _, t in s.totals)
    low = "、".join(readable(t) for t in totals[: trim.low])
    high = "、".join(readable(t) for t in totals[len(totals) - trim.high :])
    gone = [f"最低 {low}"] * bool(trim.low) + [f"最高 {high}"] * bool(trim.high)
    return f"有效评分表 {s.sheets} 份，去掉{'、'.join(gone)}，取其余 {s.used} 份平均"


def _endorsed(e: Entry) -> str:
    return "、".join(dict.fromkeys(name for name, _ in e.endorsed))
