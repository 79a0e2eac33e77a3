"""Who works in a campaign, for messages."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from guiguan.apps.accounts.models import Grant, Person
from guiguan.core.permissions.table import TABLE


def staff_of(campaign: str, roles: Collection[str]) -> QuerySet[Person]:
    """The active people who hold one of the roles in the campaign now."""
    held = Grant.objects.filter(campaign=campaign, role__in=roles, ended_at=None)
    return Person.objects.filter(pk__in=held.values("person"), is_active=True).order_by("pk")


def who_may(campaign: str, action: str) -> QuerySet[Person]:
    """Those of them who may do the action in the campaign, by the table of permissions."""
    return staff_of(campaign, tuple(TABLE[action]))
