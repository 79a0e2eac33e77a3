"""Selections and quotas: how many places there were, who filled them, and ties at the edge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.selection import Take
from guiguan.core.ranking.campaign import Outcome
from guiguan.core.ranking.select import Cut
from guiguan.documents.report.figures import exactly, group_order, group_text, named


@dataclass(frozen=True)
class CutLine:
    """One group's places."""

    group: str
    candidates: str
    base: str
    share: str
    seats: str
    taken: int
    tied: str
    told: str


@dataclass(frozen=True)
class CutView:
    """One selection or award."""

    title: str
    rule: str
    has_share: bool
    grouped: bool
    lines: tuple[CutLine, ...]

    @property
    def remarks(self) -> int:
        return sum(bool(line.told) for line in self.lines)


def cuts(b: Blueprint, o: Outcome) -> list[CutView]:
    """Every selection and award, groups in the notice's order."""
    return [_view(b, o, *found) for found in _takes(b) if found[0] in o.cuts]


def _takes(b: Blueprint) -> Iterator[tuple[str, Take, tuple[str, ...]]]:
    for s in b.stages:
        if s.kind == "selection":
            yield s.id, s.take, s.within
    for a in b.awards:
        yield a.id, a.take, a.per
    for body_award in b.organisation_awards:
        yield body_award.id, body_award.take, ()


def _view(b: Blueprint, o: Outcome, what: str, take: Take, within: tuple[str, ...]) -> CutView:
    ordered = sorted(o.cuts[what], key=lambda c: group_order(b, within, c.group) if c.group else ())
    lines = tuple(_line(b, take, within, c) for c in ordered)
    return CutView(named(b, what), rule_told(b, take), take.percent is not None, bool(within), lines)


def _line(b: Blueprint, take: Take, within: tuple[str, ...], c: Cut) -> CutLine:
    return CutLine(
        group_text(b, within, c.group),
        "—" if take.everyone else str(len(c.places)),
        str(c.base) if c.base is not None else "—",
        exactly(c.share) if c.share is not None else "—",
        str(c.seats) if c.seats is not None else "不限",
        len(c.taken),
        "、".join(sorted(c.tied)),
        _remark(take, c),
    )


def _remark(take: Take, c: Cut) -> str:
    if c.tied:
        done = "都取" if take.ties_at_cut == "all" else "都不取"
        return f"末位并列 {len(c.tied)} 件，按规则{done}"
    if c.share is not None and c.seats == 0 and c.base:
        return "按比例取整后没有名额"
    if take.decided and not c.decided:
        return "没有数量决定"
    if c.seats is not None and len(c.taken) < c.seats:
        return "可取的不足名额"
    return ""


_EDGE = {"floor": "舍去", "half_up": "四舍五入", "ceil": "进一"}


def rule_told(b: Blueprint, take: Take) -> str:
    """How many are taken, in words."""
    ties = "末位并列都取" if take.ties_at_cut == "all" else "末位并列都不取"
    if take.everyone:
        return "全部取"
    if take.count is not None:
        return f"取前 {take.count} 名，{ties}"
    if take.at_least is not None:
        return f"得分不低于 {take.at_least} 的都取"
    if take.percent is not None:
        assert take.of is not None
        assert take.rounding is not None
        least = f"，至少 {take.minimum} 个" if take.minimum else ""
        return f"按“{named(b, take.of)}”件数的 {take.percent}% 取，名额{_EDGE[take.rounding]}{least}，{ties}"
    none = "全部取" if take.decided == "all" else "不取"
    return f"数量评分后据实确定；没有决定时{none}，{ties}"
