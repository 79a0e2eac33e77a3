"""The order in which a voter sees the cases: the same for one browser, and no place is better than another."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.blueprint.stages import Ballots
from guiguan.core.votes.order import order_of

ENTRIES = tuple(f"c{i:03}" for i in range(12))


def stage(make_rule: Any, **keys: Any) -> Ballots:
    found: Ballots = make_rule(**keys).stage
    return found


def test_each_case_stands_at_each_place_equally_often(make_rule: Any) -> None:
    """Chi-squared over 12,000 viewers: 121 degrees of freedom, the 99.9 % point is 173.6."""
    viewers, places = 12_000, Counter[tuple[int, str]]()
    of = stage(make_rule)
    for viewer in range(viewers):
        places.update(enumerate(order_of(of, ENTRIES, "seed", str(viewer))))
    expected = viewers / len(ENTRIES)
    chi = sum((places[i, e] - expected) ** 2 / expected for i in range(len(ENTRIES)) for e in ENTRIES)
    assert chi < 173.6


def test_each_case_comes_before_each_other_equally_often(make_rule: Any) -> None:
    """Neighbours too: of 4,000 viewers half see a before b; 4 sigma is 126."""
    of = stage(make_rule)
    before = Counter[tuple[str, str]]()
    for viewer in range(4_000):
        seen = order_of(of, ENTRIES[:5], "seed", str(viewer))
        before.update((a, b) for i, a in enumerate(seen) for b in seen[i + 1 :])
    assert all(abs(before[a, b] - 2_000) < 127 for a in ENTRIES[:5] for b in ENTRIES[:5] if a != b)


@given(st.permutations(ENTRIES), st.text(max_size=8), st.text(max_size=8))
def test_nothing_is_lost_and_how_they_came_does_not_matter(given_: list[str], seed: str, viewer: str) -> None:
    of = Ballots.model_validate(
        {
            "id": "v",
            "kind": "ballots",
            "voter": ["ip"],
            "choices": {"exactly": 1},
            "repeated": "refuse_ballot",
            "unknown": "refuse_ballot",
            "counts": "shown",
        }
    )
    seen = order_of(of, given_, seed, viewer)
    assert sorted(seen) == sorted(ENTRIES)
    assert seen == order_of(of, ENTRIES, seed, viewer)


def test_another_seed_and_another_viewer_give_another_order(make_rule: Any) -> None:
    of = stage(make_rule)
    seen = {order_of(of, ENTRIES, s, v) for s in ("", "1", "2") for v in ("", "1", "2")}
    assert len(seen) == 9


def test_a_seed_and_a_viewer_do_not_run_together(make_rule: Any) -> None:
    of = stage(make_rule)
    assert order_of(of, ENTRIES, "ab", "c") != order_of(of, ENTRIES, "a", "bc")


def test_a_fixed_order_is_that_of_the_numbers_for_everybody(make_rule: Any) -> None:
    of = stage(make_rule, order="fixed")
    assert {order_of(of, reversed(ENTRIES), "seed", str(v)) for v in range(5)} == {ENTRIES}
