"""What a person holds, and the question that every service asks before it writes."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import PermissionDenied

from guiguan.apps.accounts.models import Person
from guiguan.core.permissions.roles import Held, Role
from guiguan.core.permissions.table import NOTHING, About, may

PUBLIC = Held("public")


class Forbidden(PermissionDenied):
    """The person may not do this. The site answers 403, or 404 where not even the thing's being there may be known."""

    def __init__(self, action: str, about: About = NOTHING) -> None:
        super().__init__(action)
        self.action = action
        self.about = about


def held_by(person: Person | None) -> tuple[Held, ...]:
    """Every role that a person holds now, read anew each time: a role taken away ends with the next request."""
    if person is None or not person.is_active or person.pk is None:
        return (PUBLIC,)
    mine = str(person.pk)
    units = person.memberships.filter(organisation__state="approved").values_list(
        "organisation_id", flat=True
    )
    grants = person.grants.filter(ended_at=None).values_list("role", "campaign", "regions")
    return (
        PUBLIC,
        Held("person", person=mine),
        *(Held("applicant", person=mine, organisation=str(unit)) for unit in units),
        *(_granted(role, mine, campaign, regions) for role, campaign, regions in grants),
    )


def _granted(role: str, person: str, campaign: str, regions: list[str]) -> Held:
    return Held(cast(Role, role), person=person, campaign=campaign, regions=tuple(regions))


def ask(person: Person | None, action: str, about: About = NOTHING) -> None:
    """Raises Forbidden where the table of `core/permissions` does not allow it."""
    if not may(held_by(person), action, about):
        raise Forbidden(action, about)
