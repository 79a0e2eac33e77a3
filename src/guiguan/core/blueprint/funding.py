"""Money after selection: tiers, caps, payments, clawback."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from guiguan.core.blueprint.base import Id, Item, Money, Percent, Text, no_repeats, wrong


class Tier(Item):
    """A ceiling on the whole sum, not on a slice of it."""

    up_to: Money | None = Field(
        default=None, description="投资额不超过多少（含）；最后一档不写", examples=["500万元"]
    )
    percent: Percent = Field(description="不超过投资额的百分之几", examples=[10])


class Payment(Item):
    """One instalment; the last one takes what is left, so that the parts sum exactly."""

    id: Id = Field(description="代号", examples=["building"])
    percent: Percent = Field(description="占资助额的百分之几", examples=[50])
    after: Literal["granted", "approval", "acceptance"] = Field(
        description="何时拨付：确定资助后、立项获批后、验收合格后"
    )


class Clawback(Item):
    """What is recovered when something fails."""

    when: Literal["acceptance_failed", "targets_missed", "false_material"] = Field(
        description="验收不合格、未达绩效目标、材料不实"
    )
    takes: Literal["prepaid", "all_paid"] = Field(
        description="prepaid 验收前已拨付的（验收后的不再拨付），all_paid 已拨付的全部", examples=["prepaid"]
    )


class Funding(Item):
    """One route of money."""

    id: Id = Field(description="代号", examples=["reward"])
    title: Text = Field(description="名称", examples=["政府投资类资金奖励"])
    of: Id = Field(description="给哪个环节通过的申报件", examples=["release"])
    when: dict[Id, tuple[str, ...]] | None = Field(default=None, description="只给某字段取这些值的申报件")
    base: Id = Field(description="投资额所在的数字字段（单位由该字段写明）", examples=["investment"])
    tiers: tuple[Tier, ...] = Field(min_length=1, description="分档，自低到高；一档即不分档")
    cap: Money | None = Field(default=None, description="最高金额", examples=["300万元"])
    rounding: Literal["分", "元", "万元"] = Field(
        default="分", description="上限舍去到什么单位（不超过，所以只舍不入）"
    )
    granted: Literal["ceiling", "none"] = Field(
        description="没有资助额决定（决定表 grant）时：按上限计，或不计"
    )
    payments: tuple[Payment, ...] = Field(min_length=1, description="分期，百分比合计 100")
    clawback: tuple[Clawback, ...] = Field(default=(), description="追回")

    @model_validator(mode="after")
    def _fits(self) -> Funding:
        edges = [t.up_to for t in self.tiers]
        if any(e is None for e in edges[:-1]) or edges[-1] is not None:
            raise wrong(
                "tiers",
                "除最后一档外都要写 up_to，最后一档不写",
                "every tier but the last has up_to, the last has none",
            )
        bounds = [e for e in edges if e is not None]
        if bounds != sorted(set(bounds)):
            raise wrong("tiers", "分档须自低到高", "tiers must rise")
        if sum(p.percent for p in self.payments) != 100:
            total = sum(p.percent for p in self.payments)
            raise wrong(
                "payments",
                f"各期百分比合计应为 100，现为 {total}",
                f"instalments must sum to 100, found {total}",
            )
        no_repeats("各期代号", [p.id for p in self.payments])
        return self
