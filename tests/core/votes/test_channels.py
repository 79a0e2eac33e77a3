"""Channels and partners: what the blueprint names, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from guiguan.core.votes.advice import advice
from guiguan.core.votes.channels import channel_of, embedders, partner_names

PARTNER = {"name": "甲网", "site": "https://www.example.cn", "channel": "a"}


def test_nobody_makes_up_a_channel(make_rule: Any) -> None:
    stage = make_rule(channels={"a": "甲网"}).stage
    assert channel_of(stage, "a") == "a"
    assert [channel_of(stage, t) for t in ("", "b", "A", "a ", "甲网", "a" * 100)] == [""] * 6


def test_only_partners_with_a_site_may_embed(make_rule: Any) -> None:
    stage = make_rule(channels={"a": "甲网"}, partners=[PARTNER, "乙网", PARTNER | {"name": "丙网"}]).stage
    assert embedders(stage) == ("https://www.example.cn",)
    assert partner_names(stage) == (("甲网", True), ("乙网", False), ("丙网", True))


@pytest.mark.parametrize(
    "site",
    [
        "http://www.example.cn",
        "https://www.example.cn/",
        "https://www.example.cn/a",
        "https://*.example.cn",
        "https://www.example.cn https://other.example",
        "https://www.example.cn; script-src *",
        "https://user@example.cn",
        "https://WWW.example.cn",
        "https://a.cn\n",
        "javascript:alert(1)",
        "*",
    ],
)
def test_a_site_is_one_origin_and_never_opens_the_policy_wider(make_rule: Any, site: str) -> None:
    with pytest.raises(ValidationError):
        make_rule(partners=[{"name": "甲网", "site": site}])


def test_a_partners_channel_is_one_of_the_votes(make_rule: Any) -> None:
    with pytest.raises(ValidationError, match="channels"):
        make_rule(channels={"b": "乙网"}, partners=[PARTNER])


def rules(stage: Any) -> list[str]:
    return [f.rule for f in advice(stage)]


LIMIT = [{"per": ["voter", "day"], "max": 1, "over": "refuse_ballot"}]


def test_a_vote_by_wechat_needs_no_warning(make_rule: Any) -> None:
    assert rules(make_rule(limits=LIMIT).stage) == []


def test_a_limit_by_address_warns_of_shared_addresses_and_long_prefixes(make_rule: Any) -> None:
    by_ip = [{"per": ["ip", "day"], "max": 1, "over": "refuse_ballot"}]
    assert rules(make_rule(voter=["ip"], limits=by_ip).stage) == ["votes.shared-address"]
    tight = make_rule(voter=["wechat"], limits=by_ip, ip_prefix={"v4": 24, "v6": 128}).stage
    assert rules(tight) == ["votes.shared-address", "votes.ipv6-prefix", "votes.ipv4-prefix"]


def test_weak_identity_no_limit_and_partners_without_a_site_are_told(make_rule: Any) -> None:
    assert rules(make_rule(voter=["device"], partners=["乙网"]).stage) == [
        "votes.device-only",
        "votes.no-limit",
        "votes.partner-without-site",
    ]
    assert rules(make_rule(voter=["device", "ip"], limits=LIMIT).stage) == ["votes.shared-address"]


def test_every_advice_is_a_warning(make_rule: Any) -> None:
    assert {f.severity for f in advice(make_rule(voter=["device", "ip"], partners=["乙网"]).stage)} == {
        "warning"
    }
