"""A panel: scale, criteria, how marks become a score."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from guiguan.core.blueprint.base import (
    Id,
    Item,
    Label,
    Natural,
    Percent,
    Positive,
    RoundingMode,
    Text,
    no_repeats,
    wrong,
)
from guiguan.core.blueprint.stage import StageBase


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

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        no_repeats("轮次", [str(n) for n in self.numbers])
        return self


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
