"""Words of the pages of lists that go on, and how their addresses are read."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.http import Http404
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of, campaigns
from guiguan.apps.recommending.listing import Place, fits
from guiguan.apps.recommending.quota import Quota, selections
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.stages import STAGE_TITLES, Selection
from guiguan.core.permissions.table import About
from guiguan.web.common.units_shown import region_name
from guiguan.web.organiser.screening_words import Words, lang

STATES: Words = {
    "draft": lambda: _("拟定中"),
    "handed_up": lambda: _("已报送"),
}
COLOURS = {"draft": "info", "handed_up": "success"}
ROUNDINGS: Words = {
    "floor": lambda: _("舍去小数"),
    "half_up": lambda: _("四舍五入"),
    "ceil": lambda: _("进一"),
}
ALL = "all"
"""How an address calls the one list of a selection that compares all entries together."""


def place_in(
    person: Person | None, campaign: str, stage: str, province: str, **rest: object
) -> tuple[Place, About]:
    """The list that an address names, whether it is there yet or not. Raises Http404 without such a campaign."""
    if not campaigns().filter(pk=campaign).exclude(state="draft").exists():
        raise Http404
    place = Place(campaign, stage, "" if province == ALL else province[:32])
    return place, place.about


def campaign_and_stage(place: Place) -> tuple[Campaign, Selection]:
    """The campaign and the selection of a list. Raises Http404 where the selection makes no such list."""
    campaign = campaigns().get(pk=place.campaign)
    stage = next((s for s in selections(blueprint_of(campaign)) if s.id == place.stage), None)
    if stage is None or not fits(place, stage):
        raise Http404
    return campaign, stage


def stage_title(stage: Selection) -> str:
    return say(stage.title, lang()) if stage.title else STAGE_TITLES[stage.kind][lang() == "en"]


def place_title(province: str) -> str:
    return region_name(province) if province else _("全体")


def rule_text(stage: Selection) -> str:
    """The rule of places in one sentence."""
    take = stage.take
    if take.percent is not None and take.rounding is not None:
        fact = {"percent": f"{take.percent.normalize():f}", "rounding": ROUNDINGS[take.rounding]()}
        text = _("名额为正式申报数的 %(percent)s%%，不是整数时%(rounding)s") % fact
        return text + (_("，至少 %(n)s 项") % {"n": take.minimum} if take.minimum else "") + _("。")
    if take.count is not None:
        return _("名额 %(n)s 项。") % {"n": take.count}
    return _("规则没有限定数量。")


def sum_text(now: Quota, stage: Selection) -> str:
    """How the number of places comes about: 25 × 10% = 2.5 → 2."""
    if now.share is None or stage.take.percent is None:
        return ""
    return f"{now.declared} × {stage.take.percent.normalize():f}% = {_decimal(now.share)} → {now.seats}"


def _decimal(share: Fraction) -> str:
    """A part of a whole number by a percentage ends after a few places, so nothing is rounded here."""
    return f"{(Decimal(share.numerator) / share.denominator).normalize():f}"
