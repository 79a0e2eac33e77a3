"""Lifecycles: every cell of the tables, and what is in none."""

import pytest

from guiguan.core.lifecycle.moves import CAMPAIGN, EDITABLE, ENTRY, ORGANISATION, POLL, Lifecycle, NoSuchMove

ALL = (ORGANISATION, CAMPAIGN, ENTRY, POLL)


@pytest.mark.parametrize("life", ALL, ids=lambda life: life.name)
def test_every_move_leads_to_a_state_of_the_table(life: Lifecycle) -> None:
    assert life.first in life.moves
    assert {to for acts in life.moves.values() for to in acts.values()} <= set(life.moves)


@pytest.mark.parametrize("life", ALL, ids=lambda life: life.name)
def test_what_is_not_in_the_table_cannot_happen(life: Lifecycle) -> None:
    acts = {act for moves in life.moves.values() for act in moves}
    for state, moves in life.moves.items():
        for act in acts - set(moves):
            assert not life.can(state, act)
            with pytest.raises(NoSuchMove):
                life.after(state, act)
        for act, to in moves.items():
            assert life.after(state, act) == to


@pytest.mark.parametrize("life", ALL, ids=lambda life: life.name)
def test_every_state_can_be_reached(life: Lifecycle) -> None:
    reached, front = {life.first}, [life.first]
    while front:
        front = [to for state in front for to in life.moves[state].values() if to not in reached]
        reached |= set(front)
    assert reached == set(life.moves)


def test_a_decided_entry_never_moves_and_is_never_changed() -> None:
    for state in ("accepted", "refused", "abandoned"):
        assert ENTRY.moves[state] == {}
        assert state not in EDITABLE
    assert "submitted" not in EDITABLE


def test_a_draft_cannot_be_decided() -> None:
    for act in ("accept", "return", "refuse"):
        assert [s for s in ENTRY.states if ENTRY.can(s, act)] == ["submitted"]


def test_a_closed_vote_never_opens_again() -> None:
    assert POLL.moves["closed"] == {}
    assert [s for s, acts in POLL.moves.items() if "resume" in acts] == ["paused"]
