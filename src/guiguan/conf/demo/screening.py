"""The demo's screener decides about some of what was handed in."""

from __future__ import annotations

from collections.abc import Sequence

from guiguan.apps.campaigns.models import Campaign
from guiguan.conf.demo.entries import Made


def screen(campaign: Campaign, made: Sequence[Made], now: int) -> None:
    """Most are accepted, one is returned, one refused, the newest wait."""
