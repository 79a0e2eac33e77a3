"""Tells those who may do something about a vote that it waits for them, by a message on the site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.staff import who_may
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.messages.services import queue


def tell_allowed(
    at: int,
    template: str,
    once: str,
    campaign: str,
    action: str,
    *,
    link: str,
    facts: Mapping[str, str],
    but: frozenset[str] = frozenset(),
) -> None:
    """Whoever may do the action in the campaign by the table of permissions has one message for this occasion (`once`), but not those
    whose ids are in `but`. Inside a transaction of the site's."""
    people = [person for person in who_may(campaign, action) if str(person.pk) not in but]
    tell_people(at, template, once, campaign, people, link=link, facts=facts)


def tell_people(
    at: int,
    template: str,
    once: str,
    campaign: str,
    people: Iterable[Person],
    *,
    link: str,
    facts: Mapping[str, str],
) -> None:
    """Each of them has one message for this occasion. Inside a transaction of the site's."""
    title = Campaign.objects.filter(pk=campaign).values_list("title", flat=True).first() or campaign
    for person in people:
        queue(
            at,
            template,
            once=f"{once}:{person.pk}",
            person=person.pk,
            channels=("site",),
            to={},
            campaign=campaign,
            facts={"campaign": title, **facts},
            link=link,
        )
