"""A log counted as it is read gives the cells that core's tally gives, whatever was cast, in whatever order it was stored."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from core.votes.test_packed import BALLOT, CASES, DAY, LIMITS, START, rule_of
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.votes import packing
from guiguan.core.votes.logged import LoggedBallots
from guiguan.core.votes.packing import DoesNotFit, PackedLog, packs
from guiguan.core.votes.tally import cells

NAMES = (*CASES, "stranger")
DAYS = ("2021-06-09", "2021-06-10", "2021-06-11", "2021-06-12")


def nym(voter: int) -> str:
    """Voters 0 and 1 have the first half of their pseudonyms in common."""
    return hashlib.sha256(f"{voter // 2}".encode()).hexdigest()[:16] + f"{voter:016x}"


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS.keys())
@given(
    cast=st.lists(BALLOT, max_size=40), void=st.sets(st.integers(0, 39)), chunk=st.sampled_from([1, 3, 99])
)
def test_the_cells_are_those_of_the_tally(
    limits: list[dict[str, Any]], cast: list[Any], void: set[int], chunk: int
) -> None:
    rule = rule_of(limits, {"at_most": 3})
    assert packs(rule)
    logged, packed = LoggedBallots(sorted(rule.known)), PackedLog(rule, len(cast))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "_CHUNK", chunk)
        for i, (hour, voter, choices, channel) in enumerate(cast):
            time = START + hour * 3_600_000  # not in the order of the log
            day, names = DAYS[(time - START) // DAY + 1], [NAMES[c] for c in choices]
            logged.add(i, time, day, nym(voter), names, channel=channel)
            if i not in void:
                packed.add(time, day, nym(voter), names, channel)
        assert packed.cells() == cells(rule, logged.columns(void))


def test_more_choices_than_allowed_are_too_many_however_many_they_are() -> None:
    rule = rule_of([], {"exactly": 2})
    packed = PackedLog(rule, 3)
    for n in (2, 3, 6):
        packed.add(START, DAYS[1], nym(n), CASES[:n])
    assert packed.cells() == {(DAYS[1], CASES[0], ""): 1, (DAYS[1], CASES[1], ""): 1}


@pytest.mark.parametrize("name", ["", "0" * 31, "0" * 33, "x" * 32, "é" * 32, "A" * 32])
def test_a_voter_without_a_pseudonym_of_ours_is_not_packed(name: str) -> None:
    with pytest.raises(DoesNotFit):
        PackedLog(rule_of([], {"exactly": 1}), 1).add(START, DAYS[1], name, [CASES[0]])


def test_a_rule_of_very_many_choices_or_of_addresses_is_not_packed() -> None:
    assert not packs(rule_of([], {"at_most": 65}))
    by_ip = [{"per": ["voter", "ip"], "max": 1, "over": "refuse_ballot"}]
    assert not packs(rule_of(by_ip, {"exactly": 1}))
