from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.tables.guard import cleaned, guarded, unguarded

NEAR = st.text(st.sampled_from("'=+-@＝\t\r\n 1.a\u3000"), max_size=8)


@given(NEAR)
def test_taking_the_guard_away_restores_every_cell(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@given(NEAR)
def test_outer_white_space_is_all_that_a_row_loses(cell: str) -> None:
    assert cleaned([guarded(cell)]) == [cell.strip()]


@pytest.mark.parametrize("cell", ["0", "-0", "12.50", "-12.50", "", "'", "'a'", "a=1", "政务"])
def test_numbers_and_harmless_cells_are_left_alone(cell: str) -> None:
    assert guarded(cell) == cell
    assert unguarded(cell) == cell


@pytest.mark.parametrize("cell", ["+1", "-", "-1e5", "--1", "-1\n", "-.5", "-１"])
def test_what_only_resembles_a_number_is_guarded(cell: str) -> None:
    assert guarded(cell) == "'" + cell
