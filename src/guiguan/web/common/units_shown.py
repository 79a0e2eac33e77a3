"""A unit as pages show it: its facts in rows, its state in words, its history as a timeline."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext as _

from guiguan.apps.accounts.deadline import SHANGHAI
from guiguan.apps.accounts.kinds import IN_GROUP, KINDS
from guiguan.apps.accounts.models import Organisation
from guiguan.core.values.credit_code import check_credit_code
from guiguan.core.values.finding import Finding
from guiguan.core.values.regions import Regions

COLOURS = {"waiting": "info", "approved": "success", "refused": "danger", "suspended": "warning"}


def state_title(state: str) -> str:
    return {
        "waiting": _("待审核"),
        "approved": _("已通过"),
        "refused": _("未通过"),
        "suspended": _("已停用"),
    }[state]


def act_title(act: str) -> str:
    return {
        "submit": _("提交注册"),
        "resubmit": _("重新提交"),
        "approve": _("审核通过"),
        "refuse": _("审核未通过"),
        "change": _("修改资料"),
        "suspend": _("停用"),
        "restore": _("恢复"),
    }[act]


def moment(at: int) -> str:
    """Day and time in China, to the minute."""
    when = datetime.datetime.fromtimestamp(at / 1000, SHANGHAI)
    return when.strftime("%Y-%m-%d %H:%M")


def region_name(code: str) -> str:
    found = Regions.official().find(code) if code else None
    return Regions.official().full_name(found) if found else code


def masked_code(code: str) -> str:
    """The first two and the last four characters: enough to compare, not enough to use."""
    return f"{code[:2]}{'*' * (len(code) - 6)}{code[-4:]}" if len(code) > 8 else code


def facts(unit: Organisation, *, masked: bool = False) -> list[dict[str, Any]]:
    """What the unit said of itself, for a summary list."""
    enterprise = unit.kind == "enterprise"
    rows = [
        (_("类别"), _(KINDS["enterprise" if enterprise else "user_unit"])),
        (_("企业名称") if enterprise else _("单位名称"), unit.name),
        (_("统一社会信用代码"), masked_code(unit.credit_code) if masked else unit.credit_code),
        (_("企业地址") if enterprise else _("单位地址"), unit.address),
        (_("所在地区"), region_name(unit.region)),
        (_("企业属性") if enterprise else _("单位性质"), _(unit.attribute)),
        (_("企业类型") if enterprise else _("所属行业"), _(unit.type)),
        (_("与集团的关系"), _(IN_GROUP[unit.unit_kind])),
    ]
    if unit.unit_kind:
        known = _("（已注册）") if unit.parent_id else _("（尚未注册）")
        rows.append((_("所属集团"), f"{unit.parent_name}{known}"))
    return [{"label": label, "value": value} for label, value in rows]


def history(unit: Organisation) -> list[dict[str, Any]]:
    """Every act of the unit's life, oldest first."""
    return [
        {
            "title": act_title(act.act),
            "when": moment(act.at),
            "text": act.reason,
            "state": "stopped" if act.act in ("refuse", "suspend") else "done",
        }
        for act in unit.acts.order_by("at", "pk")
    ]


def code_doubt(unit: Organisation) -> Finding | None:
    """What looks wrong with the unit's credit code."""
    return check_credit_code(unit.credit_code)[1] if unit.credit_code else None
