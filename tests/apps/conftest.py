"""People, units and staff for tests that touch the database."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from guiguan.apps.accounts.grants import grant_first
from guiguan.apps.accounts.models import Membership, Organisation, Person
from guiguan.core.permissions.roles import Role

_number = itertools.count(1)


def make_person(name: str = "") -> Person:
    """Somebody who can sign in."""
    return Person.objects.create(username=name or f"person-{next(_number)}")


def make_staff(role: Role, campaign: str = "", regions: tuple[str, ...] = ()) -> Person:
    """Somebody who holds the role in the campaign."""
    person = make_person(f"{role}-{next(_number)}")
    grant_first(1, person, role, campaign, regions)
    return person


def make_unit(*members: Person, name: str = "", state: str = "approved") -> Organisation:
    """An organisation; the first member keeps it."""
    unit = Organisation.objects.create(
        kind="enterprise",
        name=name or f"示例单位{next(_number)}",
        address="示例路 1 号",
        state=state,
        submitted_at=1,
    )
    for i, person in enumerate(members):
        Membership.objects.create(organisation=unit, person=person, keeper=i == 0, since=1)
    return unit


@pytest.fixture
def person(db: None) -> Callable[..., Person]:
    return make_person


@pytest.fixture
def staff(db: None) -> Callable[..., Person]:
    return make_staff


@pytest.fixture
def unit(db: None) -> Callable[..., Organisation]:
    return make_unit
