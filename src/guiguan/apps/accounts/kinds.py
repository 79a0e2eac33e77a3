"""How units are classified where they register. The terms are stored as they stand here and translated only where they are shown."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext_noop as _

UnitKind = Literal["enterprise", "user_unit"]

KINDS: dict[UnitKind, str] = {"enterprise": _("企业单位"), "user_unit": _("用户单位")}

ATTRIBUTES: dict[UnitKind, tuple[str, ...]] = {
    "enterprise": (
        _("中央企业"),
        _("地方国有企业"),
        _("民营企业"),
        _("混合所有制企业"),
        _("港澳台商投资企业"),
        _("外商投资企业"),
        _("集体企业"),
        _("其他企业"),
    ),
    "user_unit": (
        _("党政机关"),
        _("事业单位"),
        _("科研院所"),
        _("高等院校"),
        _("医疗卫生机构"),
        _("国有企业"),
        _("民营企业"),
        _("社会组织"),
        _("其他单位"),
    ),
}
"""企业属性 of enterprises (who owns them), 单位性质 of user units."""

TYPES: dict[UnitKind, tuple[str, ...]] = {
    "enterprise": (
        _("有限责任公司"),
        _("国有独资公司"),
        _("股份有限公司（上市）"),
        _("股份有限公司（非上市）"),
        _("分公司"),
        _("合伙企业"),
        _("个人独资企业"),
        _("全民所有制企业"),
        _("集体所有制企业"),
        _("其他类型"),
    ),
    "user_unit": (
        _("党政"),
        _("金融"),
        _("通信"),
        _("电力与能源"),
        _("交通运输"),
        _("航空航天"),
        _("教育"),
        _("医疗"),
        _("科研"),
        _("制造"),
        _("建筑与地产"),
        _("农业农村"),
        _("文化旅游"),
        _("其他行业"),
    ),
}
"""企业类型 of enterprises (as their licence says), 所属行业 of user units."""

IN_GROUP: dict[str, str] = {
    "": _("独立单位"),
    "branch": _("集团的分公司或分支机构"),
    "subsidiary": _("集团的子公司"),
}
"""A branch has no legal person of its own and declares with its group; a subsidiary declares for itself."""
