"""Rankings and awards: parts, weights, mappings, bonus, ties."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from guiguan.core.blueprint.base import Id, Item, Money, Percent, Positive, RoundingMode, Text, wrong
from guiguan.core.blueprint.selection import Grouping, Take

Mapping = Literal["share_of_maximum", "mid_rank", "square_root", "none"]
SOURCE = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$"


class Part(Item):
    """One component of a composite. A vote must say how it becomes a score: no notice defines it."""

    source: Id = Field(alias="from", description="来自哪个环节（投票或评审）", examples=["vote"])
    weight: Percent = Field(description="权重（百分数）", examples=[20])
    mapping: Mapping = Field(
        description="如何换算成百分制：share_of_maximum 占最高的比例，mid_rank 中位名次百分位，square_root 平方根占比，none 不换算",
        examples=["share_of_maximum"],
    )
    over: Literal["all", "group"] | None = Field(
        default=None, description="换算时与谁比：本排名全体，或同组（不换算时不写）"
    )

    @model_validator(mode="after")
    def _over(self) -> Part:
        if (self.mapping == "none") != (self.over is None):
            raise wrong(
                "over",
                "要换算就须写 over（all 或 group），不换算则不写",
                "over goes with every mapping but none",
            )
        return self


class Bonus(Item):
    """Points for endorsed entries, added inside one part, before weighting, once."""

    to: Id = Field(description="加在哪个组成部分里", examples=["experts"])
    opinion: Id = Field(default="recommend", description="凭哪种推荐意见")
    points: Decimal = Field(gt=0, description="每次加几分", examples=["2"])
    per: Literal["entry", "endorser"] = Field(description="有推荐即加一次，还是每个推荐单位加一次")
    cap: Decimal = Field(gt=0, description="最多加几分")
    ceiling: Decimal | None = Field(
        default=None, description="加分后该部分不超过几分；不写则不封顶", examples=["100"]
    )


class CompositeRounding(Item):
    """Where a composite is rounded."""

    digits: Annotated[int, Field(ge=0, le=6, description="保留几位小数", examples=[2])]
    mode: RoundingMode = Field(description="舍入方式", examples=["half_up"])
    at: tuple[Literal["part", "weighted", "composite"], ...] = Field(
        min_length=1, description="在哪里舍入：part 各部分得分，weighted 乘权重后，composite 综合得分"
    )


class Ranking(Item):
    """Entries in order of their composite."""

    id: Id = Field(description="排名代号", examples=["final"])
    title: Text | None = Field(default=None, description="名称")
    of: Id = Field(description="排哪个环节通过的申报件", examples=["shortlist"])
    within: Grouping = ()
    parts: tuple[Part, ...] = Field(min_length=1, description="组成部分，权重合计 100")
    bonus: Bonus | None = Field(default=None, description="推荐加分")
    rounding: CompositeRounding = Field(description="舍入")
    rank_by: Literal["rounded", "exact"] = Field(
        default="rounded", description="按舍入后的还是精确的综合得分排"
    )
    ties: tuple[Annotated[str, Field(pattern=SOURCE)], ...] = Field(
        default=(),
        description="同分时依次比较：组成部分、评审.指标、bonus",
        examples=[["experts", "experts.service", "vote"]],
    )
    last: Literal["shared", "submitted", "lot"] = Field(
        description="比完仍同分：shared 并列，submitted 先申报者在前，lot 按公开种子抽签"
    )


class Award(Item):
    """Who gets what."""

    id: Id = Field(description="奖项代号", examples=["best"])
    title: Text = Field(description="奖项名称", examples=["最佳案例"])
    by: Annotated[str, Field(pattern=SOURCE)] | None = Field(
        default=None, description="依据：排名、投票、评审、评审.指标；everyone 可不写", examples=["final"]
    )
    of: Id | None = Field(default=None, description="从哪个环节通过的申报件里取；不写则为依据所排的申报件")
    per: Grouping = ()
    when: dict[Id, tuple[str, ...]] | None = Field(
        default=None, description="只给某字段取这些值的申报件", examples=[{"tier": ["理事单位"]}]
    )
    take: Take = Field(description="取多少", examples=[{"count": 1}])
    after: tuple[Id, ...] = Field(
        default=(), description="已获这些奖项的不再取（依次向下）", examples=[["best"]]
    )
    to: Literal["entry", "applicant"] = Field(default="entry", description="授予申报件还是申报单位")
    prize: Money | None = Field(default=None, description="每项奖金", examples=["50000元"])
    listed: Literal["ranked", "unranked"] = Field(default="ranked", description="公布时按名次还是不分先后")
    certificate: bool = Field(default=True, description="是否颁发证书")
    trophy: bool = Field(default=False, description="是否颁发奖杯")

    @model_validator(mode="after")
    def _by(self) -> Award:
        if self.by is None and (self.take.everyone is None or self.of is None):
            raise wrong(
                "award",
                "没有依据（by）的奖项只能全取（everyone），并写明 of",
                "an award without by takes everyone and needs of",
            )
        return self


class OrganiserPart(Item):
    """A measure of an endorser's work: how many entries, and how good."""

    source: Literal["count", "quality"] = Field(
        alias="from", description="count 推荐件数，quality 推荐件的平均综合得分"
    )
    of: Id = Field(description="count 写环节代号（通过该环节的件数），quality 写排名代号")
    weight: Percent = Field(description="权重（百分数）")
    mapping: Mapping = Field(description="如何换算成百分制")


class OrganisationAward(Item):
    """An award or a commendation for bodies that organised well, by number and quality of what they endorsed."""

    id: Id = Field(description="奖项代号", examples=["organiser"])
    title: Text = Field(description="名称", examples=["优秀组织奖"])
    to: Literal["endorser", "applicant"] = Field(default="endorser", description="授予推荐单位还是申报单位")
    parts: tuple[OrganiserPart, ...] = Field(min_length=1, description="组成部分，权重合计 100")
    at_least: Positive = Field(default=1, description="至少推荐几件才参加")
    take: Take = Field(description="取多少")
    rounding: CompositeRounding = Field(description="舍入")
    listed: Literal["ranked", "unranked"] = Field(default="ranked", description="公布时按名次还是不分先后")

    @model_validator(mode="after")
    def _of_bodies(self) -> Self:
        if self.take.percent is not None:
            raise wrong(
                "take",
                "组织奖不按百分比取，请用 count 或 decided",
                "an organisation award takes a count or a decided size",
            )
        return self

    honour: Literal["award", "commendation"] = Field(default="award", description="设奖，还是只通报表扬")
    certificate: bool = Field(default=False, description="是否颁发证书")
    trophy: bool = Field(default=False, description="是否颁发奖杯")
