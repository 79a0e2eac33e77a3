"""What a signed-in person's units may still do in a campaign, for the campaign's notice page."""

from __future__ import annotations

from typing import Any

from django import template

from guiguan.apps.campaigns.models import Campaign
from guiguan.web.applicant.entries import possibilities
from guiguan.web.common.clock import now
from guiguan.web.common.door import person_of

register = template.Library()


@register.simple_tag(takes_context=True)
def units_in(context: dict[str, Any], campaign: Campaign) -> list[dict[str, Any]]:
    """One row for each unit: its entries, whether one more may be begun, and every reason why not."""
    return possibilities(person_of(context["request"]), campaign, now())
