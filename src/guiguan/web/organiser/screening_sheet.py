"""The queue as a table to keep."""

from __future__ import annotations

from functools import cache

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.entries.models import Entry
from guiguan.apps.screening.queries import category_title
from guiguan.core.blueprint.model import Blueprint
from guiguan.web.common.moments import moment
from guiguan.web.common.sheets import CHUNK, send_sheet
from guiguan.web.common.units_shown import region_name
from guiguan.web.organiser.screening_words import STATES, lang


def queue_sheet(
    request: HttpRequest, campaign: Campaign, blueprint: Blueprint, entries: QuerySet[Entry]
) -> HttpResponseBase:
    """Number, title, unit and how each stands, in the order of the page."""
    columns = [_("编号"), _("名称"), _("申报单位"), _("类别"), _("地区"), _("提交时间"), _("状态")]
    category = cache(lambda text: category_title(blueprint, text, lang()))
    region = cache(region_name)
    rows = (
        [
            e.number or "",
            e.title,
            e.organisation.name,
            category(e.category),
            region(e.region),
            moment(e.handed),  # type: ignore[attr-defined]  # annotated by queue_of
            STATES[e.state](),
        ]
        for e in entries.iterator(CHUNK)
    )
    return send_sheet(request, "screening", columns, rows, campaign=campaign.pk, title=_("申报件"))
