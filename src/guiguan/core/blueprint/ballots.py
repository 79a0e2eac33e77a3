"""A public vote: who votes, for how many, how often."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from guiguan.core.blueprint.base import Id, Item, Label, Natural, Positive, Text, wrong
from guiguan.core.blueprint.guard import Guard
from guiguan.core.blueprint.stage import StageBase


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


SITE = (
    r"^(https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?)$"
)
"""An origin as browsers write it; plain http only on one's own machine, for trying things out."""


class Partner(Item):
    """A site that may show the vote's cases inside its own pages."""

    name: Label = Field(description="合作网站的名称", examples=["广西新闻网"])
    site: Annotated[
        str,
        Field(
            pattern=SITE,
            description="网站的来源地址（协议、域名，不带路径）；写了才能嵌入",
            examples=["https://www.example.cn"],
        ),
    ]
    channel: Id | None = Field(default=None, description="经这个网站来的选票计入哪个渠道")


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
    partners: tuple[Partner | Label, ...] = Field(
        default=(), description="可嵌入投票页的合作网站；只写名称的不能嵌入，写明 site 的可以"
    )
    guard: Guard = Field(default_factory=Guard, description="防刷票：答题、快慢、检测器和申诉")

    @model_validator(mode="after")
    def _delay(self) -> Ballots:
        if (self.counts == "delayed") != (self.delay_minutes is not None):
            raise wrong(
                "counts",
                "counts: delayed 须写 delay_minutes，其他情形不写",
                "delay_minutes goes with counts: delayed, and only there",
            )
        return self

    @model_validator(mode="after")
    def _partner_channels(self) -> Ballots:
        named = {p.channel for p in self.partners if isinstance(p, Partner) and p.channel}
        if unknown := sorted(named - set(self.channels)):
            raise wrong(
                "partner-channel",
                f"合作网站的渠道没有写在 channels 里：{'、'.join(unknown)}",
                f"a partner's channel is not among the channels: {', '.join(unknown)}",
            )
        return self
