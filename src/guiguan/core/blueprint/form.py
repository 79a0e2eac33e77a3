"""Form fields: every kind that the five sources use, as data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from guiguan.core.blueprint.base import (
    Id,
    Item,
    Label,
    MomentText,
    Natural,
    Positive,
    Span,
    Text,
    no_repeats,
    wrong,
)


class FieldBase(Item):
    """What every field has. A required field accepts 无 where `none_accepted` says so."""

    id: Id = Field(description="字段代号，也是申报表格文件的列名", examples=["summary"])
    label: Text = Field(description="表上的名称", examples=["案例简介"])
    help: Text | None = Field(
        default=None, description="填写说明", examples=["重点说明案例是什么、能干什么、什么效果"]
    )
    section: Text | None = Field(
        default=None,
        description="从本栏起的一节，网上填报时每节一步；不写则属于上一节",
        examples=["案例基本情况"],
    )
    required: bool = Field(default=True, description="是否必填")
    none_accepted: bool = Field(default=True, description="必填项是否接受填“无”（数字、日期、网址栏也一样）")
    public: bool = Field(default=False, description="是否公开（表上标 * 的栏）")
    shown_when: dict[Id, tuple[str, ...]] | None = Field(
        default=None, description="条件显示：另一字段取其中之一时才填本栏", examples=[{"progress": ["已建"]}]
    )


class Plain(FieldBase):
    """A field with nothing more to declare."""

    kind: Literal[
        "month",
        "month_range",
        "region",
        "organisation",
        "url",
        "phone",
        "email",
        "person",
        "identity_number",
        "credit_code",
    ] = Field(description="月份、起止月份、地区、单位、网址、电话、邮箱、姓名、身份证号、统一社会信用代码")


class TextField(FieldBase):
    """A text, one line or many."""

    kind: Literal["text"] = Field(description="文字")
    max: Positive | None = Field(default=None, description="字数上限（不计空白）", examples=[200])
    limit: Literal["hard", "advisory"] = Field(
        default="hard", description="hard 超出不收；advisory 原则上不超过，只提醒"
    )
    lines: bool = Field(default=False, description="多行文字")
    overflow: bool = Field(default=False, description="可附页")


class DateField(FieldBase):
    """A day; `within` makes it a condition of eligibility."""

    kind: Literal["date"] = Field(description="日期")
    within: Span | None = Field(
        default=None,
        description="须在这段日期之内，否则不符合申报条件",
        examples=[["2019-01-01", "2020-12-31"]],
    )
    until: MomentText | None = Field(
        default=None, description="须不晚于这一天（含当日），否则不符合申报条件", examples=["2020-05-31"]
    )


class NumberField(FieldBase):
    """A number with its unit."""

    kind: Literal["number"] = Field(description="数字")
    unit: Label | None = Field(default=None, description="单位", examples=["万元"])
    min: int | None = Field(default=None, description="最小值")
    max: int | None = Field(default=None, description="最大值")
    digits: Natural = Field(default=0, description="最多几位小数")


class Option(Item):
    """One thing to choose; `group` gathers options, `text` asks for words of one's own beside it."""

    label: Label = Field(description="选项", examples=["①增量开发"])
    group: Label | None = Field(default=None, description="选项所在的组", examples=["综合办公系统"])
    text: bool = Field(default=False, description="选中后另填文字")


class ChoiceField(FieldBase):
    """One option, or several."""

    kind: Literal["choice", "choices"] = Field(description="单选、多选")
    options: tuple[Option | Label, ...] = Field(
        min_length=1, description="选项，写文字即可；有分组或附文字的写成映射"
    )
    other: bool = Field(default=False, description="另有“其他”并填文字（有分组时每组都有）")
    eligible: tuple[Label, ...] = Field(
        default=(), description="选了其中之一才符合申报条件；不写则不限", examples=[["已建"]]
    )

    @model_validator(mode="after")
    def _distinct(self) -> ChoiceField:
        no_repeats("选项", [o if isinstance(o, str) else f"{o.group or ''}/{o.label}" for o in self.options])
        return self


class ListField(FieldBase):
    """Several values in order."""

    kind: Literal["list"] = Field(description="有序列表")
    of: Literal["text", "organisation"] = Field(description="列什么")
    max: Positive = Field(description="最多几项", examples=[2])


class Column(Item):
    """A column of repeated rows."""

    id: Id = Field(description="列代号")
    label: Text = Field(description="列名", examples=["需求名称"])
    group: Label | None = Field(default=None, description="表头分组", examples=["重大需求"])
    kind: Literal["text", "choice", "choices"] = Field(default="text", description="文字、单选、多选")
    options: tuple[Option | Label, ...] = Field(default=(), description="选项")
    help: Text | None = Field(default=None, description="填写说明")

    @model_validator(mode="after")
    def _options(self) -> Column:
        if (self.kind == "text") != (not self.options):
            raise wrong(
                "options",
                "单选、多选列要写 options，文字列不写",
                "a choice column needs options, a text column has none",
            )
        return self


class RowsField(FieldBase):
    """Rows that repeat, such as a list of scenarios."""

    kind: Literal["rows"] = Field(description="重复的行")
    columns: tuple[Column, ...] = Field(min_length=1, description="各列")
    max: Positive | None = Field(default=None, description="最多几行")


class UploadField(FieldBase):
    """Files to hand in."""

    kind: Literal["pictures", "scan", "files"] = Field(description="图片、签章扫描件、文件")
    count: Positive | None = Field(default=None, description="恰好几件", examples=[4])
    at_most: Positive | None = Field(default=None, description="至多几件")
    formats: tuple[Literal["jpg", "png", "pdf", "docx", "xlsx"], ...] = Field(
        default=(), description="格式；不写则不限", examples=[["jpg"]]
    )
    pixels: str | None = Field(
        default=None, pattern=r"^\d+x\d+$", description="像素，宽x高", examples=["800x600"]
    )
    pixels_are: Literal["exact", "minimum"] = Field(default="exact", description="像素是恰好还是至少")
    megabytes: Positive = Field(default=20, description="每件不超过多少 MB")
    of: Label | None = Field(
        default=None, description="扫描件或 Word 版对应的文书（documents 中的名称）", examples=["申报承诺书"]
    )


class ConsentField(FieldBase):
    """A text that must be agreed to, or a choice about disclosure."""

    kind: Literal["consent"] = Field(description="须同意的文字，或公开意愿")
    text: Text = Field(description="同意的内容")
    answers: tuple[Label, ...] = Field(
        default=("同意",), description="可选的回答；第一项表示同意", examples=[["自愿", "经审批后", "不愿"]]
    )


FormField = Annotated[
    Plain
    | TextField
    | DateField
    | NumberField
    | ChoiceField
    | ListField
    | RowsField
    | UploadField
    | ConsentField,
    Field(discriminator="kind"),
]
