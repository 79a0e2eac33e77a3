"""What applicants write into the form: an answer of the right kind for every field, in plain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from fractions import Fraction
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.base import ends_at, say, starts_at
from guiguan.core.blueprint.form import (
    ChoiceField,
    ConsentField,
    DateField,
    FormField,
    ListField,
    NumberField,
    RowsField,
    TextField,
    UploadField,
)
from guiguan.core.blueprint.lookup import option_labels
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.funding.grant import UNITS
from guiguan.core.values.chinese import count_characters
from guiguan.core.values.moment import day_of
from guiguan.core.values.rounding import decimal_text
from guiguan.replay.rehearse.organisations import NATURES, Organisation
from guiguan.replay.rehearse.places import Place
from guiguan.replay.rehearse.stream import Stream, Weighted

_FOR = ["企业和群众", "基层工作人员", "一线职工", "中小企业", "社区居民", "业务管理人员", "行业用户"]
_DOES = (
    "打通业务系统和数据壁垒，实现线上线下一体办理",
    "汇聚多部门数据，支持分析研判和辅助决策",
    "梳理再造业务流程，减少重复填报和人工核对",
    "采用国产化软硬件部署，通过网络安全等级保护测评",
    "建立统一数据标准，实现全过程留痕和可追溯",
    "整合原有分散系统，统一入口、统一认证、统一监管",
)
_GAINS = (
    "办理时限平均压缩{n}%",
    "累计服务{n}万人次",
    "每年节约运行成本约{n}万元",
    "数据共享接口增加到{n}个",
    "群众满意度提高{n}个百分点",
    "平均响应时间缩短到{n}分钟",
)
# What short questions are answered with, by a word of their label.
_SHORT: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("职务",), ("信息科科长", "办公室副主任", "项目经理", "技术负责人", "综合科干部")),
    (("国家",), ("中国", "中国", "中国", "中国", "马来西亚", "越南", "新加坡", "德国")),
    (("操作系统",), ("统信UOS", "银河麒麟", "统信UOS、银河麒麟", "openEuler")),
    (("CPU", "处理器"), ("鲲鹏", "飞腾", "海光", "龙芯", "鲲鹏、飞腾")),
    (("信息来源",), ("主办单位网站", "行业协会通知", "主管部门转发")),
    (("企业属性",), ("软件企业", "系统集成企业", "整机企业")),
    (("企业类型",), ("有限责任公司", "股份有限公司", "国有独资公司")),
    (("获奖", "荣誉"), ("无", "获市级信息化优秀项目", "获行业数字化转型示范项目", "无")),
    (("资金来源",), ("无", "单位自筹", "自筹和银行贷款")),
    (
        ("团队成员", "团队构成"),
        ("队长、数据分析、前端开发、产品设计各一人", "指导老师一人、学生四人", "技术三人、业务两人"),
    ),
    (("同类财政资金",), ("无", "无", "近两年未获得同类财政资金支持")),
)
_STREETS = ["人民路", "解放路", "建设路", "民族大道", "科技大道", "新兴路", "文化路"]
_LONG_WORDS = (
    "简介",
    "描述",
    "概要",
    "介绍",
    "方案",
    "架构",
    "背景",
    "效益",
    "情况",
    "能力",
    "价值",
    "亮点",
    "优势",
)


class Answers:
    """Answers for one blueprint's form. `opens` is the instant at which declaring opens."""

    def __init__(self, b: Blueprint, opens: int) -> None:
        self.b = b
        self.zone = ZoneInfo(b.zone)
        self.opens = day_of(opens, self.zone)
        self.edges = _tier_edges(b)
        self.wanted = _wanted_values(b)
        self._choices = {f.id: self._weighted(f) for f in b.form if isinstance(f, ChoiceField)}

    def answer(
        self, field: FormField, title: str, who: Organisation, stream: Stream, so_far: Mapping[str, str]
    ) -> str:
        """The text of one cell; empty where the field does not show, or is optional and left out."""
        if field.shown_when and any(so_far.get(f, "") not in v for f, v in field.shown_when.items()):
            return ""
        if not field.required and stream.chance(55):
            return ""
        match field:
            case TextField():
                return self.text(field, title, who.place, stream)
            case NumberField():
                return self.number(field, stream)
            case DateField():
                return self.date(field, stream)
            case ChoiceField():
                return self.choice(field, who, stream)
            case ConsentField():
                return field.answers[0] if stream.chance(80) else stream.one(field.answers)
            case UploadField():
                return _files(field)
            case ListField():
                names = [
                    f"第{n}合作单位" for n in "一二三四五六七八九十"[: min(field.max, stream.between(1, 2))]
                ]
                return "；".join(names) if field.of == "organisation" else stream.one(_DOES)
            case RowsField():
                return "；".join(
                    f"{say(c.label)}：{self._cell(c.kind, c.options, stream)}" for c in field.columns
                )
        return self.plain(field, who, stream)

    def plain(self, field: FormField, who: Organisation, stream: Stream) -> str:
        """Facts about people and lines: none of them can belong to anybody."""
        fixed: dict[str, Callable[[], str]] = {
            "month": lambda: f"{self.opens.year - 1}-{stream.between(1, 12):02}",
            "month_range": lambda: (
                f"{self.opens.year - 2}-{stream.between(1, 12):02} 至 {self.opens.year - 1}-{stream.between(1, 12):02}"
            ),
            "region": lambda: who.place.name,
            "organisation": lambda: who.name,
            "url": lambda: (
                "无"
                if field.none_accepted and stream.chance(30)
                else f"https://www.example.org/{stream.between(100, 999)}"
            ),
            "phone": lambda: f"0000-{stream.between(2_000_000, 8_999_999)}",
            "email": lambda: f"contact{stream.between(100, 999)}@example.org",
            "person": lambda: f"联系人{stream.one('甲乙丙丁戊己庚辛')}",
            # No division has the code 000000, so that nobody has this number.
            "identity_number": lambda: f"000000190001{stream.between(10, 28)}000{stream.below(10)}",
            "credit_code": lambda: who.credit_code,
        }
        return fixed[field.kind]()

    def text(self, field: TextField, title: str, place: Place, stream: Stream) -> str:
        label = say(field.label)
        for words, given in _SHORT:
            if any(w in label for w in words):
                return stream.one(given)
        if "地址" in label:
            return f"{place.province_short}{place.name}{stream.one(_STREETS)}{stream.between(1, 200)}号"
        long = field.lines and any(w in label for w in _LONG_WORDS)
        most = field.max or 400
        said = f"{title}面向{stream.one(_FOR)}，{stream.one(_DOES)}。"
        if long:
            more = [f"{does}。" for does in stream.some(_DOES, 2) if does not in said]
            said += "".join(more) + f"应用后，{stream.one(_GAINS).format(n=stream.between(12, 60))}。"
        return said if count_characters(said) <= most else "详见附件"[:most]

    def number(self, field: NumberField, stream: Stream) -> str:
        edges = self.edges.get(field.id, ())
        if edges and stream.chance(30):
            return stream.one(edges)
        low, high = field.min if field.min is not None else 0, field.max
        unit = field.unit or ""
        top = {"人": 120, "项": 20, "个": 20, "%": 100, "分": 100}.get(unit)
        if high is not None:
            value = stream.between(low, high)
        elif top is not None:
            value = low + stream.below(top) * stream.below(top) // top
        else:  # money and the like: many small, few large
            value = low + stream.between(20, 200) * stream.one((1, 1, 2, 3, 5, 8, 13))
        decimals = stream.below(10 ** min(field.digits, 2)) if field.digits and value != high else 0
        return (
            f"{value}.{decimals:0{min(field.digits, 2)}}".rstrip("0").rstrip(".") if decimals else str(value)
        )

    def date(self, field: DateField, stream: Stream) -> str:
        low, high = self.opens - dt.timedelta(days=900), self.opens - dt.timedelta(days=30)
        if field.until is not None:
            high = day_of(ends_at(field.until, self.zone) - 1, self.zone)
            low = high - dt.timedelta(days=900)
        if field.within is not None:
            low = day_of(starts_at(field.within[0], self.zone), self.zone)
            last = day_of(ends_at(field.within[1], self.zone) - 1, self.zone)
            high = min(high, last) if field.until else last
        return (low + dt.timedelta(days=stream.below(max(1, (high - low).days + 1)))).isoformat()

    def choice(self, field: ChoiceField, who: Organisation, stream: Stream) -> str:
        if field.eligible:
            return stream.one(field.eligible)
        if field.kind == "choices":
            return "；".join(stream.some(tuple(option_labels(field)), stream.between(1, 3)))
        options = tuple(option_labels(field))
        for desk in self.b.contacts:  # a question for the part of the country
            if desk.area in options and who.place.province in desk.provinces:
                return str(desk.area)
        for word in NATURES.get(who.kind, ()):
            own = [o for o in options if word in o]
            if own:
                return stream.one(own)
        return self._choices[field.id].draw(stream)

    def _weighted(self, field: ChoiceField) -> Weighted[str]:
        """Where prizes or money ask for a value, it comes often; where lists do for all, the later ones oftener."""
        options = tuple(dict.fromkeys(option_labels(field)))
        wanted = self.wanted.get(field.id, frozenset())
        if not wanted:
            return Weighted(options, [1] * len(options))
        if wanted >= set(options):
            return Weighted(options, [(i + 1) ** 3 for i in range(len(options))])
        return Weighted(options, [12 if o in wanted else 1 for o in options])

    def _cell(self, kind: str, options: tuple[object, ...], stream: Stream) -> str:
        labels = [o if isinstance(o, str) else str(getattr(o, "label", "")) for o in options]
        return stream.one(_DOES) if kind == "text" else stream.one(labels)


def _files(field: UploadField) -> str:
    stem = {"pictures": "图片", "scan": "签章扫描件", "files": "材料"}[field.kind]
    ending = field.formats[0] if field.formats else {"pictures": "jpg"}.get(field.kind, "pdf")
    return "；".join(f"{stem}{i + 1}.{ending}" for i in range(field.count or 1))


def _wanted_values(b: Blueprint) -> dict[str, frozenset[str]]:
    """For each field, the values that some award or route of money asks for."""
    found: dict[str, frozenset[str]] = {}
    for when in (*(a.when for a in b.awards), *(f.when for f in b.funding)):
        for name, values in (when or {}).items():
            found[name] = found.get(name, frozenset()) | set(values)
    return found


def _tier_edges(b: Blueprint) -> dict[str, tuple[str, ...]]:
    """For each investment field, amounts at the edges of its tiers: exactly on them, and one fen more."""
    found: dict[str, tuple[str, ...]] = {}
    fields = {f.id: f for f in b.form}
    for funding in b.funding:
        field = fields[funding.base]
        assert isinstance(field, NumberField)
        per_unit = UNITS[field.unit or "元"]
        edges = [
            fen for tier in funding.tiers if tier.up_to is not None for fen in (tier.up_to, tier.up_to + 1)
        ]
        last = max(edges, default=500 * 1_000_000)
        texts = [decimal_fraction(fen, per_unit) for fen in (*edges, last * 3)]
        fitting = [t for t in texts if len(t.partition(".")[2]) <= field.digits]
        found[funding.base] = tuple(dict.fromkeys((*found.get(funding.base, ()), *fitting)))
    return found


def decimal_fraction(fen: int, per_unit: int) -> str:
    """The amount in a unit of so many fen, exact and without idle zeros: 500,000,001 fen in 万元 are 500.000001."""
    text = decimal_text(Fraction(fen, per_unit), 10)
    return text.rstrip("0").rstrip(".")
