"""Who works in a campaign, for messages."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from guiguan.apps.accounts.models import Grant, Person


def staff_of(campaign: str, roles: Collection[str]) -> QuerySet[Person]:
    """The active people who hold one of the roles in the campaign now."""
    held = Grant.objects.filter(campaign=campaign, role__in=roles, ended_at=None)
    return Person.objects.filter(pk__in=held.values("person"), is_active=True).order_by("pk")
