"""In which campaigns a person may do something: for the pages from which one goes into one of them."""

from __future__ import annotations

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.models import Campaign
from guiguan.core.permissions.table import About, may


def campaigns_for(person: Person, action: str) -> list[Campaign]:
    """The campaigns in which the table allows the action, newest first."""
    held = held_by(person)
    return [
        c for c in Campaign.objects.order_by("-made_at", "slug") if may(held, action, About(campaign=c.slug))
    ]
