"""How many are taken: the one vocabulary of shortlists, quotas, tiers and awards."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from guiguan.core.blueprint.base import Id, Item, Natural, Percent, Positive, wrong

GROUPS = ("category", "area", "province", "city", "batch")
"""What entries can be grouped by; any choice field of the form may serve as well, by its id."""


def _true(value: object) -> object:
    """YAML's `true` arrives as a text."""
    return True if value == "true" else value


class Take(Item):
    """Exactly one of `count`, `percent`, `at_least`, `decided`, `everyone`."""

    count: Positive | None = Field(default=None, description="取前几名", examples=[25])
    percent: Percent | None = Field(default=None, description="取百分之几", examples=[10])
    of: Id | None = Field(
        default=None, description="百分数的基数：哪个环节通过的件数（与 percent 连用）", examples=["declare"]
    )
    rounding: Literal["floor", "half_up", "ceil"] | None = Field(
        default=None, description="名额不是整数时：舍去、四舍五入、进一（与 percent 连用）"
    )
    minimum: Natural = Field(default=0, description="不足时至少几个（与 percent 连用）")
    at_least: Decimal | None = Field(default=None, description="得分不低于多少的都取", examples=["60"])
    decided: Literal["all", "none"] | None = Field(
        default=None,
        description="评分后据实确定并说明理由（决定表 size）；没有决定时全取（all）或不取（none）",
    )
    everyone: Annotated[Literal[True], BeforeValidator(_true)] | None = Field(
        default=None, description="全取", examples=[True]
    )
    ties_at_cut: Literal["all", "none"] = Field(
        default="all", description="末位并列超出名额：都取，或都不取（名额可空缺）"
    )

    @model_validator(mode="after")
    def _one(self) -> Take:
        given = [
            n for n in ("count", "percent", "at_least", "decided", "everyone") if getattr(self, n) is not None
        ]
        if len(given) != 1:
            raise wrong(
                "take",
                f"count、percent、at_least、decided、everyone 须写且只写一个，现在写了 {len(given)} 个",
                f"give exactly one of count, percent, at_least, decided, everyone; found {len(given)}",
            )
        if (self.percent is not None) != (self.of is not None and self.rounding is not None):
            raise wrong(
                "take",
                "percent 须同时写 of（基数）和 rounding（名额取整），其他取法不写这两项",
                "percent needs both of and rounding; other ways take neither",
            )
        return self


Grouping = Annotated[
    tuple[str, ...],
    Field(
        description="按什么分组：category 类别、area 领域、province 省、city 市、batch 批次，或某个单选字段的代号"
    ),
]
