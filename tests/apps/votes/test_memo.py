"""What many ask for at once is made once, nothing is kept of a failure, and nothing is kept for too long."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from guiguan.apps.votes import memo
from guiguan.apps.votes.memo import Memo


def test_the_first_makes_it_and_the_others_wait() -> None:
    known: Memo[list[int]] = Memo(4)
    made: list[list[int]] = []
    asking, goes_on = threading.Barrier(9), threading.Event()

    def make() -> list[int]:
        goes_on.wait(10)
        made.append([])
        return made[-1]

    def ask(_: int) -> list[int]:
        asking.wait(10)
        return known.get("key", make)

    with ThreadPoolExecutor(8) as people:
        found = people.map(ask, range(8))
        asking.wait(10)
        assert not made
        goes_on.set()
        assert all(one is made[0] for one in found)
    assert len(made) == 1


def test_one_key_waits_for_no_other() -> None:
    known: Memo[str] = Memo(4)
    with ThreadPoolExecutor(1) as other:
        found = known.get("slow", lambda: other.submit(known.get, "fast", lambda: "fast").result(10) + "er")
    assert found == "faster"


def test_a_failure_is_told_and_the_next_one_tries_again() -> None:
    known: Memo[int] = Memo(4)
    with pytest.raises(ZeroDivisionError):
        known.get("key", lambda: 1 // 0)
    assert known.get("key", lambda: 2) == 2
    assert known.get("key", lambda: 3) == 2


def test_who_was_not_asked_for_longest_goes() -> None:
    known: Memo[int] = Memo(2)
    for key, value in (("a", 1), ("b", 2), ("a", 9), ("c", 3)):
        known.get(key, lambda value=value: value)  # type: ignore[misc]  # a default of a lambda
    assert known.get("a", lambda: 7) == 1
    assert known.get("b", lambda: 7) == 7


def test_after_its_seconds_it_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(memo.time, "monotonic", lambda: clock[0])
    known: Memo[int] = Memo(2, 1.0)
    assert known.get("key", lambda: 1) == 1
    clock[0] += 0.999
    assert known.get("key", lambda: 2) == 1
    clock[0] += 0.001
    assert known.get("key", lambda: 3) == 3
