"""The gate: a proof serves once and for its own voter, floods are told to wait, and a network is a subscriber, not an address."""

from __future__ import annotations

import base64
import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import altcha
import pytest
from box.faulty import Faulty
from box.scene import CASES, GX, QD, START, Scene, add_poll, ask

from guiguan.box.box import BoxSettings, Request
from guiguan.box.buckets import Buckets
from guiguan.box.challenge import BadProof, Challenges, passing
from guiguan.box.guarded import GuardedGate
from guiguan.box.open import open_store
from guiguan.box.spent import DOUBTED_FOR, Busy, Spent
from guiguan.box.store import Batch, NotStored, Unavailable
from guiguan.core.blueprint.guard import Bucket, Challenge

Open = Callable[..., Scene]
SIZE = Challenge(cost=100, tries=4, hardest=8, minutes=5)
PLENTY = {"burst": 1000, "per_minute": 1000}
GUARDED = GX | {
    "guard": {"challenge": SIZE.model_dump(exclude_none=True), "rates": {"voter": PLENTY, "network": PLENTY}}
}
TEN, OTHERS = list(CASES[:10]), list(CASES[10:20])


def solved(challenge: dict[str, Any]) -> str:
    found = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(found)
    assert solution is not None
    return altcha.Payload(found, solution).to_base64()


def guarded(url: str, scene: Open, tmp_path: Path, stage: dict[str, Any]) -> Scene:
    add_poll(url, stage)
    box = scene()
    box.box.gate = GuardedGate(box.keys.token, tmp_path / "spent.sqlite3")
    return box


def challenge(box: Scene, subject: str = "one", peer: str = "192.0.2.1") -> tuple[int, dict[str, Any]]:
    given = {b"authorization": f"Bearer {box.token(subject)}".encode()}
    request = Request(b"GET", b"/api/v1/campaigns/gx-demo/challenge/vote", given, b"", peer)
    answer = box.box.take(request, box.heard, "c")
    assert answer is not None
    return answer.status, {**(json.loads(answer.body) if answer.body else {}), "retry": answer.retry}


def told(answer: tuple[int, dict[str, Any]]) -> tuple[int, str]:
    return answer[0], answer[1].get("type", "").removeprefix("/problems/")


def with_proof(proof: str) -> dict[str, Any]:
    return {"headers": {b"guiguan-challenge": proof.encode()}}


def test_a_ballot_needs_a_proof_and_a_proof_serves_for_one_ballot(
    url: str, scene: Open, tmp_path: Path
) -> None:
    box = guarded(url, scene, tmp_path, GUARDED)
    assert told(box.cast(TEN)) == (403, "ballots.no-challenge")
    status, given = challenge(box)
    assert status == 200
    proof = solved(given["challenge"])
    box.now += 7_000
    assert box.cast(TEN, key="a", **with_proof(proof))[0] == 201
    assert told(box.cast(OTHERS, key="b", **with_proof(proof))) == (403, "ballots.challenge-used")
    assert len(box.stored()) == 1


@pytest.mark.parametrize("method", [b"POST", b"HEAD", b"DELETE"])
def test_a_challenge_is_only_asked_for_by_get(
    url: str, scene: Open, tmp_path: Path, method: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question is refused at once: put back into the queue it would come up again and again, in place of ballots."""
    box = guarded(url, scene, tmp_path, GUARDED)
    monkeypatch.setattr(box.box._batcher, "look", lambda then: pytest.fail("it waits"))
    for campaign in (b"gx-demo", b"none"):
        request = Request(method, b"/api/v1/campaigns/" + campaign + b"/challenge/vote", {}, b"", "192.0.2.1")
        answer = box.box.take(request, box.heard, "c")
        assert answer is not None
        assert (answer.status, json.loads(answer.body)["type"]) == (405, "/problems/ballots.method")


def test_the_same_ballot_sent_again_may_bring_the_same_proof(url: str, scene: Open, tmp_path: Path) -> None:
    box = guarded(url, scene, tmp_path, GUARDED)
    proof = solved(challenge(box)[1]["challenge"])
    first = box.cast(TEN, key="a", **with_proof(proof))
    assert box.cast(TEN, key="a", **with_proof(proof)) == first
    assert told(box.cast(OTHERS, key="a", **with_proof(proof))) == (403, "ballots.challenge-used")


def test_a_proof_is_refused_after_a_restart_too(url: str, scene: Open, tmp_path: Path) -> None:
    box = guarded(url, scene, tmp_path, GUARDED)
    proof = solved(challenge(box)[1]["challenge"])
    assert box.cast(TEN, key="a", **with_proof(proof))[0] == 201
    box.box.gate = GuardedGate(box.keys.token, tmp_path / "spent.sqlite3")
    assert told(box.cast(OTHERS, key="b", **with_proof(proof))) == (403, "ballots.challenge-used")


def test_another_voters_another_machines_and_a_late_proof_are_refused(
    url: str, scene: Open, tmp_path: Path
) -> None:
    box = guarded(url, scene, tmp_path, GUARDED)
    proof = solved(challenge(box)[1]["challenge"])
    assert told(box.cast(TEN, "two", **with_proof(proof))) == (403, "ballots.challenge-other")
    began = box.now
    for at, expected in ((began + 300_000, 403), (began - 1, 403), (began + 299_999, 201)):
        box.now = at
        assert box.cast(TEN, **with_proof(proof))[0] == expected
    box.now = began
    box.box.gate = GuardedGate(box.keys.token, tmp_path / "elsewhere.sqlite3")
    late = solved(challenge(box)[1]["challenge"])
    box.box.gate = GuardedGate(box.keys.token, tmp_path / "spent.sqlite3")
    assert told(box.cast(OTHERS, **with_proof(late))) == (403, "ballots.challenge-other")


def test_no_proof_of_ones_own_making_is_taken(tmp_path: Path) -> None:
    """Easier parameters, another date, no key signature, another solution, and what is no proof at all."""
    challenges = Challenges(b"k" * 32, Spent(tmp_path / "spent.sqlite3"))
    made = challenges.make(SIZE, "gx/vote", b"v", 1000)
    good = json.loads(base64.b64decode(solved(made)))

    def fault(change: Callable[[dict[str, Any]], None]) -> str:
        changed = json.loads(json.dumps(good))
        change(changed)
        with pytest.raises(BadProof) as error:
            challenges.check(
                base64.b64encode(json.dumps(changed).encode()).decode(), "gx/vote", b"v", b"", 2000
            )
        return str(error.value)

    assert fault(lambda p: p["challenge"]["parameters"].update(keyPrefix="")) == "forged"
    assert fault(lambda p: p["challenge"]["parameters"]["data"].update(e=10**15)) == "forged"
    assert fault(lambda p: p["challenge"]["parameters"].pop("keySignature")) == "forged"
    assert fault(lambda p: p["challenge"].pop("signature")) in ("form", "forged")
    assert fault(lambda p: p["solution"].update(derivedKey="00" * 32)) == "wrong"
    assert fault(lambda p: p["challenge"]["parameters"].update(cost=10**9, algorithm="SCRYPT")) == "forged"
    for text in (
        "",
        "%%%",
        "e30=",
        base64.b64encode(b"[1]").decode(),
        "A" * 5000,
        base64.b64encode(b"[" * 3000).decode(),
    ):
        with pytest.raises(BadProof) as error:
            challenges.check(text, "gx/vote", b"v", b"", 2000)
        assert str(error.value) == ("form" if text else "missing")
    assert challenges.check(solved(made), "gx/vote", b"v", b"", 2000) == 1000


def test_what_is_given_out_names_neither_voter_nor_address(url: str, scene: Open, tmp_path: Path) -> None:
    box = guarded(url, scene, tmp_path, GUARDED)
    text = json.dumps(challenge(box, peer="192.0.2.77")[1])
    stored = ask(url, "SELECT COUNT(*) FROM votes_right")[0][0]
    assert ("192.0.2.77" in text, "gx-demo" in text, stored) == (False, False, 0)


def test_a_vote_without_a_challenge_gives_none_and_wants_none(url: str, scene: Open, tmp_path: Path) -> None:
    box = guarded(url, scene, tmp_path, GX)
    assert challenge(box)[0] == 204
    assert box.cast(TEN)[0] == 201


def test_whoever_is_too_fast_is_told_how_long_to_wait_and_loses_no_vote(
    url: str, scene: Open, tmp_path: Path
) -> None:
    slow = GX | {"guard": {"rates": {"voter": {"burst": 2, "per_minute": 6}}}}
    box = guarded(url, scene, tmp_path, slow)
    assert box.cast(TEN)[0] == 201
    assert told(box.cast(TEN)) == (409, "votes.over-limit")
    ticket = box.send(OTHERS)
    answer = box.heard.of(ticket)
    assert (answer.status, answer.retry) == (429, 10)
    box.now += 10_000
    assert box.cast(OTHERS)[0] == 201


def test_who_is_too_fast_uses_up_nothing_of_those_behind_the_same_address(
    url: str, scene: Open, tmp_path: Path
) -> None:
    rates = {"voter": {"burst": 1, "per_minute": 1}, "network": {"burst": 3, "per_minute": 1}}
    box = guarded(url, scene, tmp_path, GX | {"guard": {"rates": rates}})
    assert box.cast(TEN)[0] == 201
    assert {told(box.cast(OTHERS)) for _ in range(10)} == {(429, "ballots.too-fast")}
    assert [box.cast(TEN, f"colleague {n}")[0] for n in range(3)] == [201, 201, 429]


def test_who_has_to_send_again_since_nothing_could_be_stored_is_not_too_fast(
    url: str, tmp_path: Path, scene: Open
) -> None:
    """An outage is not the voters' fault: those behind one address would wait for minutes after it."""
    add_poll(
        url,
        GX
        | {
            "guard": {
                "rates": {"voter": {"burst": 2, "per_minute": 1}, "network": {"burst": 3, "per_minute": 1}}
            }
        },
    )
    store = Faulty(open_store(url))
    box = scene(store=store)
    box.box.gate = GuardedGate(box.keys.token, tmp_path / "spent.sqlite3")

    def gone(batch: Batch) -> None:
        raise Unavailable("gone")

    store.fault = gone
    for n in range(10):
        assert told(box.cast(TEN, f"voter {n % 2}", key="k")) == (503, "ballots.not-stored")
    store.fault = lambda batch: None
    assert box.cast(TEN, "voter 0", key="k")[0] == 201
    assert [told(box.cast(OTHERS, "voter 0"))[0] for _ in range(3)] == [201, 429, 429]
    assert box.cast(TEN, "voter 1", key="k")[0] == 201
    assert told(box.cast(TEN, "voter 2")) == (429, "ballots.too-fast")


def test_a_ballot_that_nothing_can_store_is_braked_as_any_other(
    url: str, tmp_path: Path, scene: Open
) -> None:
    """Else whoever found one could have the box fail as often as they can send."""
    add_poll(url, GX | {"guard": {"rates": {"voter": {"burst": 2, "per_minute": 1}}}})
    store = Faulty(open_store(url))
    box = scene(store=store)
    box.box.gate = GuardedGate(box.keys.token, tmp_path / "spent.sqlite3")

    def refused(batch: Batch) -> None:
        raise NotStored("this one cannot be stored")

    store.fault = refused
    found = [told(box.cast(TEN, key="k")) for _ in range(3)]
    assert found == [*[(503, "ballots.not-stored")] * 2, (429, "ballots.too-fast")]


def test_who_finds_too_many_waiting_has_used_up_nothing(url: str, tmp_path: Path, scene: Open) -> None:
    add_poll(url, GX | {"guard": {"rates": {"voter": {"burst": 1, "per_minute": 1}}}})
    store = Faulty(open_store(url))
    box = scene(store=store, settings=BoxSettings(most_waiting=0))
    box.box.gate = GuardedGate(box.keys.token, tmp_path / "spent.sqlite3")
    assert {told(box.cast(TEN)) for _ in range(5)} == {(503, "ballots.busy")}


def test_a_right_given_back_is_never_one_too_many() -> None:
    buckets, size = Buckets(), Bucket(burst=2, per_minute=1)
    buckets.give_back([(b"a", size)])
    assert [buckets.take(b"a", size, 0) for _ in range(2)] == [0, 0]
    for _ in range(5):
        buckets.give_back([(b"a", size)])
    assert [buckets.take(b"a", size, 0) == 0 for _ in range(3)] == [True, True, False]


def test_an_ipv6_subscriber_cannot_get_past_the_limit_with_another_address(
    url: str, scene: Open, tmp_path: Path
) -> None:
    """QD: one vote an IP a day, and a bucket of two for a network; 64 addresses of one /64 are one."""
    stage = QD | {"guard": {"rates": {"network": {"burst": 8, "per_minute": 1}, "voter": PLENTY}}}
    box = guarded(url, scene, tmp_path, stage)
    said = [
        told(box.cast(CASES[:1], peer=f"2001:db8:5:6:{i:x}::1", headers={b"authorization": b""}))
        for i in range(64)
    ]
    assert said.count((201, "")) == 1
    assert said[1:8] == [(409, "votes.over-limit")] * 7
    assert set(said[8:]) == {(429, "ballots.too-fast")}
    assert box.cast(CASES[:1], peer="2001:db8:5:7::1", headers={b"authorization": b""})[0] == 201


def test_the_busier_a_network_the_harder_its_challenges(url: str, scene: Open, tmp_path: Path) -> None:
    stage = GX | {
        "guard": {
            "challenge": {"cost": 100, "tries": 1, "hardest": 16},
            "rates": {"network": {"burst": 16, "per_minute": 1}, "voter": PLENTY},
        }
    }
    box = guarded(url, scene, tmp_path, stage)
    gate = box.box.gate
    assert isinstance(gate, GuardedGate)
    asked: list[int] = []
    make = gate._challenges.make
    gate._challenges.make = lambda *a: (asked.append(a[4]), make(*a))[1]  # type: ignore[method-assign,assignment]  # replaced for this test
    statuses = [challenge(box, subject=f"s{i}")[0] for i in range(17)]
    assert statuses == [200] * 16 + [429]
    assert asked == [1] * 7 + [2, 2, 4, 4, 8, 8, 16, 16, 32]


def test_a_clock_that_was_a_day_ahead_locks_nobody_out_once_it_is_right() -> None:
    buckets, size, day = Buckets(), Bucket(burst=2, per_minute=60), 86_400_000
    assert [buckets.take("a", size, day) for _ in range(3)] == [0, 0, 1]
    assert [buckets.take("a", size, at) for at in (0, 500, 1000)] == [1, 1, 0]


def test_buckets_hold_whole_numbers_are_bounded_and_a_clock_that_goes_back_fills_none() -> None:
    buckets, size = Buckets(most=4), Bucket(burst=2, per_minute=7)
    assert [buckets.take(("a",), size, 0) for _ in range(3)] == [0, 0, 9]
    assert buckets.take(("a",), size, 8_571) == 1
    assert buckets.take(("a",), size, 8_572) == 0
    assert buckets.take(("a",), size, 0) == 9
    for i in range(10):
        buckets.take((i,), size, 9_000)
        assert buckets.take(("a",), size, 0) == 9  # used again and again, so never the one that is let go
        assert len(buckets) <= 4
    for i in range(4):
        buckets.take((i,), size, 9_000)
    assert buckets.take(("a",), size, 0) == 0


def test_a_clock_that_jumped_a_day_ahead_and_back_makes_no_challenge_serve_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, minute = 86_400_000, 60_000
    steady = [10_000.0]
    monkeypatch.setattr("guiguan.box.spent.time", SimpleNamespace(monotonic=lambda: steady[0]))
    spent = Spent(tmp_path / "spent.sqlite3")

    def tidied_after(seconds: float) -> int:
        steady[0] += seconds
        return spent.tidy_when_sure(steady[0])

    assert spent.spend("old", b"", START + minute, START)
    assert tidied_after(DOUBTED_FOR - 1) == 0  # it was started a moment ago, perhaps by a clock that is wrong
    at = START + int(DOUBTED_FOR - 1) * 1000
    assert spent.spend("used", b"one", at + 5 * minute, at)
    assert tidied_after(2) == 1
    assert spent.spend("ahead", b"two", at + day + 5 * minute, at + day)
    assert tidied_after(60) == 0
    assert not spent.spend("used", b"other", at + 5 * minute, at + minute)
    assert spent.spend("back", b"three", at + 6 * minute, at + minute)
    assert tidied_after(60) == 0
    assert not spent.spend("back", b"other", at + 6 * minute, at + 2 * minute)
    assert tidied_after(DOUBTED_FOR) == 0  # nothing was spent since, so nothing is known to have expired
    later = at + 2 * minute + int(DOUBTED_FOR) * 1000
    assert spent.spend("late", b"four", later + 5 * minute, later)
    assert tidied_after(1) == 2  # "used" and "back"; "ahead" in a day
    spent.close()


def test_used_challenges_that_expired_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guiguan.box.spent._AT_ONCE", 2)
    spent = Spent(tmp_path / "spent.sqlite3")
    for i in range(5):
        assert spent.spend(f"n{i}", b"", 1_000, 0)
    assert not spent.spend("n0", b"", 1_000, 500)
    assert spent.spend("m", b"", 200_000, 100_000)
    assert spent.tidy(100_000) == 5
    left = spent._connection.execute("SELECT nonce FROM spent").fetchall()
    assert left == [("m",)]
    assert not spent.spend("m", b"", 200_000, 100_001)
    spent.close()


def test_who_spends_waits_neither_for_the_disk_nor_long_for_another(tmp_path: Path) -> None:
    """What syncs belongs to the tidier; a file that another process holds is told at once, and nothing is spent by then."""
    file = tmp_path / "spent.sqlite3"
    spent = Spent(file)
    assert spent._connection.execute("PRAGMA wal_autocheckpoint").fetchone() == (0,)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(Busy):
        spent.spend("n", b"", 1_000, 0)
    assert time.monotonic() - began < 5
    challenges = Challenges(b"k" * 32, spent)
    proof = solved(challenges.make(SIZE, "c/v", b"v" * 16, 0))
    with pytest.raises(BadProof, match="busy"):
        challenges.check(proof, "c/v", b"v" * 16, b"", 1)
    other.execute("ROLLBACK")
    assert challenges.check(proof, "c/v", b"v" * 16, b"", 1) == 1
    assert spent.spend("n", b"", 1_000, 0)
    spent.close()


def test_a_file_that_is_held_is_told_as_busy_and_the_same_ballot_is_taken_later(
    url: str, scene: Open, tmp_path: Path
) -> None:
    box = guarded(url, scene, tmp_path, GUARDED)
    proof = solved(challenge(box)[1]["challenge"])
    other = sqlite3.connect(tmp_path / "spent.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert told(box.cast(TEN, key="a", **with_proof(proof))) == (503, "ballots.challenge-busy")
    other.execute("ROLLBACK")
    assert box.cast(TEN, key="a", **with_proof(proof))[0] == 201


def test_what_was_paid_for_by_a_code_serves_its_voter_once_and_nobody_can_make_one(tmp_path: Path) -> None:
    spent = Spent(tmp_path / "spent.sqlite3")
    challenges, nonce, until = Challenges(b"k" * 32, spent), "0" * 32, 1_000

    def why(proof: str, poll: str = "c/v", voter: bytes = b"v" * 16, at: int = 10) -> str:
        with pytest.raises(BadProof) as bad:
            challenges.check(proof, poll, voter, b"once", at)
        return str(bad.value)

    good = passing(b"k" * 32, "c/v", b"v" * 16, nonce, until)
    assert why(passing(b"x" * 32, "c/v", b"v" * 16, nonce, until)) == "forged"
    assert why(good, voter=b"w" * 16) == "forged"
    assert why(good, poll="c/w") == "forged"
    assert why(good.replace(".1000.", ".9999.")) == "forged"
    assert why(good.replace("paid." + nonce, "paid." + "1" * 32)) == "forged"
    assert why(good, at=until) == "expired"
    assert why("paid.x") == "form"
    assert challenges.check(good, "c/v", b"v" * 16, b"once", 10) == -1
    assert challenges.check(good, "c/v", b"v" * 16, b"once", 11) == -1  # the same ballot again
    with pytest.raises(BadProof, match="used"):
        challenges.check(good, "c/v", b"v" * 16, b"another", 12)
    spent.close()
