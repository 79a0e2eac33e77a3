"""What whoever opens a vote should know of its rules before the first ballot: findings, none of which stops anything."""

from __future__ import annotations

from collections.abc import Iterator

from guiguan.core.blueprint.stages import Ballots
from guiguan.core.values.finding import Finding
from guiguan.core.votes.channels import partner_names

USUAL_V6 = 64
"""One subscriber usually has a whole /64, often a /56 (RFC 6177): a longer prefix gives one person many addresses."""


def advice(stage: Ballots) -> tuple[Finding, ...]:
    """Every warning about one vote's rules."""
    return (*_addresses(stage), *_identity(stage), *_partners(stage))


def _warning(rule: str, zh: str, en: str) -> Finding:
    return Finding(rule, zh, en, severity="warning")


def _addresses(stage: Ballots) -> Iterator[Finding]:
    if not ("ip" in stage.voter or any("ip" in limit.per for limit in stage.limits)):
        return
    yield _warning(
        "votes.shared-address",
        "按 IP 限票时，同一单位、学校、小区或手机基站的许多人共用一个 IP，先投的人会用完大家的票；"
        "换用移动网络的同一个人又会有新的 IP。请在公告中说明，或改用微信、手机号认定投票人",
        "with a limit by IP address, people of one office, school or mobile cell share an address, and the first uses it up for all; "
        "one person on a mobile network gets new ones. Say so in the notice, or tell voters apart by WeChat or phone",
    )
    v6 = stage.ip_prefix.get("v6", USUAL_V6)
    if v6 > USUAL_V6:
        yield _warning(
            "votes.ipv6-prefix",
            f"IPv6 按前 {v6} 位计：一户通常分得前 {USUAL_V6} 位相同的整段地址，一个人可以换出无数个。"
            f"请把 ip_prefix 的 v6 写成 {USUAL_V6} 或更小",
            f"IPv6 is counted by /{v6}: one household usually has a whole /{USUAL_V6}, so one person can use addresses without end. "
            f"Set v6 of ip_prefix to {USUAL_V6} or less",
        )
    v4 = stage.ip_prefix.get("v4", 32)
    if v4 < 32:
        yield _warning(
            "votes.ipv4-prefix",
            f"IPv4 按前 {v4} 位计：{2 ** (32 - v4)} 个相邻地址合用一份票数，可能互不相识",
            f"IPv4 is counted by /{v4}: {2 ** (32 - v4)} neighbouring addresses share one right, maybe strangers to each other",
        )


def _identity(stage: Ballots) -> Iterator[Finding]:
    if set(stage.voter) <= {"device"}:
        yield _warning(
            "votes.device-only",
            "只按设备认定投票人：清除浏览器数据或换一个浏览器就能再投。建议与 IP、手机号或微信合用",
            "voters are told apart by their device alone: who clears the browser's data votes again. Join it with IP, phone or WeChat",
        )
    if not stage.limits:
        yield _warning(
            "votes.no-limit",
            "没有写任何次数限制（limits），同一个人可以无限次投票",
            "no limit is written (limits): one person may vote without end",
        )


def _partners(stage: Ballots) -> Iterator[Finding]:
    names = [name for name, embeds in partner_names(stage) if not embeds]
    if names:
        yield _warning(
            "votes.partner-without-site",
            f"{len(names)} 个合作网站只写了名称，没有写 site，不能嵌入投票页：{'、'.join(names)}",
            f"partners that have a name but no site cannot embed the vote ({len(names)}): {', '.join(names)}",
        )
