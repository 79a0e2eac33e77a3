"""A small blueprint whose dates are given, and a campaign made from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.opening import put_in_force
from guiguan.apps.campaigns.services import create_campaign

GX = (Path(__file__).parents[3] / "blueprints" / "guangxi-2021.yaml").read_text(encoding="utf-8")
AT = 1_619_800_000_000
"""2021-05-01 in Nanning: before everything of the blueprint begins."""


@pytest.fixture
def gx() -> str:
    return GX


@pytest.fixture
def opened(staff: Callable[..., object]) -> Campaign:
    """The Guangxi campaign, created and opened by its lead."""
    lead = staff("lead", "guangxi-2021")
    create_campaign(lead, AT, GX)  # type: ignore[arg-type]  # the fixture gives people
    put_in_force(lead, AT + 1, "guangxi-2021", 1, accept_warnings=True)  # type: ignore[arg-type]  # as above
    return Campaign.objects.get(pk="guangxi-2021")
