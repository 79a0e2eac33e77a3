"""The whole blueprint."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from guiguan.core.blueprint.base import Id, Item, Label, Span, Text, wrong
from guiguan.core.blueprint.counting import Award, OrganisationAward, Ranking
from guiguan.core.blueprint.form import FormField
from guiguan.core.blueprint.funding import Funding
from guiguan.core.blueprint.people import Applicants, Contact, Endorsers, Organisers, Reminder, Routing
from guiguan.core.blueprint.publishing import (
    Basis,
    Budget,
    Certificates,
    Compendium,
    DataDemands,
    Directory,
    Document,
    Event,
    Hall,
    Retention,
    Supervision,
)
from guiguan.core.blueprint.stages import Stage


class Category(Item):
    """A category with its areas; `free` lets the applicant name the area."""

    id: Id = Field(description="类别代号", examples=["gov"])
    title: Text = Field(description="类别名称", examples=["政务服务类"])
    also: tuple[Label, ...] = Field(
        default=(), description="申报表格里可能出现的其他写法", examples=[["政务服务"]]
    )
    areas: tuple[Label, ...] | Literal["free"] = Field(
        default=(), description="领域；free 由申报单位自填，组织者归并", examples=[["政务管理", "政务服务"]]
    )

    @field_validator("areas")
    @classmethod
    def _plain(cls, value: tuple[str, ...] | str) -> tuple[str, ...] | str:
        bad = [a for a in value if "/" in a] if not isinstance(value, str) else []
        if bad:
            raise wrong(
                "area", f"领域名称不能含“/”：{'、'.join(bad)}", f"an area has no slash: {', '.join(bad)}"
            )
        return value


class Blueprint(Item):
    """A campaign, declared. Frozen: a change is a new version."""

    blueprint: Annotated[int, Field(ge=1, le=1)] = Field(description="语言版本，固定写 1", examples=[1])
    campaign: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")] = Field(
        description="活动代号，用于网址和文件名", examples=["guangxi-2021"]
    )
    title: Text = Field(description="活动名称", examples=["广西信息化优秀案例征集评选活动"])
    zone: str = Field(default="Asia/Shanghai", description="时区；日与窗口都按它计")
    languages: tuple[Literal["zh", "en"], ...] = Field(default=("zh",), description="活动文字的语言")
    basis: Basis | None = Field(default=None, description="批准或备案依据")
    period: Span | None = Field(
        default=None, description="整个活动的起止", examples=[["2021-05-07", "2021-07-31"]]
    )
    theme: Text | None = Field(default=None, description="主题或目的")
    no_fee: Text | None = Field(default=None, description="不收费声明", examples=["本次活动不收取任何费用"])
    purpose: Text | None = Field(
        default=None, description="申报内容的用途限制", examples=["仅用于本活动的评选事宜"]
    )
    duplicates: Literal["this_campaign", "earlier_campaigns"] = Field(
        default="this_campaign",
        description="查重范围：this_campaign 只与本活动的申报比对；earlier_campaigns 也与同样写明的往期活动比对",
    )
    principles: Text | None = Field(default=None, description="活动原则", examples=["公平、公正、公开、透明"])
    organisers: Organisers = Field(description="组织机构")
    routing: Routing | None = Field(default=None, description="按省份受理")
    contacts: tuple[Contact, ...] = Field(default=(), description="答疑")
    documents: tuple[Document, ...] = Field(default=(), description="下载材料")
    warning: Reminder | None = Field(default=None, description="提醒")
    categories: tuple[Category, ...] = Field(min_length=1, description="类别与领域")
    applicants: Applicants = Field(default=Applicants(), description="申报主体")
    endorsers: Endorsers | None = Field(default=None, description="推荐单位")
    form: tuple[FormField, ...] = Field(default=(), description="申报表字段")
    two_persons: tuple[
        Literal["void", "disqualify", "size", "merge_area", "grant", "recusal", "screening"], ...
    ] = Field(default=("void", "disqualify"), description="须两人决定的事项（决定表 by 与 by2 为不同的人）")
    stages: tuple[Stage, ...] = Field(min_length=1, description="环节，依次进行")
    rankings: tuple[Ranking, ...] = Field(default=(), description="排名")
    awards: tuple[Award, ...] = Field(default=(), description="奖项，依次评定")
    organisation_awards: tuple[OrganisationAward, ...] = Field(default=(), description="组织奖与通报表扬")
    budget: Budget | None = Field(default=None, description="奖金预算")
    funding: tuple[Funding, ...] = Field(default=(), description="资助")
    entitlements: tuple[Text, ...] = Field(
        default=(), description="入选后获得的支持", examples=[["在云网基础设施资源等方面优先获得支持和保障"]]
    )
    certificates: Certificates | None = Field(default=None, description="证书")
    halls: tuple[Hall, ...] = Field(default=(), description="网上展厅")
    compendium: Compendium | None = Field(default=None, description="案例集")
    directory: Directory | None = Field(default=None, description="名录")
    events: tuple[Event, ...] = Field(default=(), description="宣传推广活动")
    data_demands: DataDemands | None = Field(default=None, description="数据需求")
    supervision: Supervision | None = Field(default=None, description="资金与项目监督")
    retention: Retention = Field(default=Retention(), description="保存期限")
