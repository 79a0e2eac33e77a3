"""Stages of a campaign, in order; each takes what the one before passed on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from guiguan.core.blueprint.ballots import Ballots, Choices, Limit
from guiguan.core.blueprint.base import Id, Item, Label, MomentText, Positive, Text
from guiguan.core.blueprint.panel import (
    Aggregate,
    Criterion,
    Defence,
    Panel,
    PanelRounding,
    Rounds,
    Scale,
    Trim,
)
from guiguan.core.blueprint.selection import Take
from guiguan.core.blueprint.stage import StageBase

__all__ = [
    "STAGE_TITLES",
    "Aggregate",
    "Ballots",
    "Choices",
    "Correction",
    "Criterion",
    "Declaration",
    "Defence",
    "Endorsement",
    "Limit",
    "Notice",
    "Panel",
    "PanelRounding",
    "Paper",
    "Registration",
    "Release",
    "Rounds",
    "Scale",
    "Screening",
    "Selection",
    "Stage",
    "StageBase",
    "Trim",
    "Work",
]


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
    who: Literal["host", "undertaker"] | None = Field(
        default=None,
        description="由主办单位（host）还是承办单位（undertaker，按省份受理时由该省的承办单位，没有的归主办单位）的人员作出结论；不写则都可以",
    )
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
    lists: bool = Field(
        default=False,
        description="承办单位（没有的由主办单位）能否拟定名单报送：true 能，报送了名单的组以名单和次序代替 by，名额照 take 执行",
    )


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
