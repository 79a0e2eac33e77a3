"""Stages of a campaign, in order; each takes what the one before passed on."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from guiguan.core.blueprint.base import (
    Id,
    Item,
    Label,
    MomentText,
    Natural,
    Percent,
    Positive,
    RoundingMode,
    Span,
    Text,
    wrong,
)
from guiguan.core.blueprint.selection import Take


class StageBase(Item):
    """What every stage has."""

    id: Id = Field(description="环节代号", examples=["vote"])
    title: Text | None = Field(
        default=None, description="环节名称；不写则用种类的通名", examples=["网络投票"]
    )
    window: Span | None = Field(
        default=None, description="起止日期（含最后一天）或时刻", examples=[["2021-06-10", "2021-06-16"]]
    )
    rolling: bool = Field(default=False, description="常年受理，没有截止")
    opens: MomentText | None = Field(
        default=None, description="常年受理的起始日期（与 rolling 连用）", examples=["2025-01-01"]
    )
    takes: Id | None = Field(default=None, description="接收哪个环节通过的申报件；不写则为上一环节")

    @model_validator(mode="after")
    def _open(self) -> Self:
        if (self.rolling and self.window is not None) or (self.opens is not None and not self.rolling):
            raise wrong(
                "rolling",
                "常年受理（rolling）不写 window，起始日期写在 opens",
                "a rolling stage has opens, no window",
            )
        return self


class Registration(StageBase):
    """Pre-registration before declaring."""

    kind: Literal["registration"] = Field(description="报名")
    needed: bool = Field(description="未报名的能否申报：true 不能")
    form: tuple[Id, ...] = Field(default=(), description="报名时填写的字段")


class Declaration(StageBase):
    """Entries are handed in."""

    kind: Literal["declaration"] = Field(description="申报")
    channels: tuple[Label, ...] = Field(default=(), description="申报渠道", examples=[["广西新闻网首页"]])


class Endorsement(StageBase):
    """A body recommends, compiles or reviews before the organiser sees the entry."""

    kind: Literal["endorsement"] = Field(description="推荐、汇总或主管部门审核")
    by: Label = Field(description="由谁", examples=["各设区市或行业主管部门"])
    needed: bool = Field(description="没有推荐的能否继续：true 不能")
    opinion: Id = Field(default="recommend", description="意见种类，须在 endorsers.kinds 中")


class Correction(Item):
    """Return for correction."""

    working_days: Positive = Field(description="退回后几个工作日内补正")
    times: Positive = Field(default=1, description="最多退回几次")


class Screening(StageBase):
    """Formal review by people; replay reads what they decided."""

    kind: Literal["screening"] = Field(description="形式审查")
    by: Label | None = Field(default=None, description="由谁审查")
    during: Id | None = Field(default=None, description="与哪个环节同时进行（随报随审）")
    checklist: tuple[Text, ...] = Field(default=(), description="审查清单")
    reasons: dict[Id, Text] = Field(
        default={}, description="不通过的理由代码", examples=[{"incomplete": "填写不完整"}]
    )
    undecided: Literal["passes", "fails"] = Field(description="没有审查结论的申报件如何处理")
    correction: Correction | None = Field(default=None, description="退回补正")


class Paper(StageBase):
    """Paper copies that must arrive."""

    kind: Literal["paper"] = Field(description="纸质材料")
    copies: Positive = Field(description="份数", examples=[5])
    until: MomentText = Field(description="最迟日期")
    contents: tuple[Label, ...] = Field(
        default=(), description="内容清单", examples=[["申报表", "图片打印件"]]
    )
    marked: Label | None = Field(default=None, description="封面注明", examples=["优秀案例申报材料"])
    address: Label | None = Field(default=None, description="寄送地址")
    layout: Label | None = Field(default=None, description="排版要求", examples=["四号仿宋，固定行距 20 磅"])


class Choices(Item):
    """How many cases a ballot names."""

    exactly: Positive | None = Field(default=None, description="须恰好选几个", examples=[10])
    at_most: Positive | None = Field(default=None, description="至多选几个")
    at_least: Natural = Field(default=1, description="至少选几个（与 at_most 连用）")

    @model_validator(mode="after")
    def _one(self) -> Choices:
        if (self.exactly is None) == (self.at_most is None):
            raise wrong(
                "choices", "exactly 与 at_most 须写且只写一个", "give exactly one of exactly and at_most"
            )
        if self.at_most is not None and self.at_least > self.at_most:
            raise wrong("choices", "at_least 不能大于 at_most", "at_least is larger than at_most")
        return self


class Limit(Item):
    """At most `max` for each combination; `over` says what falls: the whole ballot or the one choice."""

    per: tuple[Literal["voter", "entry", "day", "ip", "channel"], ...] = Field(
        min_length=1,
        description="按什么计：投票人、案例、日（活动时区零点起）、IP、渠道",
        examples=[["voter", "entry", "day"]],
    )
    max: Positive = Field(description="最多几次", examples=[1])
    over: Literal["refuse_ballot", "drop_choice"] = Field(description="超出时整张不计，还是只去掉超出的选择")

    @model_validator(mode="after")
    def _fits(self) -> Limit:
        if self.over == "drop_choice" and "entry" not in self.per:
            raise wrong(
                "limit",
                "不按案例计的限制只能整张不计（refuse_ballot）",
                "a limit without entry can only refuse the ballot",
            )
        if not {"voter", "ip"} & set(self.per):
            raise wrong("limit", "限制须按投票人（voter）或 IP（ip）计", "a limit counts by voter or by ip")
        return self


class Ballots(StageBase):
    """A public vote."""

    kind: Literal["ballots"] = Field(description="网络投票")
    voter: tuple[Literal["wechat", "phone", "account", "ip", "device"], ...] = Field(
        min_length=1, description="以什么认定投票人"
    )
    choices: Choices = Field(description="一张选票选几个", examples=[{"exactly": 10}])
    repeated: Literal["refuse_ballot", "drop_choice", "count_each"] = Field(
        description="一张选票里重复选同一案例：整张不计、去掉重复、每次都计"
    )
    unknown: Literal["refuse_ballot", "drop_choice"] = Field(
        description="选了不能投的案例：整张不计、去掉该选择"
    )
    limits: tuple[Limit, ...] = Field(default=(), description="次数限制")
    ip_prefix: dict[Literal["v4", "v6"], Annotated[int, Field(ge=8, le=128)]] = Field(
        default={"v4": 32, "v6": 64}, description="按 IP 计时取前多少位"
    )
    counts: Literal["shown", "hidden", "delayed"] = Field(
        description="票数实时公开、投票结束后公开、延时公开"
    )
    delay_minutes: Positive | None = Field(default=None, description="延时公开的分钟数")
    order: Literal["shuffled", "fixed"] = Field(
        default="shuffled", description="案例排列：每人不同的随机顺序，或固定"
    )
    channels: dict[Id, Text] = Field(
        default={}, description="投票渠道：代号和名称；不写则不分渠道", examples=[{"gxnews": "广西新闻网"}]
    )
    partners: tuple[Label, ...] = Field(default=(), description="可嵌入投票页的合作网站")

    @model_validator(mode="after")
    def _delay(self) -> Ballots:
        if (self.counts == "delayed") != (self.delay_minutes is not None):
            raise wrong(
                "counts",
                "counts: delayed 须写 delay_minutes，其他情形不写",
                "delay_minutes goes with counts: delayed, and only there",
            )
        return self


class Scale(Item):
    """The marks that may be given."""

    low: Decimal = Field(description="最低分", examples=["0"])
    high: Decimal = Field(description="最高分", examples=["100"])
    digits: Annotated[int, Field(ge=0, le=4, description="打分最多几位小数")] = 0
    missing: tuple[str, ...] = Field(
        default=(), description="表示“未打分”的记号；0 是分数，缺分不是 0", examples=[["弃权"]]
    )

    @model_validator(mode="after")
    def _order(self) -> Scale:
        if self.low >= self.high:
            raise wrong("scale", "最低分须小于最高分", "low must be below high")
        return self


class Criterion(Item):
    """What is marked. Either every criterion of a panel has a weight, and they sum to 100, or none has: then marks are added."""

    id: Id = Field(description="指标代号", examples=["openness"])
    title: Text = Field(description="指标名称", examples=["先进与开放特性"])
    also: tuple[Label, ...] = Field(default=(), description="评分表里可能出现的其他写法")
    guide: Text | None = Field(default=None, description="评分指南")
    weight: Percent | None = Field(default=None, description="权重（百分数）", examples=[15])
    fed_by: tuple[Id, ...] = Field(default=(), description="依据表中哪些字段打分")


class Trim(Item):
    """Drops the highest and the lowest before averaging, where there are enough."""

    high: Natural = Field(description="去掉几个最高分", examples=[1])
    low: Natural = Field(description="去掉几个最低分", examples=[1])
    needs: Positive = Field(description="至少几份才去", examples=[5])
    otherwise: Literal["mean", "median"] = Field(description="不足时怎么算", examples=["mean"])

    @model_validator(mode="after")
    def _some_left(self) -> Trim:
        if self.needs <= self.high + self.low:
            raise wrong(
                "trim",
                "needs 须大于去掉的份数，否则一份不剩",
                "needs must exceed what is dropped, else nothing is left",
            )
        return self


class Aggregate(Item):
    """How the marks of several reviewers become one score."""

    by: Literal["sheet", "criterion"] = Field(
        description="sheet：每人先合成一份总分再合并；criterion：逐项合并各人打分，再合成"
    )
    method: Literal["mean", "weighted_mean", "trimmed_mean", "median", "sum"] = Field(
        description="平均、按评委权重平均、去掉最高最低后平均、中位数、相加"
    )
    trim: Trim | None = Field(
        default=None, description="去掉几份（by: sheet 去评分表，by: criterion 逐项去分）"
    )
    incomplete: Literal["drop_sheet", "use_marks"] = Field(
        description="缺项的评分表：整份不用，或只用已打的项（仅 by: criterion）"
    )
    at_least: Positive = Field(default=1, description="至少几份评分表才有得分，不足则不参加排名")

    @model_validator(mode="after")
    def _fits(self) -> Aggregate:
        if (self.method == "trimmed_mean") != (self.trim is not None):
            raise wrong(
                "trim", "trimmed_mean 须写 trim，其他方法不写", "trim goes with trimmed_mean, and only there"
            )
        if self.by == "sheet" and self.incomplete == "use_marks":
            raise wrong(
                "incomplete",
                "by: sheet 时缺项的评分表无法合成总分，只能 drop_sheet",
                "by: sheet needs incomplete: drop_sheet",
            )
        return self


class PanelRounding(Item):
    """Where a panel's figures are rounded; nothing else is."""

    digits: Annotated[int, Field(ge=0, le=6, description="保留几位小数")]
    mode: RoundingMode = Field(description="舍入方式")
    at: tuple[Literal["criterion", "weighted", "sheet", "total"], ...] = Field(
        min_length=1,
        description="在哪里舍入：criterion 各项合并后（仅 by: criterion），weighted 各项乘权重后，sheet 每份总分（仅 by: sheet），total 最后得分",
    )


class Rounds(Item):
    """More than one round of marking by the same panel."""

    numbers: tuple[Positive, ...] = Field(min_length=2, description="轮次", examples=[[1, 2]])
    use: Literal["last", "mean", "sum"] = Field(description="取最后一轮、各轮平均、各轮相加")


class Defence(Item):
    """Live defence: order by lot, time limits."""

    minutes: Positive = Field(description="陈述几分钟")
    questions: Positive = Field(description="答辩几分钟")
    order: Literal["lot", "fixed"] = Field(default="lot", description="出场次序：抽签或固定")
    place: Literal["on_site", "video", "both"] = Field(description="现场、视频、两者同时")


class Panel(StageBase):
    """People mark entries by criteria."""

    kind: Literal["panel"] = Field(description="评审")
    who: Literal["expert", "media", "undertaker"] = Field(description="谁来评", examples=["expert"])
    members: tuple[Label, ...] = Field(default=(), description="评委代号；写了则名单以外的评分不收")
    seats: Positive | None = Field(default=None, description="评委人数", examples=[11])
    per_region: bool = Field(default=False, description="各区域各自组织")
    scale: Scale = Field(description="分值范围", examples=[{"low": 0, "high": 100}])
    criteria: tuple[Criterion, ...] = Field(min_length=1, description="指标")
    rounds: Rounds | None = Field(default=None, description="多轮评分")
    aggregate: Aggregate = Field(description="合并方法")
    rounding: PanelRounding | None = Field(default=None, description="舍入；不写则全程不舍入")
    blind: bool = Field(default=False, description="隐去申报单位评审")
    defence: Defence | None = Field(default=None, description="路演答辩")


class Selection(StageBase):
    """Only the best go on."""

    kind: Literal["selection"] = Field(description="入围")
    by: str = Field(
        pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$",
        description="依据：投票、评审、评审.指标或排名的代号",
        examples=["vote"],
    )
    within: tuple[str, ...] = Field(
        default=(), description="在什么范围内比较；不写则全体", examples=[["province"]]
    )
    take: Take = Field(description="取多少", examples=[{"count": 25}])


class Notice(StageBase):
    """Public notice with objections."""

    kind: Literal["notice"] = Field(description="公示")
    working_days: Positive | None = Field(default=None, description="公示几个工作日（没有起止日期时）")
    objections: bool = Field(default=True, description="是否受理异议")


class Release(StageBase):
    """Lists are released in batches."""

    kind: Literal["release"] = Field(description="分批发布")
    every: Literal["half_year", "quarter", "year"] = Field(description="多久发布一批", examples=["half_year"])


class Work(StageBase):
    """What follows selection: building, acceptance, evaluation, promotion, ceremony."""

    kind: Literal["build", "accept", "evaluate", "promote", "ceremony"] = Field(
        description="建设、验收、评估、推广、颁奖"
    )
    by: Label | None = Field(default=None, description="由谁")
    milestones: tuple[Label, ...] = Field(default=(), description="节点")
    indicators: tuple[Label, ...] = Field(default=(), description="指标")
    every: Literal["half_year", "quarter", "year"] | None = Field(
        default=None, description="定期进行的，多久一次"
    )
    on_failure: Text | None = Field(default=None, description="不合格怎么办")


Stage = Annotated[
    Registration
    | Declaration
    | Endorsement
    | Screening
    | Paper
    | Ballots
    | Panel
    | Selection
    | Notice
    | Release
    | Work,
    Field(discriminator="kind"),
]

STAGE_TITLES: dict[str, tuple[str, str]] = {
    "registration": ("报名", "Registration"),
    "declaration": ("申报", "Declaration"),
    "endorsement": ("推荐", "Endorsement"),
    "screening": ("形式审查", "Screening"),
    "paper": ("纸质材料", "Paper copies"),
    "ballots": ("网络投票", "Public vote"),
    "panel": ("评审", "Panel review"),
    "selection": ("入围", "Selection"),
    "notice": ("公示", "Public notice"),
    "release": ("分批发布", "Release"),
    "build": ("建设", "Construction"),
    "accept": ("验收", "Acceptance"),
    "evaluate": ("评估", "Evaluation"),
    "promote": ("推广", "Promotion"),
    "ceremony": ("颁奖", "Award ceremony"),
}
