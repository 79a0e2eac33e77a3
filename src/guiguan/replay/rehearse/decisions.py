"""What people decide on the way: screening, sizes that the notice leaves open, merged areas, money, the rare hard cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Screening
from guiguan.core.funding.grant import Grant
from guiguan.core.ranking.select import Cut
from guiguan.core.values.money import yuan_text
from guiguan.replay.rehearse.entries import NOBODY
from guiguan.replay.rehearse.stream import Stream

COLUMNS = ("kind", "subject", "outcome", "reason", "by", "by2", "time")
FIRST, SECOND = "经办甲", "复核乙"


@dataclass
class Decided:
    """The decisions so far, in the order in which they were taken."""

    b: Blueprint
    stream: Stream
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def take(self, kind: str, subject: str, outcome: str, reason: str, *, two: bool = False) -> None:
        """One decision; by two people where the blueprint asks for that or `two` says so."""
        second = SECOND if two or kind in self.b.two_persons else ""
        self.rows.append((kind, subject, outcome, reason, FIRST, second, ""))

    def merge(self, free: Mapping[tuple[str, str], str]) -> None:
        for (category, written), means in sorted(free.items()):
            self.take("merge_area", f"{category}/{written}", means, f"与“{means}”为同一领域，归并")

    def screen(self, stage: Screening, entries: Iterable[str], several: bool) -> None:
        """Nearly everybody is decided on; one in twenty fails, for each of the reasons in turn."""
        s = self.stream.called("screening", stage.id)
        reasons = [say(t) for t in stage.reasons.values()] or ["材料不齐全"]
        failed = 0
        for e in sorted(entries):
            subject = f"{stage.id}/{e}" if several else e
            if s.chance(2):
                continue
            if s.chance(5):
                self.take("screening", subject, "不通过", reasons[failed % len(reasons)])
                failed += 1
            else:
                self.take("screening", subject, "通过", "符合申报要求")

    def disqualify(self, entries: Iterable[str]) -> None:
        """One entry turns out to be untrue, and two people strike it. Another is struck by one alone, where that has no effect."""
        ids = sorted(entries)
        if len(ids) < 8:
            return
        struck, spared = self.stream.called("disqualify").some(ids, 2)
        self.take("disqualify", struck, "取消资格", "经查证，申报材料不属实", two=True)
        if "disqualify" in self.b.two_persons:
            self.rows.append(("disqualify", spared, "取消资格", "群众来信反映，待核实", FIRST, "", ""))

    def void(self, ballots: Iterable[str]) -> None:
        """Two ballots were bought, says an inquiry; of a handful none."""
        names = sorted(ballots)
        for name in self.stream.called("void").some(names, 2) if len(names) >= 100 else ():
            self.take("void", name, "作废", "经查证，属组织刷票", two=True)

    def recuse(self, pairs: Iterable[tuple[str, str]]) -> None:
        for reviewer, entry in pairs:
            self.take("recusal", f"{reviewer}/{entry}", "回避", "评委与申报单位有利害关系")

    def shortlist(self, what: str, cuts: tuple[Cut, ...]) -> None:
        """Three in five of those who have a figure go on, in each group."""
        for cut in cuts:
            size = (len(cut.places) * 6 + 5) // 10
            self.size(what, cut, size, f"共 {len(cut.places)} 件，按质量情况确定 {size} 件入围")

    def award(self, what: str, cuts: tuple[Cut, ...], bodies: bool) -> None:
        """About three in ten of each group, so none of a group of one; of bodies half, six at most."""
        for cut in cuts:
            many = len(cut.places)
            size = min(6, (many + 1) // 2) if bodies else (many * 3 + 5) // 10
            self.size(
                what,
                cut,
                size,
                f"共 {many} {'家' if bodies else '件'}，根据数量和质量确定 {size} {'家' if bodies else '项'}",
            )

    def size(self, what: str, cut: Cut, size: int, reason: str) -> None:
        self.take("size", "/".join((what, *cut.group)), str(size), reason)

    def fund(self, grants: Iterable[Grant]) -> None:
        """Amounts, most of them the ceiling, one above it; approval, acceptance and targets as far as they have come."""
        s = self.stream.called("funding")
        known: set[str] = set()
        for i, g in enumerate(grants):
            if g.entry in known or g.ceiling == 0:
                continue
            known.add(g.entry)
            amount = (
                g.ceiling + 100
                if i == 3
                else g.ceiling
                if s.chance(70)
                else g.ceiling * s.between(5, 9) // 10
            )
            self.take("grant", g.entry, f"{yuan_text(amount)}元", "按投资额和评审情况确定")
            if not s.chance(90):
                continue
            self.take("approval", g.entry, "获批", "项目已立项获批")
            if not s.chance(75):
                continue
            fails = s.chance(8)
            self.take(
                "acceptance",
                g.entry,
                "不合格" if fails else "合格",
                "未达到建设内容要求" if fails else "竣工验收合格",
            )
            if not fails:
                missed = s.chance(10)
                self.take("performance", g.entry, "未达标" if missed else "达标", "绩效评价结论")

    def slips(self) -> None:
        """What is written wrongly, and so has no effect: no reason given, a subject that is not there."""
        self.rows.append(("disqualify", NOBODY, "取消资格", "重复登记", FIRST, SECOND, ""))
        self.rows.append(("recusal", f"专家01/{NOBODY}", "回避", "", FIRST, SECOND, ""))
