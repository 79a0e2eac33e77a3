"""Tells people of a list that was handed up to them, and of one that came back: the same messages, whoever's list it is."""

from __future__ import annotations

from collections.abc import Iterable

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.telling import reached_at
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.messages.services import queue


def tell_handed_up(
    at: int, campaign: Campaign, people: Iterable[Person], *, once: str, title: str, count: int, link: str
) -> None:
    """A message on the site to each of them. `once` names the handing up."""
    for person in people:
        queue(
            at,
            "list-handed-up",
            once=f"{once}:{at}:{person.pk}",
            person=person.pk,
            channels=("site",),
            to={},
            campaign=campaign.pk,
            facts={"campaign": campaign.title, "list": title, "count": str(count)},
            link=link,
        )


def tell_returned(
    at: int, campaign: Campaign, people: Iterable[Person], *, once: str, title: str, reason: str, link: str
) -> None:
    """A message to each of them, also by text message. `once` names the return."""
    for person in people:
        queue(
            at,
            "list-returned",
            once=f"{once}:{at}:{person.pk}",
            person=person.pk,
            channels=("sms", "site"),
            to=reached_at(person),
            campaign=campaign.pk,
            facts={"campaign": campaign.title, "list": title, "reason": reason},
            link=link,
        )
