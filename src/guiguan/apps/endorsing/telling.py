"""Tells the people of a body what they are asked, and of lists that came back or went up."""

from __future__ import annotations

from collections.abc import Iterable

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.staff import staff_of
from guiguan.apps.accounts.telling import reached_at
from guiguan.apps.campaigns.telling_lists import tell_handed_up, tell_returned
from guiguan.apps.endorsing.models import Body, Collection, Seat
from guiguan.apps.entries.models import Entry
from guiguan.apps.messages.services import queue


def tell_body(at: int, entry: Entry, body: Body) -> None:
    """A message to everybody who sits for the body."""
    for person in people_of(body):
        queue(
            at,
            "endorsement-asked",
            once=f"endorsement-asked:{entry.pk}:{body.pk}:{person.pk}",
            person=person.pk,
            channels=("sms", "site"),
            to=reached_at(person),
            campaign=entry.campaign_id,
            facts={
                "campaign": entry.campaign.title,
                "title": entry.title or "（未填名称）",
                "entry": entry.number or "",
                "body": body.name,
            },
            link=f"/endorsing/{entry.campaign_id}/{body.pk}/entries/{entry.pk}/",
        )


def tell_list_up(at: int, found: Collection, count: int) -> None:
    """A message to the body above, or to the organiser's staff."""
    body = found.body
    above = people_of(body.parent) if body.parent else staff_of(body.campaign_id, ("clerk", "lead"))
    link = (
        f"/endorsing/{body.campaign_id}/{body.parent_id}/lists/{found.pk}/"
        if body.parent_id
        else f"/organiser/bodies/{body.campaign_id}/lists/{found.pk}/"
    )
    tell_handed_up(
        at,
        body.campaign,
        above,
        once=f"collection-up:{found.pk}",
        title=list_title(found),
        count=count,
        link=link,
    )


def tell_list_back(at: int, found: Collection) -> None:
    """A message to the people of the body that handed it up."""
    body = found.body
    tell_returned(
        at,
        body.campaign,
        people_of(body),
        once=f"collection-back:{found.pk}",
        title=list_title(found),
        reason=found.returned_reason,
        link=f"/endorsing/{body.campaign_id}/{body.pk}/lists/{found.pk}/",
    )


def list_title(found: Collection) -> str:
    return f"{found.body.name}第 {found.number} 份清单"


def people_of(body: Body) -> Iterable[Person]:
    seats = Seat.objects.filter(body=body, ended_at=None)
    return Person.objects.filter(pk__in=seats.values("person"), is_active=True).order_by("pk")
