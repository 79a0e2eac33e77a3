"""Applicants that might exist and do not: bodies of a place, made-up companies, teams; with valid credit codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stdnum.cn import uscc

from guiguan.replay.rehearse.places import Place
from guiguan.replay.rehearse.stream import Stream
from guiguan.replay.rehearse.topic_words import Topic

Kind = Literal[
    "public_body",
    "institution",
    "state_company",
    "company",
    "association",
    "branch",
    "subsidiary",
    "team",
    "person",
]

# Two characters that seldom stand together in a registered name.
_FIRST = "璟聿砺翊骥岚沐煜榕桐崧珩漓筠湛霁"
_SECOND = "维桥舟谱图擎辰讯禾拓塬帆枢衡朗陌"
_TEAM_FIRST = [
    "数海",
    "云端",
    "星火",
    "青禾",
    "桂语",
    "破浪",
    "蓝图",
    "山海",
    "拾光",
    "极目",
    "繁星",
    "追光",
    "知行",
    "远帆",
    "晨曦",
    "格物",
    "木棉",
    "竹叶",
    "北湾",
    "漓水",
    "红豆",
    "象山",
    "朱槿",
    "无界",
]
_TEAM_SECOND = [
    "拾珠",
    "先锋",
    "领航",
    "探路",
    "筑梦",
    "智汇",
    "启程",
    "同行",
    "创客",
    "引擎",
    "方舟",
    "织网",
    "寻路",
    "聚能",
    "解码",
    "破壁",
]
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_AUTHORITY = {"public_body": "11", "institution": "12", "association": "51"}
NATURES: dict[Kind, tuple[str, ...]] = {
    "public_body": ("政府部门", "机关", "政府"),
    "institution": ("事业单位", "高校", "科研院所"),
    "state_company": ("国有", "企业"),
    "company": ("民营", "企业"),
    "association": ("社会组织", "协会"),
    "branch": ("国有", "企业"),
    "subsidiary": ("国有", "企业"),
}
"""How the form's question for a unit's nature may put each kind."""


@dataclass(frozen=True)
class Organisation:
    """One applicant. `parent` is the group of a branch or subsidiary."""

    name: str
    kind: Kind
    place: Place
    credit_code: str
    parent: str = ""

    @property
    def brand(self) -> str:
        """What its products are called after."""
        return self.name.removeprefix(self.place.province_short).removeprefix(self.place.city_short)[:2]


def public_body(stream: Stream, topic: Topic, place: Place) -> Organisation:
    """A body of the place that works on the topic; a company's name where no public body does."""
    if not topic.bodies:
        return company(stream, topic, place, "state_company")
    name = stream.one(topic.bodies).replace("{p}", place.name).replace("{s}", place.short)
    if name.endswith("公司"):
        kind: Kind = "state_company"
    elif name.endswith(("局", "委员会", "办公室", "政府", "支队")) and not name.endswith("供电局"):
        kind = "public_body"
    else:
        kind = "state_company" if name.endswith("供电局") else "institution"
    return Organisation(name, kind, place, credit_code(stream, kind, place))


def company(stream: Stream, topic: Topic, place: Place, kind: Kind = "company") -> Organisation:
    """A company of the topic's trade: 南宁璟维数字科技有限公司."""
    brand = stream.one(_FIRST) + stream.one(_SECOND)
    # A group goes by its province's name, so that a branch in a city never repeats the city.
    where = (
        place.province_short
        if kind == "state_company"
        else stream.one((place.province_short, place.city_short))
    )
    ending = (
        "集团有限公司"
        if kind == "state_company"
        else stream.one(("有限公司", "有限公司", "股份有限公司", "有限责任公司"))
    )
    return Organisation(
        f"{where}{brand}{stream.one(topic.trade)}{ending}", kind, place, credit_code(stream, kind, place)
    )


def group_unit(
    stream: Stream, parent: Organisation, place: Place, kind: Literal["branch", "subsidiary"]
) -> Organisation:
    """A branch of the group in another place, or a subsidiary with a name of its own."""
    if kind == "branch":
        name = f"{parent.name}{place.city_short}分公司"
    else:
        name = f"{place.city_short}{parent.brand}{stream.one(('科技', '服务', '运营'))}有限公司"
    return Organisation(name, kind, place, credit_code(stream, kind, place), parent.name)


def association(stream: Stream, place: Place) -> Organisation:
    field = stream.one(("数字经济", "软件与信息服务业", "物联网", "电子商务", "智慧城市", "信息安全"))
    name = f"{place.city_short}{field}{stream.one(('协会', '促进会'))}"
    return Organisation(name, "association", place, credit_code(stream, "association", place))


def team(stream: Stream, place: Place) -> Organisation:
    return Organisation(f"{stream.one(_TEAM_FIRST)}{stream.one(_TEAM_SECOND)}团队", "team", place, "")


def person(number: int, place: Place) -> Organisation:
    """A person without a name: nobody's name may be met by chance."""
    return Organisation(f"个人开发者（{number:03}号）", "person", place, "")


def credit_code(stream: Stream, kind: Kind, place: Place) -> str:
    """A code with both check characters right (GB 32100-2015, and GB 11714-1997 for places 9 to 17)."""
    head = _AUTHORITY.get(kind, "91")
    body = "MA" if head == "91" else ""
    body += "".join(stream.one(_ALPHABET if head == "91" else "0123456789") for _ in range(8 - len(body)))
    code = head + place.code + body + _organisation_check(body)
    return code + str(uscc.calc_check_digit(code))


def _organisation_check(body: str) -> str:
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = 11 - sum(w * int(c, 36) for w, c in zip(weights, body, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))
