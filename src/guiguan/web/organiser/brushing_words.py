"""Words of the pages on suspected ballots: plain Chinese for what a detector saw and what it does not prove."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guiguan.core.votes.void import KEEP_REASONS, VOID_REASONS

Words = dict[str, Callable[[], str]]

STATES: Words = {
    "open": lambda: _("待核查"),
    "proposed": lambda: _("待复核"),
    "void": lambda: _("已作废"),
    "kept": lambda: _("不作废"),
    "restored": lambda: _("已恢复"),
}
COLOURS = {"open": "warning", "proposed": "info", "void": "danger", "kept": "success", "restored": "success"}
APPEAL_STATES: Words = {
    "waiting": lambda: _("待答复"),
    "proposed": lambda: _("待复核"),
    "upheld": lambda: _("申诉成立"),
    "rejected": lambda: _("申诉不成立"),
}
OUTCOMES: Words = {"void": lambda: _("作废"), "keep": lambda: pgettext("choice", "不作废")}
ANSWERS: Words = {"uphold": lambda: _("成立，恢复计票"), "reject": lambda: _("不成立，维持作废")}
RUN_STATES: Words = {
    "asked": lambda: _("即将开始"),
    "running": lambda: _("正在检测"),
    "done": lambda: _("已完成"),
    "failed": lambda: _("没有完成"),
}

DETECTORS: Words = {
    "d1": lambda: _("来源集中"),
    "d2": lambda: _("短时突增"),
    "d3": lambda: _("间隔规律"),
    "d4": lambda: _("新身份扎堆"),
    "d5": lambda: _("步调一致"),
    "d6": lambda: _("设备重合"),
    "d7": lambda: _("用时异常"),
    "d8": lambda: _("整张雷同"),
}
DOUBTS: Words = {
    "d1": lambda: _("学校、机关共用一个网络，正常动员也会这样。"),
    "d2": lambda: _("群里转发、媒体报道、上课时统一投票也会突增。"),
    "d3": lambda: _("人很难保持这样整齐的间隔；但不能说明是谁设的程序。"),
    "d4": lambda: _("刚开始宣传的单位，来的也多是第一次投票的人。"),
    "d5": lambda: _("按同一份推荐名单投票的人也会这样。"),
    "d6": lambda: _("同一型号的设备有时难以区分；已排除只在一个网络里的机房。"),
    "d7": lambda: _("同一型号的设备解题快慢相近；但选案例的时间不会都相近。"),
    "d8": lambda: _("按同一份推荐名单投票的人也会这样。"),
}


def reasons() -> list[tuple[str, str]]:
    """Every reason with its words, first those to void, then those to keep."""
    return [(code, reason(code)) for code in (*VOID_REASONS, *KEEP_REASONS)]


def reason(code: str) -> str:
    words = {
        "script": _("由程序自动提交"),
        "farm": _("由设备或账号批量操作"),
        "identities": _("为投票批量注册的身份"),
        "bought": _("经查证为买卖选票"),
        "mobilised": _("属正常的组织动员"),
        "shared": _("多人共用网络或设备"),
        "weak": _("证据不足"),
    }
    return words.get(code, code)


def sent_back(last: Mapping[str, str], outcomes: Words) -> dict[str, str] | None:
    """The proposal that a second person sent back last, and why; None where none was."""
    if not last.get("why"):
        return None
    named = reason(last["reason"]) if last.get("reason") else ""
    return {**last, "outcome": outcomes[last["outcome"]](), "reason": named}


def sentence(finding: Mapping[str, Any]) -> str:
    """What a finding says, with its figures."""
    f = dict(finding)
    match f["detector"]:
        case "D1" if f["times"] < 2:
            return _("一个网络的 %(voters)s 名投票人里有 %(chose)s 人投了同一案例，高于别处") % f
        case "D1":
            return (
                _("一个网络的 %(voters)s 名投票人里有 %(chose)s 人投了同一案例，是别处的 %(times)s 倍以上")
                % f
            )
        case "D2":
            return _("十分钟内同一案例得到 %(ballots)s 票，是平时同一时段的 %(times)s 倍以上") % f
        case "D3":
            f["middle"] = f"{f['middle_ms'] / 1000:.1f}"
            return _("%(gaps)s 个间隔里有 %(close)s 个在 %(middle)s 秒上下八分之一以内") % f
        case "D4":
            f["usual"] = f["usual_per_1000"] // 10
            return _("%(voters)s 名投票人里有 %(new)s 人当天第一次投票，全体当天约为 %(usual)s%%") % f
        case "D5":
            return _("两小时内 %(voters)s 名投票人同投三个相同案例，这样的情况出现在 %(days)s 天") % f
        case "D6":
            return (
                _("一台设备经 %(networks)s 个网络供 %(voters)s 名投票人使用，其中 %(chose)s 人投了同一案例")
                % f
            )
        case "D7" if "floor_ms" in f:
            f["floor"] = f"{f['floor_ms'] / 1000:.1f}"
            return _("全部投票里有 %(ballots)s 张从取题到交票不足 %(floor)s 秒") % f
        case "D7":
            f["from"] = f"{f['from_ms'] / 1000:.1f}"
            return _("同一来源的 %(ballots)s 张里有 %(close)s 张用时都在 %(from)s 秒起的一秒之内") % f
    return _("%(voters)s 名投票人的整张选票完全相同") % f
