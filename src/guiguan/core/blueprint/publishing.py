"""What is shown and told: documents, certificates, halls, compendium, events, projects' duties."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from guiguan.core.blueprint.base import Id, Item, Label, MomentText, Money, Natural, Positive, Span, Text


class Basis(Item):
    """On what paper the campaign stands."""

    document: Label | None = Field(default=None, description="发文字号", examples=["桂网办字〔2021〕7号"])
    issued: MomentText | None = Field(default=None, description="成文日期")
    in_force: MomentText | None = Field(default=None, description="施行日期", examples=["2025-01-01"])
    status: Literal["issued", "draft"] = Field(default="issued", description="正式文件，或征求意见稿")
    note: Text | None = Field(default=None, description="批准或备案依据")
    under: tuple[Label, ...] = Field(default=(), description="上位文件")


class Document(Item):
    """A download."""

    id: Id = Field(description="代号", examples=["form"])
    title: Label = Field(description="名称", examples=["申报表"])
    kind: Literal["form", "commitment", "guide", "list", "notice", "flowchart"] = Field(description="种类")
    layout: Label | None = Field(default=None, description="版式要求")
    template: Id | None = Field(
        default=None,
        description="随程序提供的表样：写了即可下载填好的 Word 和 PDF，并能从填好的 Word 读回",
        examples=["guangxi_case"],
    )


class Certificates(Item):
    """Certificates and their serial numbers."""

    template: Id = Field(description="证书样式", examples=["classic_red"])
    serial: Annotated[str, StringConstraints(pattern=r"^[^{}]*(\{(award|number)(:0\d)?\}[^{}]*)+$")] = Field(
        description="编号格式", examples=["GX2021-{award}-{number:04}"]
    )


class Hall(Item):
    """An online exhibition hall."""

    id: Id = Field(description="代号", examples=["passed"])
    title: Text = Field(description="名称")
    of: Id = Field(description="展示哪个环节通过的申报件，或哪个奖项的获评者", examples=["check"])
    fields: Literal["public"] = Field(default="public", description="只展示公开字段")
    needs: tuple[Id, ...] = Field(default=(), description="还须同意的字段（如公开承诺）：答其第一项才展示")


class Compendium(Item):
    """A book of the selected cases."""

    title: Text = Field(description="书名", examples=["优秀案例集"])
    of: tuple[Id, ...] = Field(min_length=1, description="收录哪些奖项或环节")
    by: Literal["category", "city", "award"] = Field(description="按什么分编")


class Event(Item):
    """A launch, an exhibition, a forum."""

    id: Id = Field(description="代号")
    title: Text = Field(description="名称", examples=["揭晓与分享会"])
    kind: Literal["reveal", "launch", "exhibition", "forum", "training", "reporting", "promotion"] = Field(
        description="种类"
    )
    window: Span | None = Field(default=None, description="起止日期")
    shows: tuple[Id, ...] = Field(default=(), description="展示哪些奖项或环节的申报件")


class DataDemands(Item):
    """Data that selected projects may ask for."""

    asks: tuple[Label, ...] = Field(
        min_length=1, description="须写明什么", examples=[["类型", "范围", "使用目的"]]
    )
    to: Label = Field(description="向谁提出", examples=["各级数据主管部门"])
    steps: tuple[Label, ...] = Field(default=(), description="步骤")


class Supervision(Item):
    """Duties around projects and money."""

    rules: tuple[Text, ...] = Field(min_length=1, description="规定", examples=[["专款专用，不得挤占、挪用"]])


class Budget(Item):
    """The prize money of a campaign."""

    total: Money = Field(description="总额", examples=["310000元"])


class Directory(Item):
    """A directory of members with its date."""

    title: Text = Field(description="名称")
    as_of: MomentText = Field(description="截止日期", examples=["2023-03-31"])
    tiers: tuple[Id, ...] = Field(min_length=1, description="按这个次序列出的奖项（层级）")


class Retention(Item):
    """How long things are kept."""

    voter_signals_days: Positive = Field(default=190, description="投票人网络信号保存天数")
    contacts_days: Natural = Field(default=365, description="联系人信息自公示结束起保存天数")
