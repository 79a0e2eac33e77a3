"""What keeps a list from being made as wished, in words."""

from __future__ import annotations

from guiguan.apps.entries.models import Entry
from guiguan.apps.recommending.models import Recommendation
from guiguan.apps.recommending.quota import Quota
from guiguan.core.values.finding import Finding, InputError


def over_quota(now: Quota) -> Finding:
    return Finding(
        "recommendation.quota",
        f"名额已满：本区域正式申报 {now.declared} 项，按规则可推荐 {now.seats} 项，名单上已有 {now.listed} 项；请先移出一项",
        f"no place is left: {now.declared} were declared here, the rule gives {now.seats}, the list has {now.listed}; take one off first",
    )


def not_passed(entry: Entry) -> Finding:
    return Finding(
        "recommendation.not-passed",
        f"“{entry.title or entry.number}”没有通过形式审查，不能列入名单",
        f"{entry.title or entry.number} has not passed the formal review and cannot be listed",
    )


def not_here() -> Finding:
    return Finding(
        "recommendation.not-here",
        "这一项不属于本名单，请刷新页面后重新选择",
        "this is not of this list; reload the page and choose again",
    )


def already() -> Finding:
    return Finding(
        "recommendation.already",
        "已经办理过，或有一项变更正在等待复核；请刷新页面查看",
        "this was done before, or a change waits for its second person; reload the page",
    )


def too_early() -> Finding:
    return Finding(
        "recommendation.early",
        "申报尚未截止，申报总数还会变化，名额不能确定；请在申报截止后报送",
        "declaring goes on, so the number of places is not settled; hand the list up after it closed",
    )


def nothing_listed() -> Finding:
    return Finding(
        "recommendation.empty",
        "名单上还没有申报件，不能报送",
        "nothing is on the list, so there is nothing to hand up",
    )


def ended() -> Finding:
    return Finding(
        "recommendation.ended",
        "活动已结束，名单不能再改动",
        "the campaign has ended and its lists change no more",
    )


def reason_wanted(least: int, most: int) -> Finding:
    return Finding(
        "recommendation.reason",
        f"请写明理由（{least} 至 {most} 字）",
        f"give a reason ({least} to {most} characters)",
    )


def gone_on(found: Recommendation, wanted: str) -> None:
    """Raises InputError where the list is not in the state wanted any more."""
    if found.state == wanted:
        return
    if wanted == "draft":
        raise InputError(
            Finding(
                "recommendation.handed-up",
                "名单已报送，须由两人办理变更，并写明理由",
                "the list has been handed up; a change takes two persons and a reason",
            )
        )
    raise InputError(
        Finding(
            "recommendation.draft",
            "名单还没有报送，或刚被退回；请刷新页面查看",
            "the list has not been handed up, or was just sent back; reload the page",
        )
    )
