"""The table of permissions: what a cell says, and what no cell says."""

import itertools

import pytest

from guiguan.core.permissions.roles import ADMINISTRATORS, IMPLIED, ROLE_TITLES, ROLES, Held, may_hold
from guiguan.core.permissions.table import ACTIONS, TABLE, About, may

HERE = About(campaign="gx", organisation="unit-1", region="450100", person="p-1", assigned=("p-9",))


def held(role: str, **more: object) -> Held:
    return Held(role, **more)  # type: ignore[arg-type]  # the test names roles as text


def test_every_role_has_a_title_in_both_languages() -> None:
    assert set(ROLE_TITLES) == set(ROLES)
    assert all(zh and en for zh, en in ROLE_TITLES.values())


def test_the_table_names_known_roles_and_reaches_alone() -> None:
    assert {r for row in TABLE.values() for r in row} <= set(ROLES)
    assert {c for row in TABLE.values() for c in row.values()} <= {
        "any",
        "campaign",
        "region",
        "own",
        "assigned",
    }


def test_nobody_without_a_role_may_do_anything() -> None:
    assert not any(may([], action, HERE) for action in ACTIONS)


@pytest.mark.parametrize(("action", "role"), [(a, r) for a in ACTIONS for r in ROLES if r not in TABLE[a]])
def test_an_empty_cell_allows_nothing(action: str, role: str) -> None:
    everything = held(role, person="p-1", campaign="gx", organisation="unit-1", regions=("450000",))
    assert not may([everything], action, HERE)


def test_an_action_that_the_table_lacks_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        may([held("public")], "entry.forge")


def test_an_applicant_reaches_the_own_unit_and_no_other() -> None:
    mine = held("applicant", person="p-2", organisation="unit-1")
    assert may([mine], "entry.write", HERE)
    assert not may([mine], "entry.write", About(campaign="gx", organisation="unit-2"))
    assert not may([mine], "entry.write", About(campaign="gx"))


def test_staff_reach_their_campaign_and_no_other() -> None:
    clerk = held("clerk", person="p-3", campaign="gx")
    assert may([clerk], "campaign.draft", HERE)
    assert not may([clerk], "campaign.draft", About(campaign="xc"))
    assert not may([clerk], "campaign.draft", About())


def test_an_undertaker_reaches_the_own_regions_in_the_own_campaign() -> None:
    nanning = held("undertaker", person="p-4", campaign="gx", regions=("450100",))
    province = held("undertaker", person="p-4", campaign="gx", regions=("450000",))
    assert may([nanning], "screening.decide", HERE)
    assert may([province], "screening.decide", About(campaign="gx", region="450821"))
    assert not may([nanning], "screening.decide", About(campaign="gx", region="450200"))
    assert not may([province], "screening.decide", About(campaign="xc", region="450100"))
    assert not may([province], "screening.decide", About(campaign="gx", region=""))
    assert not may([held("undertaker", person="p-4", campaign="gx")], "screening.decide", HERE)


def test_an_expert_reads_what_was_assigned_and_nothing_else() -> None:
    assert may([held("expert", person="p-9", campaign="gx")], "entry.read", HERE)
    assert not may([held("expert", person="p-8", campaign="gx")], "entry.read", HERE)
    assert not may([held("expert", person="p-9", campaign="xc")], "entry.read", HERE)


def test_a_person_reaches_oneself() -> None:
    assert may([held("person", person="p-1")], "message.read", About(person="p-1"))
    assert not may([held("person", person="p-1")], "message.read", About(person="p-2"))
    assert not may([held("person", person="")], "message.read", About(person=""))


@pytest.mark.parametrize(
    ("one", "other"), list(itertools.combinations([r for r in ROLES if r not in IMPLIED], 2))
)
def test_administrators_stand_alone(one: str, other: str) -> None:
    apart = one in ADMINISTRATORS or other in ADMINISTRATORS
    assert may_hold(one, [other]) is not apart  # type: ignore[arg-type, list-item]  # as above
    assert may_hold(other, [one]) is not apart  # type: ignore[arg-type, list-item]  # as above


@pytest.mark.parametrize("role", ROLES)
def test_what_everybody_is_never_stands_in_the_way(role: str) -> None:
    assert may_hold(role, IMPLIED)  # type: ignore[arg-type]  # as above
