"""What the API answers about a public vote."""

from __future__ import annotations

from typing import Literal

from ninja import Field, Schema


class CaseListed(Schema):
    """One case as the public sees it."""

    entry: str = Field(description="编号，选票里写它", examples=["GX-DEMO-00001"])
    title: str
    applicant: str
    category: str = Field(description="类别代号")
    summary: str
    page: str = Field(description="案例页地址")


class CasePage(Schema):
    """The cases of a vote."""

    campaign: str
    stage: str
    phase: str = Field(description="before 未开始，open 进行中，paused 暂停，ended 已结束")
    count: int
    items: list[CaseListed]


class EntryCount(Schema):
    """Votes of one case."""

    entry: str
    votes: int


class ChannelCount(Schema):
    """Votes that came by one channel."""

    channel: str
    votes: int


class CountPage(Schema):
    """The counts as far as the rules let them be seen."""

    campaign: str
    stage: str
    counts: str = Field(description="规则的写法：shown 随时公布，hidden 结束后公布，delayed 延后公布")
    at: int | None = Field(description="截至的时刻（毫秒）；不公布时为 null")
    ballots: int | None
    entries: list[EntryCount]
    channels: list[ChannelCount]


class Voter(Schema):
    """Somebody in a demo."""

    provider: Literal["local"]
    subject: str = Field(min_length=1, max_length=200)


class Given(Schema):
    """The token that goes into `Authorization: Bearer`; empty where the network address alone tells voters apart."""

    token: str
