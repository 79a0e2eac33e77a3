"""Ballots from request to row: what is taken, what is refused, and that nobody is told what is not so."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from box.scene import CASES, DAY, END, GX, QD, START, Scene, add_poll, ask, rule_of, set_state

from guiguan.adapters.signing import Ed25519, check_ed25519
from guiguan.core.evidence.pseudonym import Pseudonyms
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.integrity.receipt import holds, read_receipt
from guiguan.core.values.canonical import decode
from guiguan.core.votes.document import PollDocument, poll_text

Open = Callable[..., Scene]
TEN, OTHERS, THIRD = CASES[:10], CASES[10:20], CASES[20:30]


def told(answer: tuple[int, dict[str, Any]]) -> tuple[int, str]:
    """Status and rule of a refusal."""
    return answer[0], answer[1]["type"].removeprefix("/problems/")


def test_a_ballot_is_stored_as_canonical_bytes_and_its_receipt_promises_its_leaf(
    url: str, scene: Open
) -> None:
    poll, box = add_poll(url), scene()
    status, said = box.cast(TEN, channel="gxnews")
    assert status == 201
    row = ask(
        url, "SELECT writer, batch, place, poll, kind, day, time, entry, leaf, voter FROM votes_ballot"
    )[0]
    entry, leaf, voter = bytes(row[7]), bytes(row[8]), bytes(row[9])
    assert row[:7] == (row[0], row[1], 0, poll, "ballot", "2021-06-10", box.now)
    value = decode(entry)
    assert value == {
        "c": "gx-demo",
        "ch": "gxnews",
        "choices": list(TEN),
        "day": "2021-06-10",
        "k": "ballot",
        "nym": Pseudonyms(box.keys.pseudonym("gx-demo"), "gx-demo").voter(voter.hex(), "2021-06-10"),
        "s": "vote",
        "salt": value["salt"],
        "t": box.now,
        "v": 1,
    }
    assert len(bytes.fromhex(value["salt"])) == 16
    assert leaf == leaf_hash(entry)
    assert {k: said[k] for k in ("leaf", "day", "time", "url")} == {
        "leaf": leaf.hex(),
        "day": "2021-06-10",
        "time": box.now,
        "url": f"/campaigns/gx-demo/receipts/{box.now}-{leaf.hex()}",
    }
    receipt = read_receipt(said["receipt"])
    assert (receipt.c, receipt.day, receipt.t, receipt.leaf) == ("gx-demo", "2021-06-10", box.now, leaf)
    assert holds(receipt, [Ed25519(box.keys.receipt).public], check_ed25519)


def test_the_same_key_and_body_give_the_same_answer_and_count_once(url: str, scene: Open) -> None:
    add_poll(url)
    box = scene()
    first = box.cast(TEN, key="k")
    box.now += 2 * DAY  # over midnight: the day is another, the ballot is not
    assert box.cast(TEN, key="k") == first
    assert len(box.stored()) == 1


def test_a_retry_is_answered_from_the_stored_row_not_from_what_was_sent(url: str, scene: Open) -> None:
    """A prototype made the leaf of the retried body again, with a new salt and time: it named leaves that were in no log."""
    add_poll(url)
    box = scene()
    tickets = [box.send(TEN, f"v{i}", key="k") for i in range(40)]
    first = [box.heard.of(t).body for t in tickets]
    box.now += 1
    again = [box.heard.of(box.send(TEN, f"v{i}", key="k")).body for i in range(40)]
    assert again == first
    leaves = {bytes(row[0]).hex() for row in ask(url, "SELECT leaf FROM votes_ballot")}
    assert {json.loads(body)["leaf"] for body in again} == leaves
    assert len(leaves) == 40
    public = [Ed25519(box.keys.receipt).public]
    assert all(holds(read_receipt(json.loads(body)["receipt"]), public, check_ed25519) for body in again)


def test_a_retry_is_answered_after_the_close_and_in_a_new_process(url: str, scene: Open) -> None:
    poll, box = add_poll(url), scene()
    first = box.cast(TEN, key="k")
    set_state(url, poll, "closed")
    box.now = END + DAY
    assert box.cast(TEN, key="k") == first
    assert scene(now=END + DAY).cast(TEN, key="k") == first
    assert told(box.cast(OTHERS, key="k")) == (409, "ballots.key-reused")
    assert told(box.cast(TEN, key="k2")) == (403, "ballots.closed")


def test_a_key_with_another_body_is_refused_and_is_another_voters_own(url: str, scene: Open) -> None:
    add_poll(url)
    box = scene()
    assert box.cast(TEN, key="k")[0] == 201
    assert told(box.cast(OTHERS, key="k")) == (409, "ballots.key-reused")
    assert box.cast(OTHERS, "two", key="k")[0] == 201
    assert [e["choices"] for e in box.stored()] == [list(TEN), list(OTHERS)]


def test_gx_several_ballots_a_day_as_long_as_no_case_repeats(url: str, scene: Open) -> None:
    add_poll(url)
    box = scene()
    assert box.cast(TEN)[0] == 201
    assert told(box.cast(TEN)) == (409, "votes.over-limit")
    assert told(box.cast((*OTHERS[:9], TEN[0]))) == (409, "votes.over-limit")
    assert box.cast(OTHERS)[0] == 201
    assert box.cast(THIRD)[0] == 201
    assert told(box.cast(OTHERS)) == (409, "votes.over-limit")
    box.now = START + DAY - 1
    assert told(box.cast(TEN)) == (409, "votes.over-limit")
    box.now = START + DAY  # midnight in the campaign's zone, not in UTC
    assert box.cast(TEN)[0] == 201
    assert [e["day"] for e in box.stored()] == ["2021-06-10"] * 3 + ["2021-06-11"]


@pytest.mark.parametrize("unknown", ["refuse_ballot", "drop_choice"])
def test_a_case_that_left_the_vote_gives_nobody_a_right_back(url: str, scene: Open, unknown: str) -> None:
    """Whoever had voted for it has voted; and no new ballot names it, so that those that do were all cast before."""
    before = rule_of(GX | {"unknown": unknown, "choices": {"at_most": 10}})
    poll, box = add_poll(url, rule=before), scene()
    first = box.cast(TEN, key="a")
    assert first[0] == 201
    text = poll_text(PollDocument("gx-demo", "00" * 32, before.without(TEN[0])))
    ask(url, "UPDATE votes_poll SET document = %s, version = version + 1 WHERE id = %s", text, poll)
    assert box.cast(TEN, key="a") == first
    assert told(box.cast(TEN[1:])) == (409, "votes.over-limit")
    assert told(box.cast(TEN, "two")) == (422, "votes.excluded-choice")
    assert box.cast(TEN[1:], "two")[0] == 201
    assert len(box.stored()) == 2


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_clock_that_jumps_a_day_gives_nobody_a_right_twice(url: str, scene: Open, jump: int) -> None:
    add_poll(url)
    box = scene(now=START + 3 * DAY)
    assert box.cast(TEN, key="a")[0] == 201
    box.now += jump
    assert box.cast(TEN, key="a")[0] == 201  # the ballot of before, not another
    assert box.cast(TEN, key="b")[0] == 201  # by the clock another day
    box.now -= jump
    assert told(box.cast(TEN, key="c")) == (409, "votes.over-limit")
    assert len(box.stored()) == 2


@pytest.mark.parametrize(
    ("choices", "rule"),
    [
        (CASES[:9], "votes.wrong-number"),
        (CASES[:11], "votes.wrong-number"),
        ((*CASES[:9], CASES[0]), "votes.repeated-choice"),
        ((*CASES[:9], "x"), "votes.unknown-choice"),
        ((*CASES[:9], "c099"), "votes.excluded-choice"),
        ((), "votes.wrong-number"),
        ((*CASES[:9], "e\u0301"), "votes.unknown-choice"),
        ((*CASES[:9], "x" * 65), "votes.unknown-choice"),
    ],
)
def test_what_is_no_valid_ballot_is_told_and_uses_up_nothing(
    url: str, scene: Open, choices: tuple[str, ...], rule: str
) -> None:
    add_poll(url, rule=rule_of(GX, known=(*CASES, "c099")))
    box = scene()
    assert told(box.cast(choices)) == (422, rule)
    assert box.stored() == []
    assert box.cast(TEN)[0] == 201


def test_the_window_is_half_open(url: str, scene: Open) -> None:
    add_poll(url)
    box = scene(now=START - 1)
    assert told(box.cast(TEN)) == (403, "votes.early")
    box.now = END
    assert told(box.cast(TEN)) == (403, "votes.late")
    box.now = END - 1
    assert box.cast(TEN)[0] == 201
    box.now = START
    assert box.cast(TEN)[0] == 201
    assert len(box.stored()) == 2


@pytest.mark.parametrize(
    ("state", "rule"),
    [("draft", "ballots.not-open"), ("paused", "ballots.paused"), ("closed", "ballots.closed")],
)
def test_nothing_lands_while_the_vote_is_not_open(url: str, scene: Open, state: str, rule: str) -> None:
    poll, box = add_poll(url), scene()
    assert box.cast(TEN)[0] == 201
    set_state(url, poll, state)  # the box has the vote in mind as open
    assert told(box.cast(TEN, "two")) == (403, rule)
    assert told(box.cast(OTHERS)) == (403, rule)
    set_state(url, poll, "open")
    assert box.cast(TEN, "two")[0] == 201
    assert len(box.stored()) == 2


def test_a_vote_that_was_made_later_is_found_and_one_that_is_not_there_is_not(url: str, scene: Open) -> None:
    box = scene()
    assert told(box.cast(TEN)) == (404, "ballots.no-campaign")
    add_poll(url)
    assert box.cast(TEN)[0] == 201
    assert told(box.cast(TEN, campaign="other")) == (404, "ballots.no-campaign")


def test_qd_one_ballot_of_an_address_a_day_and_no_token(url: str, scene: Open) -> None:
    add_poll(url, QD)
    box = scene()
    anonymous = {b"authorization": b""}
    assert box.cast(CASES[:1], headers=anonymous)[0] == 201
    assert told(box.cast(CASES[1:2], headers=anonymous)) == (409, "votes.over-limit")
    assert box.cast(CASES[:1], headers=anonymous, peer="192.0.2.2")[0] == 201
    assert told(box.cast(CASES[:1], headers=anonymous, peer="::ffff:192.0.2.2")) == (409, "votes.over-limit")
    assert box.cast(CASES[:1], headers=anonymous, peer="2001:db8::1")[0] == 201
    assert told(box.cast(CASES[:1], headers=anonymous, peer="2001:db8::ffff:2")) == (409, "votes.over-limit")
    assert box.cast(CASES[:1], headers=anonymous, peer="2001:db8:0:1::1")[0] == 201
    assert told(box.cast(CASES[:1], headers=anonymous, peer="")) == (422, "votes.no-ip")
    assert told(box.cast(CASES[:1], headers=anonymous | {b"x-forwarded-for": b"198.51.100.7"})) == (
        409,
        "votes.over-limit",
    )
    box.now += DAY
    assert box.cast(CASES[1:2], headers=anonymous)[0] == 201
    nets = [e["net"] for e in box.stored()]
    names = Pseudonyms(box.keys.pseudonym("gx-demo"), "gx-demo")
    assert nets[0] == names.network("192.0.2.1/32", "2021-06-10")
    assert nets[2] == names.network("2001:db8::/64", "2021-06-10")
    assert len(set(nets)) == 5


def test_qd_forwarded_addresses_count_behind_trusted_proxies_only_from_the_right(
    url: str, scene: Open
) -> None:
    from guiguan.box.box import BoxSettings

    add_poll(url, QD)
    box = scene(settings=BoxSettings(trusted_proxies=1))
    for address, status in [(b"203.0.113.9, 198.51.100.7", 201), (b"203.0.113.8, 198.51.100.7", 409)]:
        headers = {b"authorization": b"", b"x-forwarded-for": address}
        assert box.cast(CASES[:1], headers=headers)[0] == status


def test_a_limit_by_address_over_many_voters_holds_within_one_commit_and_after(url: str, scene: Open) -> None:
    limits = [*GX["limits"], {"per": ["ip", "day"], "max": 30, "over": "refuse_ballot"}]
    add_poll(url, GX | {"limits": limits})
    box = scene()
    tickets = [box.send(TEN, f"v{i}", peer="192.0.2.7") for i in range(40)]
    statuses = [box.heard.of(t).status for t in tickets]
    assert (statuses.count(201), statuses.count(409)) == (30, 10)
    assert told(box.cast(TEN, "late", peer="192.0.2.7")) == (409, "votes.over-limit")
    assert box.cast(TEN, "late", peer="192.0.2.8")[0] == 201
    assert scene().cast(OTHERS, "v0", key="other", peer="192.0.2.9")[0] == 201
    box.now += DAY
    assert box.cast(TEN, "late", peer="192.0.2.7")[0] == 201


def test_choices_over_a_limit_can_fall_alone_and_are_told(url: str, scene: Open) -> None:
    dropping = [{"per": ["voter", "entry"], "max": 1, "over": "drop_choice"}]
    add_poll(url, GX | {"choices": {"at_most": 10}, "limits": dropping, "unknown": "drop_choice"})
    box = scene()
    assert box.cast(CASES[:3])[0] == 201
    box.now += 1
    status, said = box.cast((CASES[2], CASES[3], "gone"), key="k")
    fallen = [
        {"choice": 2, "type": "/problems/votes.unknown-choice"},
        {"choice": 0, "type": "/problems/votes.over-limit"},
    ]
    assert (status, said["dropped"]) == (201, fallen)
    assert told(box.cast(CASES[:4])) == (409, "votes.over-limit")
    assert box.cast((CASES[2], CASES[3], "gone"), key="k") == (status, said)
    assert [e["choices"] for e in box.stored()] == [list(CASES[:3]), [CASES[2], CASES[3], "gone"]]


def test_a_voter_proves_all_that_the_vote_asks_for(url: str, scene: Open) -> None:
    add_poll(url, GX | {"voter": ["wechat", "phone"]})
    box = scene()
    assert told(box.cast(TEN)) == (401, "ballots.no-voter")
    both = f"Bearer {box.token('one', kinds=('wechat', 'phone'))}".encode()
    assert box.cast(TEN, headers={b"authorization": both})[0] == 201


@pytest.mark.parametrize("text", ["c002;c003", "c002；c003", " c002", "c002\n", ""])
def test_a_text_that_would_be_read_as_other_names_is_not_let_fall_alone(
    url: str, scene: Open, text: str
) -> None:
    """It would stay in the log as given, and whoever counts a table of the ballots would find votes that nobody counted here."""
    add_poll(url, GX | {"choices": {"at_most": 10}, "unknown": "drop_choice"})
    box = scene()
    assert told(box.cast(("c001", text))) == (422, "votes.unknown-choice")
    assert box.cast(("c001", "gone"))[0] == 201
    assert len(box.stored()) == 1


@pytest.mark.parametrize("scheme", [b"", b"Bearer", b"Bearer x", b"Basic eDp5", b"Bearer \xff\xfe"])
def test_nobody_votes_without_a_token(url: str, scene: Open, scheme: bytes) -> None:
    add_poll(url)
    box = scene()
    assert told(box.cast(TEN, headers={b"authorization": scheme})) == (401, "ballots.no-voter")
    other = f"Bearer {box.token('one', 'other')}".encode()
    assert told(box.cast(TEN, headers={b"authorization": other})) == (401, "ballots.no-voter")
    box.now = END + 100 * DAY
    assert told(box.cast(TEN)) == (401, "ballots.no-voter")


@pytest.mark.parametrize("key", [b"", b" ", b"x" * 65, b"a b", "é".encode(), b"a\n"])
def test_a_key_is_wanted_with_a_token(url: str, scene: Open, key: bytes) -> None:
    add_poll(url)
    assert told(scene().cast(TEN, headers={b"idempotency-key": key})) == (422, "ballots.no-key")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"choices":"c001"}',
        b'{"choices":[1]}',
        b'{"choices":[null]}',
        b'{"choices":["c001"],"x":1}',
        b'{"choices":["\xff"]}',
        b'{"choices":["\\ud800"]}',
        b'{"choices":' + b"[" * 4000,
    ],
)
def test_what_is_no_ballot_is_told(url: str, scene: Open, body: bytes) -> None:
    add_poll(url)
    box = scene()
    request = box.request(TEN)
    request.body = body
    answer = box.box.take(request, box.heard, 0)
    assert answer is not None
    assert (answer.status, json.loads(answer.body)["type"]) == (422, "/problems/ballots.not-json")


def test_a_page_of_another_site_cannot_send_a_ballot(url: str, scene: Open) -> None:
    """What a form can send without asking first is not taken."""
    add_poll(url, QD)
    box = scene()
    for kind in (b"text/plain", b"application/x-www-form-urlencoded", b"multipart/form-data", b""):
        assert told(box.cast(CASES[:1], headers={b"content-type": kind})) == (422, "ballots.not-json")
    assert box.stored() == []


def test_several_votes_of_a_campaign_are_told_apart(url: str, scene: Open) -> None:
    add_poll(url)
    add_poll(url, GX | {"id": "final"})
    box = scene()
    assert told(box.cast(TEN)) == (422, "ballots.which-stage")
    assert box.cast(TEN, stage="final")[0] == 201
    assert box.cast(TEN, stage="vote")[0] == 201
    assert [e["s"] for e in box.stored()] == ["final", "vote"]
    assert told(box.cast(TEN, stage="none")) == (404, "ballots.no-campaign")


def test_a_channel_that_nobody_named_is_not_made_up(url: str, scene: Open) -> None:
    add_poll(url)
    box = scene()
    assert box.cast(TEN, channel="gxnews")[0] == 201
    assert box.cast(TEN, "two", channel="nobody")[0] == 201
    assert [e.get("ch") for e in box.stored()] == ["gxnews", None]
