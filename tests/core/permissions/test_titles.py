"""Every right is told in words, in both languages, and nothing is told that is none."""

from typing import get_args

import pytest

from guiguan.core.permissions.roles import ROLES
from guiguan.core.permissions.table import ACTIONS, TABLE, Reach
from guiguan.core.permissions.titles import (
    ACTION_TITLES,
    GROUPS,
    REACH_TITLES,
    reach_title,
    rights_of,
    roles_in,
)


def test_every_action_is_named_once_in_the_order_of_the_table() -> None:
    assert tuple(ACTION_TITLES) == ACTIONS
    assert sum(len(rows) for _, rows in GROUPS) == len(ACTIONS)


def test_every_reach_is_named() -> None:
    assert tuple(REACH_TITLES) == get_args(Reach)
    assert (reach_title("person", "own")[0], reach_title("applicant", "own")[0]) == ("本人", "本单位")


@pytest.mark.parametrize("language", [0, 1])
def test_every_name_is_there_in_both_languages_and_its_own(language: int) -> None:
    for titles in (ACTION_TITLES, REACH_TITLES, {title: title for title, _ in GROUPS}):
        said = [texts[language] for texts in titles.values()]
        assert all(said)
        assert len(set(said)) == len(said)
        assert all(text.isascii() is (language == 1) for text in said)


def test_the_rights_of_all_roles_are_the_whole_table() -> None:
    told = {(action, role): reach for role in ROLES for action, reach in rights_of(role)}
    assert told == {(action, role): reach for action, row in TABLE.items() for role, reach in row.items()}


def test_a_group_has_a_column_for_whoever_may_do_something_in_it() -> None:
    units = next(rows for title, rows in GROUPS if title[1] == "Units")
    assert roles_in(units) == ("applicant", "clerk", "lead", "supervisor")
