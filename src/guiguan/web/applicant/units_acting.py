"""For which of one's units one acts: the only one, or the one chosen, kept in the session."""

from __future__ import annotations

from django.http import HttpRequest

from guiguan.apps.accounts.models import Organisation
from guiguan.apps.accounts.queries import approved_units_of
from guiguan.web.common.door import person_of

_KEY = "acting_unit"


def acting_unit(request: HttpRequest) -> Organisation | None:
    """The approved unit that the person acts for now; None where there is none, or several and none was chosen."""
    person = person_of(request)
    units = list(approved_units_of(person)) if person else []
    chosen = [unit for unit in units if str(unit.pk) == request.session.get(_KEY)]
    if chosen:
        return chosen[0]
    return units[0] if len(units) == 1 else None


def choose_unit(request: HttpRequest, unit: Organisation) -> None:
    """The person acts for this unit until they choose another or sign out."""
    request.session[_KEY] = str(unit.pk)
