"""A rehearsal in a page of text: what went in, what each stage passed, who would win, what was refused, what to look at."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.load import Loaded
from guiguan.core.blueprint.lookup import input_of, title_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import STAGE_TITLES, Ballots, Panel, Stage
from guiguan.core.ranking.select import Cut
from guiguan.core.values.exclusion import reason
from guiguan.core.values.finding import Finding
from guiguan.core.values.money import wan_text, yuan_text
from guiguan.replay.inputs import Files
from guiguan.replay.rehearse.sizes import Size
from guiguan.replay.run import Replayed

Rows = list[tuple[str, ...]]


def summary(
    loaded: Loaded,
    done: Replayed,
    seed: str,
    size: Size,
    files: Files,
    notes: Sequence[Finding],
    lang: str,
) -> str:
    """The report, ending in a line break."""
    teller = _Teller(loaded.blueprint, done, lang)
    lines = [
        *teller.head(seed, size, files),
        "",
        *teller.table(teller.stages()),
        "",
        *teller.table(teller.awards()),
        *teller.money(),
        "",
        *teller.table(teller.refused()),
        "",
        *teller.look_at([*loaded.findings, *notes]),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


class _Teller:
    def __init__(self, b: Blueprint, done: Replayed, lang: str) -> None:
        self.b, self.done, self.o, self.lang = b, done, done.outcome, lang

    def tell(self, zh: str, en: str) -> str:
        return en if self.lang == "en" else zh

    def head(self, seed: str, size: Size, files: Files) -> Iterator[str]:
        title = say(self.b.title, self.lang)
        yield self.tell(f"演练：{title}", f"Rehearsal: {title}")
        yield self.tell(
            f"活动 {self.b.campaign}，种子 {seed}；数据全部为虚构，仅用于检查规则。",
            f"Campaign {self.b.campaign}, seed {seed}; every figure is made up, only to try the rules.",
        )
        counts = [(len(self.o.entries), "申报件 {:,} 件", "{:,} entries")]
        for stage, read in self.done.read.votes.items():
            name = self.title(stage)
            counts.append((len(read.columns), f"“{name}”选票 {{:,}} 张", f"{{:,}} ballots in {name}"))
        if files.scores is not None:
            counts.append((len(self.done.read.inputs.score_rows), "评分 {:,} 行", "{:,} score rows"))
        decided = len(self.done.read.inputs.decisions.standing)
        counts.append((decided, "有效决定 {:,} 项", "{:,} decisions that stand"))
        made = self.tell("，", ", ").join(self.tell(zh, en).format(n) for n, zh, en in counts)
        yield self.tell(f"输入：{made}。", f"Inputs: {made}.")

    def title(self, source: str) -> str:
        stage = next((s for s in self.b.stages if s.id == source), None)
        if stage is not None and not stage.title:
            return self.tell(*STAGE_TITLES[stage.kind])
        if stage is not None and stage.title:
            return say(stage.title, self.lang)
        return title_of(self.b, source)

    def stages(self) -> Rows:
        rows: Rows = [(self.tell("环节", "Stage"), self.tell("收到", "in"), self.tell("通过", "passed"), "")]
        for stage in self.b.stages:
            source = input_of(self.b, stage.id)
            coming = len(self.o.entries) if source is None else len(self.o.passed[source])
            rows.append(
                (
                    self.title(stage.id),
                    f"{coming:,}",
                    f"{len(self.o.passed[stage.id]):,}",
                    self.measured(stage),
                )
            )
        return rows

    def measured(self, stage: Stage) -> str:
        o = self.o
        if isinstance(stage, Ballots) and stage.id in o.tallies:
            t = o.tallies[stage.id]
            votes = sum(t.votes.values())
            none = sum(v == 0 for v in t.votes.values())
            return self.tell(
                f"有效选票 {t.ballots:,}，不计 {t.refused_ballots:,}，得票合计 {votes:,}，零票 {none} 件",
                f"{t.ballots:,} ballots counted, {t.refused_ballots:,} refused, {votes:,} votes, {none} entries without",
            )
        if isinstance(stage, Panel):
            scored = len(o.values.get(stage.id, {}))
            people = len({m.reviewer for m in o.marks if m.panel == stage.id})
            return self.tell(
                f"评委 {people} 人，有得分 {scored} 件", f"{people} reviewers, {scored} entries scored"
            )
        cuts = o.cuts.get(stage.id, ())
        nothing = sum(c.share is not None and c.seats == 0 for c in cuts)
        if nothing:
            return self.tell(
                f"{len(cuts)} 组，其中 {nothing} 组没有名额",
                f"{len(cuts)} groups, {nothing} of them without a place",
            )
        return ""

    def awards(self) -> Rows:
        rows: Rows = [(self.tell("奖项", "Award"), self.tell("获奖", "given"), "")]
        listed = [(a.id, a.title, a.prize) for a in self.b.awards]
        listed += [(a.id, a.title, None) for a in self.b.organisation_awards]
        for id_, title, prize in listed:
            given = sum(g.award == id_ for g in self.o.given)
            told = self.groups(self.o.cuts.get(id_, ()))
            if prize is not None:
                yuan = self.tell(f"{wan_text(prize * given)} 万元", f"{yuan_text(prize * given)} yuan")
                told.append(self.tell(f"奖金合计 {yuan}", f"prizes of {yuan} in all"))
            rows.append((say(title, self.lang), f"{given:,}", self.tell("，", ", ").join(told)))
        return rows

    def groups(self, cuts: tuple[Cut, ...]) -> list[str]:
        """How many groups an award was given in, and in how many to nobody."""
        apart = [c for c in cuts if c.group]
        vacant = sum(not c.taken for c in apart)
        told = [self.tell(f"{len(apart)} 组", f"{len(apart)} groups")] if apart else []
        return [*told, self.tell(f"空缺 {vacant} 组", f"{vacant} of them vacant")] if vacant else told

    def money(self) -> Iterator[str]:
        for funding in self.b.funding:
            grants = [g for g in self.o.grants if g.funding == funding.id]
            granted, paid = sum(g.granted for g in grants), sum(g.paid_sum for g in grants)
            back = sum(g.recovered for g in grants)
            over = sum(g.over for g in grants)
            name = say(funding.title, self.lang)
            yield self.tell(
                f"“{name}”{len(grants)} 件，核定 {wan_text(granted)} 万元，已付 {wan_text(paid)} 万元，收回 {wan_text(back)} 万元，超上限核减 {over} 件",
                f"{name}: {len(grants)} entries, in units of 10,000 yuan: granted {wan_text(granted)}, paid {wan_text(paid)}, recovered {wan_text(back)}; {over} cut to the ceiling",
            )

    def refused(self) -> Rows:
        """How often each rule was at work, for entries and all that was handed in."""
        found = Counter((x.kind, x.rule) for x in {*self.o.exclusions, *self.done.read.left_out})
        for tally in self.o.tallies.values():
            found.update(("ballot", rule) for _, rule, _ in tally.judged.refused)
        rows: Rows = [
            (self.tell("未采用", "Left out"), self.tell("次数", "times"), self.tell("规则", "rule"))
        ]
        rows += [
            (f"{_kind(kind, self.lang)}　{reason(rule, self.lang)}", f"{n:,}", rule)
            for (kind, rule), n in sorted(found.items())
        ]
        return rows

    def look_at(self, findings: Sequence[Finding]) -> Iterator[str]:
        if not findings:
            yield self.tell("没有需要注意的事项。", "Nothing to look at.")
            return
        yield self.tell(f"需要注意（{len(findings)} 条）", f"To look at ({len(findings)})")
        for f in findings:
            yield f"- [{f.rule}] {f.text(self.lang)}"

    def table(self, rows: Rows) -> list[str]:
        """Columns in line for a reader whose Chinese characters are twice as wide; figures to the right."""
        widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
        return [
            "  ".join(
                _padded(c, w, i in (1, 2) and _is_figure(rows, i))
                for i, (c, w) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]


def _is_figure(rows: Rows, column: int) -> bool:
    return all(row[column].replace(",", "").isdigit() for row in rows[1:])


def _kind(kind: str, lang: str) -> str:
    words = {"entry": "申报件", "ballot": "选票", "score": "评分", "decision": "决定", "endorsement": "推荐"}
    return kind if lang == "en" else words[kind]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def _padded(text: str, width: int, right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if right else text + gap
