"""How many are taken, and who: every vector in tests/vectors/take."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.blueprint.selection import Take
from guiguan.core.entries.decide import Decisions
from guiguan.core.entries.entry import Decision
from guiguan.core.ranking.select import Candidate, Cut, select
from guiguan.core.values.rounding import parse_fraction_text

VECTORS = sorted((Path(__file__).parents[2] / "vectors" / "take").glob("*.json"))
NOTHING = Decisions({})


def sizes(said: dict[str, str]) -> Decisions:
    return Decisions({("size", s): Decision("size", s, n, "理由", "甲") for s, n in said.items()})


def candidate(name: str, group: tuple[str, ...], value: Fraction | None) -> Candidate:
    return Candidate(name, group, value, () if value is None else (-value,))


@pytest.mark.parametrize("path", VECTORS, ids=lambda p: p.stem)
@pytest.mark.parametrize("backwards", [False, True], ids=["as written", "backwards"])
def test_vector(path: Path, backwards: bool) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    given = [
        candidate(c["id"], tuple(c["group"]), c["value"] and parse_fraction_text(c["value"]))
        for c in vector["candidates"]
    ]
    cuts = select(
        vector["what"],
        Take.model_validate(vector["take"]),
        given[::-1] if backwards else given,
        sizes(vector["sizes"]),
        lambda group: vector["base"]["/".join(group)],
        frozenset(vector["out"]),
    )
    assert [
        {"group": list(c.group), "taken": sorted(c.taken), "seats": c.seats, "tied": sorted(c.tied)}
        for c in cuts
    ] == vector["expected"]


def test_there_are_vectors() -> None:
    assert len(VECTORS) >= 37


def one(take: dict[str, Any], values: list[int | None], out: frozenset[str] = frozenset()) -> Cut:
    given = [candidate(f"e{i}", (), None if v is None else Fraction(v)) for i, v in enumerate(values)]
    (cut,) = select("x", Take.model_validate(take), given, NOTHING, lambda _: len(values), out)
    return cut


def test_the_exact_share_is_kept_beside_the_seats() -> None:
    cut = one({"percent": "12.5", "of": "declare", "rounding": "half_up"}, [9] * 9)
    assert (cut.share, cut.base, cut.seats) == (Fraction(9, 8), 9, 1)


def test_places_name_everybody_with_a_measure() -> None:
    for take in ({"count": 1}, {"everyone": True}, {"at_least": "4"}):
        assert one(take, [5, 5, 3, None]).places == {"e0": 1, "e1": 1, "e2": 3}


def test_a_cut_says_whether_people_decided_its_size() -> None:
    given = [candidate("a", (), Fraction(2)), candidate("b", (), Fraction(1))]
    take = Take.model_validate({"decided": "all"})
    (cut,) = select("x", take, given, sizes({"x": "1"}), lambda _: 9)
    assert (cut.taken, cut.seats, cut.decided) == (("a",), 1, True)
    (cut,) = select("x", take, given, NOTHING, lambda _: 9)
    assert (cut.taken, cut.seats, cut.decided) == (("a", "b"), 2, False)


def test_only_a_share_has_a_base() -> None:
    cut = one({"count": 1}, [5, 3])
    assert (cut.seats, cut.base, cut.share, cut.decided) == (1, None, None, False)


SCORES = st.lists(st.none() | st.integers(0, 4), min_size=1, max_size=9)


@given(values=SCORES, count=st.integers(1, 9), mode=st.sampled_from(["all", "none"]))
def test_nobody_better_is_left_out_and_equals_are_treated_alike(
    values: list[int | None], count: int, mode: str
) -> None:
    cut = one({"count": count, "ties_at_cut": mode}, values)
    value = {f"e{i}": v for i, v in enumerate(values) if v is not None}
    left = [v for e, v in value.items() if e not in cut.taken]
    taken = [value[e] for e in cut.taken]
    assert not set(left) & set(taken)
    assert not left or not taken or min(taken) > max(left)
    room = min(count, len(value))
    assert len(taken) >= room if mode == "all" else len(taken) <= room
    # Only a tie keeps the number from being exact.
    assert len(taken) == room or cut.tied


@given(values=SCORES, seats=st.integers(0, 100), mode=st.sampled_from(["floor", "half_up", "ceil"]))
def test_percentages_never_pass_the_next_whole_number(
    values: list[int | None], seats: int, mode: str
) -> None:
    cut = one({"percent": seats, "of": "declare", "rounding": mode}, values)
    assert cut.seats is not None
    assert cut.share == Fraction(len(values) * seats, 100)
    assert abs(cut.seats - cut.share) < 1
    if mode == "floor":
        assert cut.seats <= cut.share
    if mode == "ceil":
        assert cut.seats >= cut.share
