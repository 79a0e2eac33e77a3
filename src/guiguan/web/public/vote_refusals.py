"""Why a ballot was not taken, said to its voter: what was wrong with it and what to do. The words of the rules themselves are for the record."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from guiguan.apps.votes.queries import Vote
from guiguan.core.blueprint.stages import Ballots
from guiguan.web.public import vote_words as words
from guiguan.web.public.campaign_words import lang

CHOSEN = "{n}"
"""Stands for how many were chosen."""
_PROOFS = ("form", "forged", "other", "expired", "used", "wrong")
_REQUESTS = ("method", "bad-request", "no-upgrade", "too-large", "headers-too-large", "not-json", "no-key", "which-stage", "key-reused")  # fmt: skip


def refusals(vote: Vote) -> dict[str, str]:
    """The voter's words for the reasons that have any, by the reasons' ids."""
    gone = _("所选案例里有已退出投票的，请刷新页面后重新选择。您的其他选择已经保留。")
    stale = _("没能确认您的身份，请刷新页面后再提交。您的选择已经保留。")
    solve = _("验算没有通过，请再按一次“提交选票”，浏览器会重新验算。")
    return {
        "votes.over-limit": _over(vote.stage),
        "votes.wrong-number": _number(vote.stage),
        "votes.unknown-choice": gone,
        "votes.excluded-choice": gone,
        "votes.repeated-choice": _("同一个案例选了两次，请只选一次。"),
        "votes.early": _("投票还没有开始，请在 %(starts)s 以后再来。")
        % {"starts": words.minute(vote, vote.window.start)},
        "votes.late": _("投票已经结束，不再收选票。"),
        "votes.no-voter": stale,
        "ballots.no-voter": stale,
        "ballots.not-stored": _("还不能确认选票是否存妥，请再按一次“提交选票”，不会重复计票。"),
        **dict.fromkeys((f"ballots.challenge-{kind}" for kind in _PROOFS), solve),
        **dict.fromkeys((f"ballots.{kind}" for kind in _REQUESTS), odd()),
    }


def refused(vote: Vote, problem: dict[str, Any], chosen: int) -> str:
    """What the box answered, in the voter's words. `problem` is as RFC 9457 describes them."""
    rule = str(problem.get("type", "")).rpartition("/")[2]
    said = str(problem["detail" if lang() == "en" else "title"])
    return refusals(vote).get(rule, said).replace(CHOSEN, str(chosen))


def as_told(vote: Vote) -> str:
    """The same for the page's script."""
    return json.dumps(refusals(vote), ensure_ascii=False)


def odd() -> str:
    """Whatever the voter can do nothing about."""
    return _("选票没有交上去，请刷新页面后再试。您的选择已经保留。")


def few(low: int, high: int) -> str:
    """Too few are chosen; {left} stands for how many more it takes."""
    return (
        _("还不能提交：还要选 {left} 个")
        if low == high
        else _("还不能提交：至少选 %(low)s 个") % {"low": low}
    )


def _number(stage: Ballots) -> str:
    c = stage.choices
    if c.exactly is not None:
        return _("应选 %(n)s 个，您选了 {n} 个") % {"n": c.exactly}
    return _("应选 %(low)s 至 %(high)s 个，您选了 {n} 个") % {"low": c.at_least, "high": c.at_most}


def _over(stage: Ballots) -> str:
    """Which limit was met, where there is one alone; all of them otherwise."""
    firm = [limit for limit in stage.limits if limit.over == "refuse_ballot"]
    if len(firm) == 1 and firm[0].max == 1:
        per = frozenset(firm[0].per)
        if per == {"voter", "entry", "day"}:
            return _("所选案例里有您今天已经投过的，请改选其他案例")
        if per == {"voter", "entry"}:
            return _("所选案例里有您已经投过的，请改选其他案例")
        if per == {"voter", "day"}:
            return _("您今天已经投过票，每人每天限投一次")
        if per == {"voter"}:
            return _("您已经投过票，每人限投一次")
    return _("投票次数已满，这张选票没有收下。") + " ".join(words.limits(stage))
