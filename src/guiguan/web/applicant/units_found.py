"""Which unit an address means, and what permission is asked about: given to the doors of the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.core.permissions.table import About


def membership(person: Person | None, unit: UUID) -> tuple[Organisation, About]:
    """The unit in whatever state; it is one's own where one is a member."""
    found = _unit(unit)
    own = person is not None and found.memberships.filter(person=person).exists()
    return found, About(person=str(person.pk) if own and person else "")


def approved(person: Person | None, unit: UUID) -> tuple[Organisation, About]:
    """The unit, about which its members are asked by their role as applicants."""
    found = _unit(unit)
    return found, About(organisation=str(found.pk))


def with_parts(
    person: Person | None, unit: UUID, **parts: Any
) -> tuple[tuple[Organisation, dict[str, Any]], About]:
    """As `approved`, with the other parts of the address beside the unit."""
    found, about = approved(person, unit)
    return (found, parts), about


def membership_with_parts(
    person: Person | None, unit: UUID, **parts: Any
) -> tuple[tuple[Organisation, dict[str, Any]], About]:
    """As `membership`, with the other parts of the address beside the unit."""
    found, about = membership(person, unit)
    return (found, parts), about


def _unit(pk: UUID) -> Organisation:
    try:
        return Organisation.objects.select_related("parent").get(pk=pk)
    except Organisation.DoesNotExist as error:
        raise Http404 from error
