"""Who takes part: organisers, applicants and their quotas, endorsers, routing by region."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from guiguan.core.blueprint.base import Id, Item, Label, Positive, Text

RegionCode = Annotated[str, StringConstraints(pattern=r"^\d{6}$")]


class Organisers(Item):
    """Bodies by their part in the campaign."""

    guide: tuple[Label, ...] = Field(default=(), description="指导单位")
    host: tuple[Label, ...] = Field(min_length=1, description="主办单位")
    undertaker: tuple[Label, ...] = Field(default=(), description="承办单位")
    co_organiser: tuple[Label, ...] = Field(default=(), description="协办单位")
    implementer: tuple[Label, ...] = Field(default=(), description="具体实施单位")
    support: tuple[Label, ...] = Field(default=(), description="技术支持单位")
    supervisor: tuple[Label, ...] = Field(default=(), description="监督单位")


class Desk(Item):
    """The undertaker that receives the entries of some provinces; two undertakers of one province share its queue and quota."""

    provinces: tuple[RegionCode, ...] = Field(
        min_length=1, description="省级行政区划代码", examples=[["440000"]]
    )
    undertakers: tuple[Label, ...] = Field(min_length=1, description="承办单位")


class Routing(Item):
    """Where an entry goes by its applicant's province; what no desk takes goes to the host."""

    desks: tuple[Desk, ...] = Field(min_length=1, description="各区域承办单位")
    otherwise: Literal["host"] = Field(default="host", description="没有承办单位的省份由主办单位受理")


class Contact(Item):
    """A question desk."""

    topic: Label = Field(description="答疑内容", examples=["申报内容答疑"])
    area: Label | None = Field(default=None, description="片区", examples=["华北区域"])
    provinces: tuple[RegionCode, ...] = Field(default=(), description="片区所含省份")
    reach: Label | None = Field(default=None, description="联系方式（公开的电话、地址）")


class Alternative(Item):
    """One way of being an eligible applicant; all that it names must hold."""

    kind: Literal["legal_person", "branch", "team", "person", "public_body"] = Field(
        description="独立法人、非独立法人、团队、个人、机关事业单位"
    )
    registered_in: RegionCode | None = Field(
        default=None, description="注册登记地（区划代码，含其下级）", examples=["450000"]
    )
    taxed_in: RegionCode | None = Field(default=None, description="纳税地（区划代码，含其下级）")


class Quota(Item):
    """At most `max` entries for each combination; the earliest submitted, then the smallest id, stand."""

    per: tuple[Literal["applicant", "category", "area", "consortium"], ...] = Field(
        min_length=1, description="按什么计：申报单位、类别、领域、联合体", examples=[["applicant", "area"]]
    )
    max: Positive = Field(description="最多几项", examples=[2])


class Applicants(Item):
    """Who may apply, and how much."""

    who: tuple[Alternative, ...] = Field(default=(), description="符合其一即可；不写则不限")
    owner_only: bool = Field(default=False, description="一般由甲方申报，乙方不单独申报")
    as_one: tuple[Literal["branch", "subsidiary"], ...] = Field(
        default=(), description="与所属集团合并计算的单位；未列的按独立主体计", examples=[["branch"]]
    )
    quotas: tuple[Quota, ...] = Field(default=(), description="申报数量限制")
    conditions: tuple[Text, ...] = Field(
        default=(), description="由审查人员核对的条件", examples=[["纳税信用良好"]]
    )
    obligations: tuple[Text, ...] = Field(
        default=(), description="获评后须持续履行的义务", examples=[["5 年内不搬离广西"]]
    )


class Endorsers(Item):
    """Bodies that may endorse entries."""

    list: tuple[Label, ...] = Field(
        min_length=1, description="可以推荐的单位或其类型", examples=[["区直部门", "中央驻桂部门"]]
    )
    kinds: tuple[Id, ...] = Field(default=("recommend",), description="推荐意见的种类")
    opinion: Literal["sealed", "online", "none"] = Field(
        default="sealed", description="推荐意见的形式：盖章、在线、不需要"
    )


class Reminder(Item):
    """Texts that stand on every form."""

    standing: Text | None = Field(
        default=None, description="各表单顶部的常设提醒", examples=["请勿填报任何敏感或涉密内容！"]
    )
    gate: Text | None = Field(default=None, description="同意后才能填报的提醒")
