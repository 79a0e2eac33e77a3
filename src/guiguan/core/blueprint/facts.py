"""What a flowchart says of each stage, ranking, award and route of money: a few short lines."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.counting import Award, OrganisationAward, Ranking
from guiguan.core.blueprint.form import FormField
from guiguan.core.blueprint.funding import Funding
from guiguan.core.blueprint.lookup import fields, ranking_of, stage_of, title_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.selection import Take
from guiguan.core.blueprint.stages import (
    STAGE_TITLES,
    Ballots,
    Endorsement,
    Notice,
    Panel,
    Paper,
    Registration,
    Release,
    Screening,
    Selection,
    Stage,
    Work,
)

_WORDS: dict[str, tuple[str, str]] = {
    "category": ("类别", "category"),
    "area": ("领域", "area"),
    "province": ("省份", "province"),
    "city": ("城市", "city"),
    "batch": ("批次", "batch"),
    "wechat": ("微信", "WeChat"),
    "phone": ("手机号", "phone"),
    "account": ("账号", "account"),
    "ip": ("网络地址", "IP address"),
    "device": ("设备", "device"),
    "voter": ("人", "voter"),
    "entry": ("案例", "entry"),
    "day": ("日", "day"),
    "channel": ("渠道", "channel"),
    "expert": ("专家", "experts"),
    "media": ("媒体", "media"),
    "undertaker": ("承办单位", "undertakers"),
    "mean": ("取平均", "mean"),
    "weighted_mean": ("加权平均", "weighted mean"),
    "trimmed_mean": ("去高低分后平均", "trimmed mean"),
    "median": ("取中位数", "median"),
    "sum": ("相加", "sum"),
    "share_of_maximum": ("占最高的比例", "share of the maximum"),
    "mid_rank": ("名次百分位", "mid-rank percentile"),
    "square_root": ("平方根占比", "square root share"),
    "none": ("不换算", "as it is"),
    "floor": ("舍去", "rounded down"),
    "half_up": ("四舍五入", "rounded half up"),
    "ceil": ("进一", "rounded up"),
    "half_year": ("每半年一批", "every half year"),
    "quarter": ("每季度一批", "every quarter"),
    "year": ("每年一批", "every year"),
    "granted": ("确定资助后", "once granted"),
    "approval": ("立项获批后", "after approval"),
    "acceptance": ("验收合格后", "after acceptance"),
    "shared": ("仍同分则并列", "then ranks are shared"),
    "submitted": ("仍同分则先申报者在前", "then the earlier submitted first"),
    "lot": ("仍同分则抽签", "then by lot"),
}

_PANELS = {
    "expert": ("专家评审", "Expert review"),
    "media": ("媒体评审", "Media review"),
    "undertaker": ("承办单位评审", "Undertakers' review"),
}


class Facts:
    """The lines for one blueprint in one language."""

    def __init__(self, blueprint: Blueprint, lang: str) -> None:
        self.blueprint = blueprint
        self.lang = lang
        self._fields: dict[str, FormField] = fields(blueprint)

    def tell(self, zh: str, en: str) -> str:
        return en if self.lang == "en" else zh

    def word(self, name: str) -> str:
        """The name in words: of the language's own vocabulary, else the label of the form field."""
        if name in _WORDS:
            return self.tell(*_WORDS[name])
        field = self._fields.get(name)
        return say(field.label, self.lang) if field else name

    def join(self, names: tuple[str, ...] | list[str]) -> str:
        return self.tell("、", ", ").join(names)

    def kind(self, stage: Stage) -> str:
        return self.tell(*STAGE_TITLES[stage.kind])

    def title(self, source: str) -> str:
        """The name of a stage, a panel's criterion, a ranking or an award, in this language."""
        head, _, criterion = source.partition(".")
        for stage in self.blueprint.stages:
            if stage.id == head:
                title = self.stage_title(stage)
                named = [say(c.title, self.lang) for c in getattr(stage, "criteria", ()) if c.id == criterion]
                return self.tell("·", ": ").join([title, *named])
        for ranking in self.blueprint.rankings:
            if ranking.id == head:
                return self.ranking_title(ranking)
        return title_of(self.blueprint, source)

    def stage_title(self, stage: Stage) -> str:
        """The stage's own title, else what its kind is called; a panel is told apart by who marks."""
        if stage.title:
            return say(stage.title, self.lang)
        return self.tell(*_PANELS[stage.who]) if isinstance(stage, Panel) else self.kind(stage)

    def ranking_title(self, ranking: Ranking) -> str:
        if ranking.title:
            return say(ranking.title, self.lang)
        only = len(self.blueprint.rankings) == 1
        return (
            self.tell("综合排名", "Ranking")
            if only
            else self.tell(f"排名 {ranking.id}", f"Ranking {ranking.id}")
        )

    def when(self, stage: Stage) -> str:
        """The window in words; empty where the blueprint gives none."""
        if stage.rolling:
            return self.tell("常年受理", "open all year")
        if isinstance(stage, Paper):
            return self.tell(f"最迟 {stage.until}", f"due {stage.until}")
        if stage.window:
            first, last = stage.window
            return first if first == last else self.tell(f"{first} 至 {last}", f"{first} to {last}")
        if isinstance(stage, Notice) and stage.working_days:
            return self.tell(f"{stage.working_days} 个工作日", f"{stage.working_days} working days")
        if isinstance(stage, Screening) and stage.during:
            return self.tell(f"与“{self.title(stage.during)}”同时进行", f"during {self.title(stage.during)}")
        return ""

    def who(self, stage: Stage) -> str:
        """Who acts; empty where the blueprint does not say."""
        if isinstance(stage, (Screening, Endorsement, Work)):
            return self.tell(f"由{stage.by}负责", f"by {stage.by}") if stage.by else ""
        if isinstance(stage, Ballots):
            names = self.join([self.word(v) for v in stage.voter])
            return self.tell(f"公众（凭{names}）", f"the public, by {names}")
        if isinstance(stage, Panel):
            seats = [self.tell(f"评委 {stage.seats} 人", f"{stage.seats} seats")] if stage.seats else []
            region = [self.tell("各区域分别组织", "by region")] if stage.per_region else []
            return self.tell("，", ", ").join([*seats, *region])
        return ""

    def rules(self, stage: Stage) -> list[str]:
        """The rules that decide what passes, one a line."""
        return [line for line in self._rules(stage) if line]

    def _rules(self, stage: Stage) -> Iterator[str]:
        match stage:
            case Ballots():
                yield from self._ballots(stage)
            case Panel():
                yield from self._panel(stage)
            case Selection():
                by = self.tell(f"按“{self.title(stage.by)}”，", f"by {self.title(stage.by)}: ")
                yield by + self.within(stage.within) + self.take(stage.take)
                if stage.lists:
                    yield self.tell("报送了名单的以名单为准", "lists handed up stand in its place")
            case Endorsement() | Registration() if stage.needed:
                yield self.tell(f"未{self.kind(stage)}的不能继续", "required to go on")
            case Paper():
                yield self.tell(f"一式 {stage.copies} 份", f"{stage.copies} copies")
            case Notice() if stage.objections:
                yield self.tell("受理异议", "objections are heard")
            case Release():
                yield self.word(stage.every)
            case Screening() if stage.checklist or stage.reasons:
                yield self._screening(stage)
            case Work() if stage.on_failure:
                failure = say(stage.on_failure, self.lang)
                yield self.tell(f"不合格：{failure}", f"on failure: {failure}")

    def _screening(self, stage: Screening) -> str:
        counts = [
            (len(stage.checklist), "核对 {} 项", "{} checks"),
            (len(stage.reasons), "{} 种不通过的理由", "{} reasons to refuse"),
        ]
        return self.tell("，", ", ").join(self.tell(zh, en).format(n) for n, zh, en in counts if n)

    def _ballots(self, stage: Ballots) -> Iterator[str]:
        c = stage.choices
        if c.exactly:
            choice = self.tell(f"每张选票恰好选 {c.exactly} 个", f"exactly {c.exactly} choices a ballot")
        else:
            choice = self.tell(
                f"每张选票选 {c.at_least} 至 {c.at_most} 个", f"{c.at_least} to {c.at_most} choices a ballot"
            )
        yield choice
        for limit in stage.limits:
            per = [self.word(p) for p in limit.per]
            yield self.tell(
                f"每{'每'.join(per)}限 {limit.max} 次", f"at most {limit.max} per {', '.join(per)}"
            )

    def _panel(self, stage: Panel) -> Iterator[str]:
        count = len(stage.criteria)
        low, high = f"{stage.scale.low:f}", f"{stage.scale.high:f}"
        yield self.tell(
            f"{count} 项指标，{low}–{high} 分，{self.word(stage.aggregate.method)}",
            f"{count} criteria, {low}–{high}, {self.word(stage.aggregate.method)}",
        )
        if stage.defence:
            minutes = stage.defence.minutes, stage.defence.questions
            yield self.tell(
                "路演 {} 分钟，答辩 {} 分钟".format(*minutes),
                "{} minutes to present, {} for questions".format(*minutes),
            )

    def within(self, names: tuple[str, ...]) -> str:
        """How entries are grouped before they are compared; empty where they are not."""
        if not names:
            return ""
        words = self.join([self.word(n) for n in names])
        return self.tell(f"按{words}分组，每组", f"in each {words}: ")

    def take(self, take: Take) -> str:
        """How many are taken."""
        if take.count == 1:
            return self.tell("取第 1 名", "the first")
        if take.count is not None:
            return self.tell(f"取前 {take.count} 名", f"the first {take.count}")
        if take.percent is not None:
            of = self.title(take.of or "")
            rounding = self.word(take.rounding or "")
            return self.tell(
                f"取“{of}”件数的 {_figure(take.percent)}%（{rounding}）",
                f"{_figure(take.percent)}% of {of} ({rounding})",
            )
        if take.at_least is not None:
            return self.tell(
                f"取 {_figure(take.at_least)} 分以上", f"{_figure(take.at_least)} points or more"
            )
        if take.decided is not None:
            return self.tell("数量据实确定", "as many as decided")
        return self.tell("全部", "everyone")

    def ranking(self, ranking: Ranking) -> list[str]:
        """The parts with their weights, the groups, and what settles ties."""
        parts = " + ".join(f"{self.title(p.source)} {_figure(p.weight)}%" for p in ranking.parts)
        lines = [parts]
        if ranking.within:
            words = self.join([self.word(n) for n in ranking.within])
            lines.append(self.tell(f"按{words}分组排名", f"ranked within {words}"))
        if ranking.bonus is not None:
            points = _figure(ranking.bonus.points), _figure(ranking.bonus.cap), self.title(ranking.bonus.to)
            lines.append(
                self.tell(
                    "推荐加 {} 分，最多 {} 分，加在“{}”".format(*points),
                    "+{} if endorsed, {} at most, in {}".format(*points),
                )
            )
        chain = self.join(
            [self.tell("加分", "bonus") if t == "bonus" else self.title(t) for t in ranking.ties]
        )
        settled = self.tell(f"同分依次看：{chain}；", f"ties: {chain}; ") if chain else ""
        return [*lines, settled + self.word(ranking.last)]

    def award(self, award: Award) -> list[str]:
        """What the award goes by, how many, and how much."""
        lines = [self.within(award.per) + self.take(award.take)]
        if award.by and award.by.partition(".")[0] not in {r.id for r in self.blueprint.rankings}:
            lines.append(self.tell(f"依据：{self.title(award.by)}", f"by {self.title(award.by)}"))
        elif award.by and len(self.blueprint.rankings) > 1:
            lines.append(
                self.tell(
                    f"依据：{self.ranking_title(ranking_of(self.blueprint, award.by))}", f"by {award.by}"
                )
            )
        if award.prize is not None:
            lines.append(self.tell(f"奖金 {self.yuan(award.prize)}", f"prize {self.yuan(award.prize)}"))
        return lines

    def organisation_award(self, award: OrganisationAward) -> list[str]:
        names = {"count": self.tell("数量", "number"), "quality": self.tell("质量", "quality")}
        parts = " + ".join(f"{names[p.source]} {_figure(p.weight)}%" for p in award.parts)
        to = (
            self.tell("推荐单位", "endorsers")
            if award.to == "endorser"
            else self.tell("申报单位", "applicants")
        )
        honour = self.tell("，通报表扬", ", commended") if award.honour == "commendation" else ""
        return [self.tell(f"授予{to}{honour}", f"to {to}{honour}"), parts, self.take(award.take)]

    def funding(self, funding: Funding) -> list[str]:
        """The tiers, the cap and the instalments."""
        edges = ["" if t.up_to is None else f"≤{self.yuan(t.up_to)} " for t in funding.tiers]
        lines = [
            self.tell("对象：", "for ") + self.title(stage_of(self.blueprint, funding.of).id),
            self.join([f"{edge}{_figure(t.percent)}%" for edge, t in zip(edges, funding.tiers, strict=True)]),
        ]
        if funding.cap is not None:
            lines.append(self.tell(f"最高 {self.yuan(funding.cap)}", f"{self.yuan(funding.cap)} at most"))
        return [*lines, self.join([f"{self.word(p.after)} {_figure(p.percent)}%" for p in funding.payments])]

    def yuan(self, fen: int) -> str:
        """`fen` in yuan, in Chinese with 万 where it comes out even."""
        yuan, rest = divmod(fen, 100)
        figure = f"{yuan:,}.{rest:02}" if rest else f"{yuan:,}"
        if not rest and yuan and yuan % 10_000 == 0:
            return self.tell(f"{yuan // 10_000:,} 万元", f"{figure} yuan")
        return self.tell(f"{figure} 元", f"{figure} yuan")


def _figure(value: Decimal) -> str:
    return f"{value:f}"
