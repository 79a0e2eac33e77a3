"""Pseudonyms by golden vectors under the key 00 01 … 1f, and what they must never let through."""

from __future__ import annotations

import hashlib
import hmac
import re

import pytest

from guiguan.core.blueprint.stages import Ballots
from guiguan.core.evidence.pseudonym import Pseudonyms, lives_a_day

KEY = bytes(range(32))
NAMES = Pseudonyms(KEY, "guangxi-2021")


def by_hand(*parts: str) -> str:
    """HMAC-SHA-256 written out from its definition (RFC 2104), for a key shorter than a block."""
    message = b"\0".join(p.encode() for p in parts)
    key = KEY.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in key) + message).digest()
    return hashlib.sha256(bytes(b ^ 0x5C for b in key) + inner).hexdigest()[:32]


def test_golden_voters() -> None:
    assert NAMES.voter("13800138000", "2021-06-10") == by_hand(
        "gg/nym/v1", "guangxi-2021", "2021-06-10", "13800138000"
    )
    assert NAMES.voter("微信甲", "") == by_hand("gg/nym/v1", "guangxi-2021", "", "微信甲")
    assert NAMES.network("10.0.0.7", "2021-06-10") == by_hand(
        "gg/net/v1", "guangxi-2021", "2021-06-10", "10.0.0.7"
    )
    assert NAMES.person("李科长") == by_hand("gg/person/v1", "guangxi-2021", "李科长")[:8]
    assert NAMES.person("") == ""


GOLDEN = {
    "voter a day": ("28fe0efeae409705ef22479b87982f22", lambda n: n.voter("13800138000", "2021-06-10")),
    "voter the window": ("5a01452077732df727fbaa277439abd1", lambda n: n.voter("13800138000", "")),
    "network": ("9d3e19a5b914ad8953b495544feab3ea", lambda n: n.network("10.0.0.7", "2021-06-10")),
    "person": ("5120fa37", lambda n: n.person("李科长")),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_digits(name: str) -> None:
    wanted, made = GOLDEN[name]
    assert made(NAMES) == wanted


def test_another_day_use_campaign_or_key_is_another_name() -> None:
    found = {
        NAMES.voter("a", "2021-06-10"),
        NAMES.voter("a", "2021-06-11"),
        NAMES.voter("a", ""),
        NAMES.network("a", "2021-06-10"),
        Pseudonyms(KEY, "other").voter("a", "2021-06-10"),
        Pseudonyms(bytes(32), "guangxi-2021").voter("a", "2021-06-10"),
    }
    assert len(found) == 6
    assert all(re.fullmatch("[0-9a-f]{32}", n) for n in found)


def test_the_day_and_the_voter_never_run_together() -> None:
    assert NAMES.voter("0a", "2021-06-1") != NAMES.voter("a", "2021-06-10")


def test_seats_follow_the_key_and_not_the_names() -> None:
    reviewers = [f"专家{i}" for i in range(12)]
    seats = NAMES.seats([*reviewers, *reviewers])
    assert sorted(seats.values()) == [f"s{i:03}" for i in range(1, 13)]
    assert [r for r, _ in sorted(seats.items(), key=lambda x: x[1])] == sorted(
        reviewers, key=lambda r: hmac.digest(KEY, b"gg/seat/v1\0guangxi-2021\0" + r.encode(), "sha256")
    )
    assert seats != Pseudonyms(bytes(32), "guangxi-2021").seats(reviewers)
    assert list(NAMES.seats(map(str, range(1000))).values()) == [f"s{i:04}" for i in range(1, 1001)]


def test_the_key_is_32_bytes_and_never_shown() -> None:
    for size in (0, 31, 33):
        with pytest.raises(ValueError, match="32 bytes"):
            Pseudonyms(bytes(size), "a")
    assert "key" not in repr(NAMES)


@pytest.mark.parametrize(
    ("limits", "a_day"),
    [
        ([], False),
        ([["voter", "day"]], True),
        ([["voter", "entry", "day"], ["ip", "day"]], True),
        ([["voter", "day"], ["voter"]], False),
    ],
)
def test_a_pseudonym_lives_a_day_only_where_every_limit_does(limits: list[list[str]], a_day: bool) -> None:
    stage = Ballots.model_validate(
        {
            "id": "vote",
            "kind": "ballots",
            "voter": ["wechat"],
            "choices": {"exactly": 1},
            "repeated": "refuse_ballot",
            "unknown": "refuse_ballot",
            "counts": "shown",
            "limits": [{"per": per, "max": 1, "over": "refuse_ballot"} for per in limits],
        }
    )
    assert lives_a_day(stage) is a_day
