"""What the API answers, as documented in its OpenAPI description."""

from __future__ import annotations

from typing import Literal

from ninja import Field, Schema


class Wanted(Schema):
    """Which campaigns, and how many of them."""

    state: Literal["", "open", "closed"] = Field("", description="只要这个状态的")
    search: str = Field("", max_length=100, description="名称中的文字")
    limit: int = Field(50, ge=1, le=100)
    offset: int = Field(0, ge=0, le=1_000_000)


class CampaignListed(Schema):
    """A campaign in the list."""

    slug: str = Field(description="活动代号", examples=["guangxi-2021"])
    title: str = Field(description="名称")
    state: str = Field(description="open 进行中，closed 已结束")
    hosts: list[str] = Field(description="主办单位")
    opened_at: int = Field(description="发布时刻，自 1970-01-01T00:00Z 起的毫秒数")


class CampaignPage(Schema):
    """Some of the campaigns, and how many there are."""

    count: int
    items: list[CampaignListed]


class StageDates(Schema):
    """A stage with its instants; `end` is exclusive, null where the rules give none."""

    id: str
    kind: str
    title: str
    start: int | None
    end: int | None
    state: str = Field(description="past 已过，now 进行中，next 尚未开始，undated 未定日期")


class CampaignFacts(CampaignListed):
    """The public facts of a campaign."""

    zone: str
    closed_at: int | None
    categories: list[str]
    stages: list[StageDates]
    version: int = Field(description="现行规则版本")
    sha256: str = Field(description="现行规则文本的 SHA-256")
    page: str = Field(description="公告页地址")


class BallotStored(Schema):
    """A ballot that is durably stored."""

    receipt: str = Field(description="收据：此选票将在二十秒内载入公开日志的签名承诺")
    leaf: str = Field(description="选票在日志中的摘要，64 位十六进制")
    day: str = Field(description="计在哪一天（活动时区）")
    time: int = Field(description="存妥的时刻，自 1970-01-01T00:00Z 起的毫秒数")
    url: str = Field(description="核对收据的页面")
    dropped: list[dict[str, str | int]] = Field(
        [], description="按规则不计的选择：choice 为次序（从 0 起），type 为规则"
    )


class Fault(Schema):
    """One fault of a request."""

    place: str
    message: str


class Problem(Schema):
    """RFC 9457 problem details; `type` leads to a page that explains the rule."""

    type: str = Field(examples=["/problems/api.not-found"])
    title: str
    status: int
    detail: str
    errors: tuple[Fault, ...] = ()
