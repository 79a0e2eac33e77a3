"""Why a ballot is not taken: each reason with its words, its HTTP status, and how long to wait before trying again."""

from __future__ import annotations

from typing import NamedTuple

from guiguan.core.values.exclusion import RULES


class Reason(NamedTuple):
    """`retry` in seconds; 0 where trying again is of no use."""

    rule: str
    zh: str
    en: str
    status: int
    retry: int = 0


_OWN = (
    Reason("ballots.not-found", "没有这个地址", "there is no such address", 404),
    Reason(
        "ballots.method",
        "此地址不接受这种请求方法：选票用 POST 提交，验算题用 GET 领取",
        "this address does not take this method: ballots are sent by POST, challenges are got by GET",
        405,
    ),
    Reason(
        "ballots.bad-request",
        "请求不是合乎规定的 HTTP，或者没有按时发完",
        "the request is not well-formed HTTP, or was not sent in time",
        400,
    ),
    Reason(
        "ballots.no-upgrade",
        "此地址只用 HTTP/1.1，请不要带 Upgrade 请求头",
        "HTTP/1.1 alone is spoken here; leave the header Upgrade out",
        400,
    ),
    Reason(
        "ballots.too-large",
        "选票内容过大，应在 8 KB 以内",
        "the ballot is too large; at most 8 KB are read",
        413,
    ),
    Reason("ballots.headers-too-large", "请求头过大", "the headers of the request are too large", 431),
    Reason(
        "ballots.not-json",
        '选票应为 JSON，形如 {"choices": ["1", "2"]}，Content-Type 为 application/json',
        'a ballot is JSON such as {"choices": ["1", "2"]} with Content-Type: application/json',
        422,
    ),
    Reason(
        "ballots.no-key",
        "缺少 Idempotency-Key，应为 1 至 64 个可见的 ASCII 字符；重试同一张选票时用同一个值",
        "Idempotency-Key is missing: 1 to 64 visible ASCII characters, the same again when the same ballot is retried",
        422,
    ),
    Reason(
        "ballots.which-stage",
        "这个活动有几个投票，请用 stage 写明投哪一个",
        "this campaign has several votes; say in `stage` which one is meant",
        422,
    ),
    Reason(
        "ballots.no-voter",
        "未能确认投票人，请重新验证身份后再投",
        "nobody has made sure who votes; prove who you are and try again",
        401,
    ),
    Reason(
        "ballots.no-campaign", "没有这个活动，或者没有网络投票", "no such campaign, or it has no vote", 404
    ),
    Reason("ballots.not-open", "投票尚未开始", "the vote has not opened yet", 403),
    Reason(
        "ballots.paused",
        "投票暂停，恢复时间请看活动公告",
        "the vote is paused; see the campaign's notices",
        403,
    ),
    Reason("ballots.closed", "投票已经结束", "the vote has closed", 403),
    Reason(
        "ballots.key-reused",
        "这个 Idempotency-Key 已用于另一张选票；每张选票请用新的值",
        "this Idempotency-Key came with another ballot before; use a new one for each ballot",
        409,
    ),
    Reason(
        "ballots.too-many",
        "同时提交的选票过多，请等前一张有了结果再投",
        "too many ballots of one voter at once; wait for the answer to the one before",
        429,
        1,
    ),
    Reason(
        "ballots.busy",
        "投票的人太多，这张选票没有收下，请稍后重试",
        "too many people are voting; this ballot was not taken, try again shortly",
        503,
        1,
    ),
    Reason(
        "ballots.not-stored",
        "选票未能确认存妥，请用同一个 Idempotency-Key 重试，不会重复计票",
        "the ballot could not be confirmed as stored; retry with the same Idempotency-Key, it will not count twice",
        503,
        2,
    ),
    Reason(
        "ballots.broken", "系统出了差错，已经记录，请稍后再试", "something broke; it has been recorded", 500
    ),
    Reason(
        "log.busy",
        "日志暂时读不出来，请稍后重试",
        "the log cannot be read at this moment; try again shortly",
        503,
        1,
    ),
    # what stands before the box (guarded.py)
    Reason("ballots.too-fast", "操作太快，请稍等再试", "too fast; wait a moment and try again", 429, 1),
    Reason(
        "ballots.no-challenge",
        "投票前须由浏览器解一道验算题；请用较新的浏览器打开投票页，并允许运行脚本",
        "a ballot brings the solution of a challenge in Guiguan-Challenge; get one from …/challenge",
        403,
    ),
    Reason(
        "ballots.challenge-form",
        "Guiguan-Challenge 不是合乎规定的答案，请重新取题",
        "Guiguan-Challenge does not hold a solution in the right form; get a new challenge",
        403,
    ),
    Reason(
        "ballots.challenge-forged",
        "验算题不是本站出的，请重新取题",
        "the challenge was not made by this installation; get one from it",
        403,
    ),
    Reason(
        "ballots.challenge-other",
        "验算题是给别的投票人、别的投票或别的服务器的，请重新取题",
        "the challenge was made for another voter, another vote or another server; get a new one",
        403,
    ),
    Reason(
        "ballots.challenge-expired",
        "验算题已过时，请重新取题",
        "the challenge has expired; get a new one",
        403,
    ),
    Reason(
        "ballots.challenge-used",
        "验算题已经用过，一道题只能投一张选票；请重新取题",
        "the challenge was used; each serves for one ballot, get a new one",
        403,
    ),
    Reason(
        "ballots.challenge-busy",
        "系统忙，没有核对成验算题，选票没有收下，请稍后重试",
        "the challenge could not be checked at this moment, so the ballot was not taken; try again shortly",
        503,
        1,
    ),
    Reason(
        "ballots.challenge-wrong",
        "验算结果不对，请重新取题",
        "the solution is wrong; get a new challenge",
        403,
    ),
)
_STATUS = {"votes.early": 403, "votes.late": 403, "votes.no-voter": 401, "votes.over-limit": 409}

REASONS: dict[str, Reason] = {
    **{
        rule: Reason(rule, zh, en, _STATUS.get(rule, 422))
        for rule, (zh, en) in RULES.items()
        if rule.startswith("votes.")
    },
    **{reason.rule: reason for reason in _OWN},
}


class Refused(Exception):
    """The ballot is not taken, for this reason."""

    def __init__(self, rule: str, retry: int = 0) -> None:
        super().__init__(rule)
        self.reason = REASONS[rule]
        self.retry = retry or self.reason.retry
        self.poll = 0  # whose refusal it is counted as, 0 where no vote was found
