"""Tells the people behind an entry what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.db.models import Q

from guiguan.apps.accounts.models import Membership, Person
from guiguan.apps.accounts.sealing import PHONE, sealer
from guiguan.apps.entries.models import Entry
from guiguan.apps.messages.services import queue
from guiguan.core.values.moment import instant_text


def tell_applicant(at: int, entry: Entry, template: str, occasion: str, **facts: str) -> None:
    """A message to whoever made the entry and to the unit's keeper, once for each occasion."""
    here = Membership.objects.filter(organisation=entry.organisation)
    people = Person.objects.filter(
        pk__in=here.filter(Q(person=entry.made_by) | Q(keeper=True)).values("person"), is_active=True
    )
    told: Mapping[str, str] = {
        "title": entry.title or "（未填名称）",
        "entry": entry.number or "",
        "campaign": entry.campaign.title,
        **facts,
    }
    for person in people:
        phone = sealer().unseal(bytes(person.phone), PHONE) if person.phone and person.phone_verified else ""
        queue(
            at,
            template,
            once=f"{template}:{entry.pk}:{occasion}:{person.pk}",
            person=person.pk,
            channels=("sms", "site"),
            to={"sms": phone} if phone else {},
            campaign=entry.campaign_id,
            facts=told,
            link=f"/entries/{entry.pk}/",
        )


def clock_text(at: int, zone: str) -> str:
    """A moment as people read it in the campaign's zone: 2026-11-20 17:30."""
    return instant_text(at, ZoneInfo(zone))[:16].replace("T", " ")
