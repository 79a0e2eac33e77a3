"""Tells the organiser of a list that was handed up, and its makers of one that came back."""

from __future__ import annotations

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.staff import staff_of
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.campaigns.telling_lists import tell_handed_up, tell_returned
from guiguan.apps.recommending.models import Recommendation
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import stage_of
from guiguan.core.values.regions import Regions


def tell_host(at: int, campaign: Campaign, found: Recommendation, count: int) -> None:
    """A message on the site to the organiser's staff."""
    tell_handed_up(
        at,
        campaign,
        staff_of(campaign.pk, ("clerk", "lead")),
        once=f"list-handed-up:{found.pk}",
        title=list_title(campaign, found),
        count=count,
        link=address_of(found),
    )


def tell_listers(at: int, campaign: Campaign, found: Recommendation) -> None:
    """A message to whoever handed the list up."""
    by = found.handed_by
    tell_returned(
        at,
        campaign,
        Person.objects.filter(pk=by, is_active=True) if by else (),
        once=f"list-returned:{found.pk}",
        title=list_title(campaign, found),
        reason=found.returned_reason,
        link=address_of(found),
    )


def list_title(campaign: Campaign, found: Recommendation) -> str:
    """The list as people call it: its province and its selection."""
    stage = stage_of(blueprint_of(campaign), found.stage)
    title = say(stage.title) if stage.title else "入围"
    return f"{province_name(found.group)}{title}名单"


def province_name(code: str) -> str:
    """The province's name, or nothing."""
    region = Regions.official().find(code) if code else None
    return region.name if region else code


def address_of(found: Recommendation) -> str:
    return f"/organiser/recommendations/{found.campaign_id}/{found.stage}/{found.group or 'all'}/"
