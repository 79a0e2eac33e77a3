"""A vote's rules and states in plain words."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiguan.apps.votes.models import Act
from guiguan.apps.votes.queries import Vote
from guiguan.core.blueprint.ballots import Limit
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.stages import STAGE_TITLES, Ballots, Panel
from guiguan.core.values.moment import instant_text
from guiguan.web.public.campaign_words import lang

Words = dict[str, Callable[[], str]]

KINDS: Words = {
    "wechat": lambda: _("微信"),
    "phone": lambda: _("手机验证码"),
    "account": lambda: _("本站账号"),
    "ip": lambda: _("网络地址（IP）"),
    "device": lambda: _("这台设备"),
}
PHASES: Words = {
    "before": lambda: _("投票还没有开始"),
    "open": lambda: _("投票正在进行"),
    "paused": lambda: _("投票暂停"),
    "ended": lambda: _("投票已经结束"),
}
ACTS: Words = {
    "open": lambda: _("投票开始"),
    "pause": lambda: _("投票暂停"),
    "resume": lambda: _("投票恢复"),
    "close": lambda: _("投票结束"),
    "remove": lambda: _("案例退出投票"),
    "propose": lambda: _("提议案例退出投票"),
    "decline": lambda: _("不同意案例退出投票"),
    "take-back": lambda: _("收回案例退出投票的提议"),
}


def title(vote: Vote) -> str:
    """What the vote is called."""
    if vote.stage.title:
        return say(vote.stage.title, lang())
    return STAGE_TITLES["ballots"][lang() == "en"]


def minute(vote: Vote, at: int) -> str:
    """2021-06-10 00:00 in the campaign's zone; an end at midnight is the day before, 24:00."""
    return instant_text(at, ZoneInfo(vote.blueprint.zone))[:16].replace("T", " ")


def until(vote: Vote) -> str:
    """The window's end, as people write it."""
    text = minute(vote, vote.window.end)
    return f"{minute(vote, vote.window.end - 1)[:10]} 24:00" if text.endswith("00:00") else text


def choose(stage: Ballots) -> str:
    """How many to choose."""
    c = stage.choices
    if c.exactly is not None:
        return ngettext(
            "每张选票须选满 %(n)s 个案例，不能多也不能少。",
            "每张选票须选满 %(n)s 个案例，不能多也不能少。",
            c.exactly,
        ) % {"n": c.exactly}
    if c.at_least > 1:
        return _("每张选票选 %(low)s 至 %(high)s 个案例。") % {"low": c.at_least, "high": c.at_most}
    return ngettext("每张选票最多选 %(n)s 个案例。", "每张选票最多选 %(n)s 个案例。", c.at_most or 0) % {
        "n": c.at_most
    }


def limits(stage: Ballots) -> list[str]:
    """Each limit as a sentence."""
    return [_limit(limit) for limit in stage.limits]


def _limit(limit: Limit) -> str:
    per = set(limit.per)
    given = {"n": limit.max}
    whose = _("同一网络地址") if "ip" in per else _("同一投票人")
    if {"ip", "voter"} <= per:
        whose = _("同一投票人在同一网络地址")
    parts = {
        "day": _("每天"),
        "entry": _("对同一案例"),
        "channel": _("在同一渠道"),
    }
    said = (
        ngettext("最多投 %(n)s 票", "最多投 %(n)s 票", limit.max)
        if "entry" in per
        else ngettext("最多投 %(n)s 张选票", "最多投 %(n)s 张选票", limit.max)
    )
    around = [parts[p] for p in ("day", "channel", "entry") if p in per]
    if lang() == "en":  # Each voter: at most 1 vote for the same case a day.
        return f"{whose}: {' '.join([said % given, *reversed(around)])}."
    return f"{whose}{''.join(around)}{said % given}{_('。')}"


def daily(stage: Ballots) -> bool:
    """Whether what a voter has used up is there again the next day."""
    return all("day" in limit.per for limit in stage.limits)


def counts_words(stage: Ballots) -> str:
    """What of the counts is seen when."""
    if stage.counts == "hidden":
        return _("票数在投票结束后公布。")
    if stage.counts == "delayed":
        return _("票数延后 %(n)s 分钟公布。") % {"n": stage.delay_minutes}
    return _("票数随时公布。")


def criteria(vote: Vote) -> list[dict[str, str]]:
    """The guide by which to judge the cases: that of the panel that marks by it."""
    panel = next((s for s in vote.blueprint.stages if isinstance(s, Panel) and s.criteria), None)
    if panel is None:
        return []
    return [
        {"title": say(c.title, lang()), "guide": say(c.guide, lang()) if c.guide else ""}
        for c in panel.criteria
    ]


def act_events(vote: Vote, acts: list[Act], names: dict[str, str]) -> list[dict[str, str]]:
    """How the vote was conducted, for a timeline."""
    return [
        {
            "title": ACTS[a.act]() + (f"{_('：')}{names.get(a.entry, a.entry)}" if a.entry else ""),
            "when": minute(vote, a.at),
            "text": a.reason,
            "state": "done",
        }
        for a in acts
    ]
