"""Words of the progress query and of paper copies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiguan.apps.screening.deadline import until_text
from guiguan.apps.screening.progress import Step
from guiguan.web.common.moments import moment

Words = dict[str, Callable[[], str]]

PAPER_STATES: Words = {
    "awaited": lambda: _("待寄送"),
    "sent": lambda: _("已寄出"),
    "arrived": lambda: _("已收齐"),
    "missing": lambda: _("有缺少"),
}
PAPER_COLOURS = {"awaited": "neutral", "sent": "info", "arrived": "success", "missing": "warning"}

STATES: Words = {
    "preregistered": lambda: _("已报名"),
    "draft": lambda: _("草稿"),
    "submitted": lambda: _("已提交，待审查"),
    "returned": lambda: _("退回补正"),
    "withdrawn": lambda: _("已撤回"),
    "accepted": lambda: _("审查通过"),
    "refused": lambda: _("审查未通过"),
    "abandoned": lambda: _("已放弃"),
}

_STEPS: Words = {
    "registered": lambda: _("已报名"),
    "submitted": lambda: _("已提交申报"),
    "resubmitted": lambda: _("再次提交"),
    "return": lambda: _("退回补正"),
    "accept": lambda: _("形式审查通过"),
    "refuse": lambda: _("形式审查未通过"),
    "expired": lambda: _("逾期未补正，未通过"),
    "withdrawn": lambda: _("已撤回"),
    "sent": lambda: _("纸质材料已寄出"),
    "arrived": lambda: _("纸质材料已收到"),
    "reviewing": lambda: _("等待形式审查"),
    "correcting": lambda: _("等待补正后重新提交"),
}


def lang() -> str:
    """The language of the blueprint's texts."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def event(step: Step, zone: str) -> dict[str, Any]:
    """A step of the timeline in words."""
    if step.what == "stage":
        return {"title": step.title, "when": _span(step, zone), "state": step.state}
    text = step.reason
    if step.what == "return":
        text = _("需补正 %(faults)s 处，登录后可以查看") % {"faults": step.faults}
    if step.until is not None and step.what in ("return", "correcting"):
        until = _("最迟 %(until)s") % {"until": until_text(step.until, zone)}
        text = f"{text}{_('；')}{until}" if text else until
    return {
        "title": _STEPS[step.what](),
        "when": moment(step.at) if step.at is not None else "",
        "text": text,
        "state": step.state,
    }


def _span(step: Step, zone: str) -> str:
    days = [
        until_text(step.at + 1, zone)[:10] if step.at is not None else "",
        until_text(step.until, zone)[:10] if step.until is not None else "",
    ]
    if not any(days):
        return _("时间另行公布")
    return " — ".join(d for d in days if d)
