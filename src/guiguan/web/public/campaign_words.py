"""A blueprint's keys in the words of a notice: who may apply, how much, what each field asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiguan.core.blueprint.form import (
    ChoiceField,
    FormField,
    ListField,
    NumberField,
    RowsField,
    TextField,
    UploadField,
)
from guiguan.core.blueprint.lookup import option_labels
from guiguan.core.blueprint.people import Alternative, Quota
from guiguan.core.blueprint.publishing import Document
from guiguan.core.values.regions import Regions

MOST = 12
"""So many options of a choice are named; of more, only the number is told."""

Words = dict[str, Callable[[], str]]

STATES: Words = {"draft": lambda: _("筹备中"), "open": lambda: _("进行中"), "closed": lambda: _("已结束")}
STATE_TAGS = {"draft": "neutral", "open": "success", "closed": "info"}

BODIES: Words = {
    "guide": lambda: _("指导单位"),
    "host": lambda: _("主办单位"),
    "undertaker": lambda: _("承办单位"),
    "co_organiser": lambda: _("协办单位"),
    "implementer": lambda: _("具体实施单位"),
    "support": lambda: _("技术支持单位"),
    "supervisor": lambda: _("监督单位"),
}

APPLICANTS: Words = {
    "legal_person": lambda: _("独立法人"),
    "branch": lambda: _("非独立法人的分支机构"),
    "team": lambda: _("团队"),
    "person": lambda: _("个人"),
    "public_body": lambda: _("机关、事业单位"),
}

PER: Words = {
    "applicant": lambda: _("申报单位"),
    "category": lambda: _("类别"),
    "area": lambda: _("领域"),
    "consortium": lambda: _("联合体"),
}

FIELDS: Words = {
    "text": lambda: _("文字"),
    "month": lambda: _("年月"),
    "month_range": lambda: _("起止年月"),
    "region": lambda: _("地区"),
    "organisation": lambda: _("单位名称"),
    "url": lambda: _("网址"),
    "phone": lambda: _("电话"),
    "email": lambda: _("电子邮箱"),
    "person": lambda: _("姓名"),
    "identity_number": lambda: _("身份证号"),
    "credit_code": lambda: _("统一社会信用代码"),
    "date": lambda: _("日期"),
    "number": lambda: _("数字"),
    "choice": lambda: _("单选"),
    "choices": lambda: _("多选"),
    "list": lambda: _("按次序列出"),
    "rows": lambda: _("表格"),
    "consent": lambda: _("须同意的条款"),
    "pictures": lambda: _("图片"),
    "scan": lambda: _("签章扫描件"),
    "files": lambda: _("文件"),
}

DOCUMENTS: Words = {
    "form": lambda: _("表格"),
    "commitment": lambda: _("承诺书"),
    "guide": lambda: _("指南"),
    "list": lambda: _("清单"),
    "notice": lambda: _("通知"),
    "flowchart": lambda: _("流程图"),
}


def lang() -> str:
    """The language of the blueprint's texts that the reader chose."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def listed(names: list[str] | tuple[str, ...]) -> str:
    """Names one after another with the mark that the language uses."""
    return (", " if lang() == "en" else "、").join(names)


def place(code: str) -> str:
    """The region's full name; the code itself where it is in no table."""
    regions = Regions.official()
    found = regions.find(code)
    return regions.full_name(found) if found else code


def applicant(one: Alternative) -> str:
    """One way of being eligible."""
    parts = [APPLICANTS[one.kind]()]
    if one.registered_in:
        parts.append(_("注册登记地在%(place)s") % {"place": place(one.registered_in)})
    if one.taxed_in:
        parts.append(_("纳税地在%(place)s") % {"place": place(one.taxed_in)})
    return (", " if lang() == "en" else "，").join(parts)


def quota(one: Quota) -> str:
    """One limit: 每个申报单位每个领域最多 2 项."""
    per = "".join(_("每个%(what)s") % {"what": PER[p]().lower()} for p in one.per)
    return _("%(per)s最多 %(max)s 项") % {"per": per, "max": one.max}


def document(one: Document) -> str:
    """The kind of a download."""
    return DOCUMENTS[one.kind]()


def field_asks(field: FormField) -> str:
    """What a field wants, in one line."""
    return (", " if lang() == "en" else "，").join([FIELDS[field.kind](), *_limits(field)])


def _limits(field: FormField) -> Iterator[str]:
    if isinstance(field, TextField) and field.max:
        words = _("不超过 %(max)s 字") if field.limit == "hard" else _("原则上不超过 %(max)s 字")
        yield words % {"max": field.max}
    if isinstance(field, (ListField, RowsField)) and field.max:
        yield _("最多 %(max)s 项") % {"max": field.max}
    if isinstance(field, NumberField) and field.unit:
        yield _("单位：%(unit)s") % {"unit": field.unit}
    if isinstance(field, ChoiceField):
        options = list(option_labels(field))
        yield (
            listed(options[:MOST])
            if len(options) <= MOST
            else _("共 %(count)s 项可选") % {"count": len(options)}
        )
    if isinstance(field, UploadField):
        yield from _upload(field)


def _upload(field: UploadField) -> Iterator[str]:
    if field.count:
        yield _("恰好 %(count)s 件") % {"count": field.count}
    if field.at_most:
        yield _("至多 %(count)s 件") % {"count": field.at_most}
    if field.formats:
        yield _("%(formats)s 格式") % {"formats": listed(tuple(f.upper() for f in field.formats))}
    if field.pixels:
        size = field.pixels.replace("x", "×")
        yield (_("%(size)s 像素") if field.pixels_are == "exact" else _("不小于 %(size)s 像素")) % {
            "size": size
        }
    yield _("每件不超过 %(size)s MB") % {"size": field.megabytes}
