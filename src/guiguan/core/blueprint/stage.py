"""What every stage has."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from guiguan.core.blueprint.base import Id, Item, MomentText, Span, Text, wrong


class StageBase(Item):
    """What every stage has."""

    id: Id = Field(description="环节代号", examples=["vote"])
    title: Text | None = Field(
        default=None, description="环节名称；不写则用种类的通名", examples=["网络投票"]
    )
    window: Span | None = Field(
        default=None, description="起止日期（含最后一天）或时刻", examples=[["2021-06-10", "2021-06-16"]]
    )
    rolling: bool = Field(default=False, description="常年受理，没有截止")
    opens: MomentText | None = Field(
        default=None, description="常年受理的起始日期（与 rolling 连用）", examples=["2025-01-01"]
    )
    takes: Id | None = Field(default=None, description="接收哪个环节通过的申报件；不写则为上一环节")

    @model_validator(mode="after")
    def _open(self) -> Self:
        if (self.rolling and self.window is not None) or (self.opens is not None and not self.rolling):
            raise wrong(
                "rolling",
                "常年受理（rolling）不写 window，起始日期写在 opens",
                "a rolling stage has opens, no window",
            )
        return self
