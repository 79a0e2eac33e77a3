"""A voter token is believed only as it was issued, and only in its time."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from guiguan.box.token import NoToken, VoterToken, issue, read, voter_id, voter_of

KEY, OTHER = b"k" * 32, b"o" * 32
VOTER = bytes(range(32))
NOW = 1_623_254_400_000


def test_what_was_issued_is_read_until_its_time_is_over() -> None:
    text = issue(KEY, "gx-demo", VOTER, frozenset({"wechat", "phone"}), NOW + 1)
    assert read(KEY, text.encode(), NOW) == VoterToken(
        "gx-demo", VOTER, frozenset({"wechat", "phone"}), NOW + 1
    )
    with pytest.raises(NoToken, match="its time is over"):
        read(KEY, text.encode(), NOW + 1)
    with pytest.raises(NoToken, match="not signed by this installation"):
        read(OTHER, text.encode(), NOW)


def test_no_bit_of_a_token_can_be_changed() -> None:
    text = issue(KEY, "gx-demo", VOTER, frozenset({"account"}), NOW + 1)
    content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for bit in range(8 * len(content)):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(NoToken):
            read(KEY, urlsafe_b64encode(bytes(changed)).rstrip(b"="), NOW)


@pytest.mark.parametrize(
    "text", ["", "x", "é", "AQ", "====", "A" * 100, "A" * 10_000, "a b", "../..", "\0" * 60]
)
def test_other_texts_are_no_tokens(text: str) -> None:
    with pytest.raises(NoToken):
        read(KEY, text.encode(), NOW)


def test_a_person_has_one_id_for_each_kind_and_key_and_one_for_all_kinds_together() -> None:
    alone = voter_id(KEY, {"phone": "13800001111"})
    both = voter_id(KEY, {"phone": "13800001111", "wechat": "o-1"})
    assert voter_id(KEY, {"wechat": "o-1", "phone": "13800001111"}) == both
    others = [
        voter_id(OTHER, {"phone": "13800001111"}),
        voter_id(KEY, {"phone": "13800001112"}),
        voter_id(KEY, {"account": "13800001111"}),
        voter_id(KEY, {"phone": "13800001111", "wechat": "o-2"}),
    ]
    assert len({alone, both, *others}) == 6
    assert {len(v) for v in others} == {32}


def test_single_ids_joined_later_are_the_same_voter() -> None:
    singles = {kind: voter_id(KEY, {kind: "x"}) for kind in ("wechat", "phone")}
    assert voter_of(KEY, singles) == voter_id(KEY, {"phone": "x", "wechat": "x"})
    assert voter_of(KEY, {"phone": singles["phone"]}) == singles["phone"]


@pytest.mark.parametrize("proved", [{}, {"phone": ""}, {"fax": "1"}, {"phone": "1", "fax": "2"}])
def test_nobody_is_a_voter_without_proof_of_a_known_kind(proved: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"has a subject|are wanted"):
        voter_id(KEY, proved)
