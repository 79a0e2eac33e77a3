"""Reminds those who decide on registrations of what is due."""

from __future__ import annotations

import datetime

from django.db import transaction

from guiguan.apps.accounts.deadline import day_of
from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.messages.occasions import OCCASIONS, Occasions
from guiguan.apps.messages.services import queue
from guiguan.core.permissions.roles import Role

WHO: tuple[Role, ...] = ("clerk", "lead")
"""Those whom `organisation.approve` lets decide."""


def remind_units_due(at: int, occasions: Occasions = OCCASIONS) -> int:
    """Once a day, while a registration is late or is to be decided on today or tomorrow, every clerk and lead is told in the site;
    how many people."""
    day = day_of(at)
    return occasions.once(f"unit-due:{day}", lambda: _remind(at, day))


@transaction.atomic
def _remind(at: int, day: datetime.date) -> int:
    tomorrow = day + datetime.timedelta(days=1)
    due = Organisation.objects.filter(state="waiting", decide_until__lte=tomorrow)
    days = sorted(d for d in due.values_list("decide_until", flat=True) if d)
    if not days:
        return 0
    staff = Person.objects.filter(is_active=True, grants__role__in=WHO, grants__ended_at=None).distinct()
    for person in staff:
        queue(
            at,
            "unit-due",
            once=f"unit-due:{day}:{person.pk}",
            person=person.pk,
            channels=("site",),
            to={},
            facts={"count": str(len(days)), "until": str(days[0])},
            link="/organiser/units/",
        )
    return len(staff)
