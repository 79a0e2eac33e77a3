"""The checker of histories finds each kind of broken promise, and nothing where there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from faults.history import Attempt, Kept, broken

ONE = Attempt("v1", "a", ("c1", "c2"), "stored", "l1")
OPEN = Attempt("v2", "b", ("c1", "c2"), "unknown")
NO = Attempt("v1", "c", ("c2", "c3"), "refused")
KEPT = Kept("v1", "a", ("c1", "c2"), "d1", "l1")
AGAIN = [ONE, OPEN, NO, ONE]


def test_a_history_without_fault_is_told_so() -> None:
    assert broken(AGAIN, [KEPT]) == []
    assert broken(AGAIN, [KEPT, Kept("v2", "b", ("c1", "c2"), "d1", "l2")]) == []  # unknown: it may be there
    assert (
        broken(
            [OPEN, replace(OPEN, seen="refused"), replace(OPEN, seen="stored", leaf="l2")],
            [Kept("v2", "b", OPEN.choices, "d1", "l2")],
        )
        == []
    )
    assert (
        broken(
            [ONE],
            [
                KEPT,
            ],
        )
        == []
    )
    assert broken([], []) == []


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        ([], "lost: v1/a was told l1, which is not stored"),
        ([KEPT, replace(KEPT, leaf="l9", day="d2")], "doubled: ('v1', 'a') is stored 2 times"),
        ([KEPT, replace(KEPT, voter="v2", key="b")], "doubled: leaf l1 is stored 2 times"),
        ([replace(KEPT, choices=("c1", "c9"))], "changed: v1/a is stored as v1/a ('c1', 'c9')"),
        ([KEPT, Kept("v1", "c", ("c8", "c9"), "d1", "l3")], "refused, yet stored: v1/c"),
        ([KEPT, Kept("v9", "z", ("c8",), "d1", "l3")], "made up: nobody asked for v9/z"),
    ],
)
def test_each_broken_promise_is_found(kept: list[Kept], found: str) -> None:
    assert found in broken(AGAIN, kept)


def test_two_answers_for_one_ballot_are_found() -> None:
    other = replace(ONE, leaf="l2")
    assert "two answers: ('v1', 'a') was told 2 leaves" in broken([ONE, other], [KEPT])


def test_a_voter_over_a_limit_is_found_within_a_day_only() -> None:
    second = Kept("v1", "d", ("c2", "c3"), "d1", "l4")
    asked = [ONE, Attempt("v1", "d", ("c2", "c3"), "stored", "l4")]
    assert broken(asked, [KEPT, second]) == ["over the limit: v1 chose c2 2 times on d1"]
    assert broken(asked, [KEPT, replace(second, day="d2")]) == []
