"""A campaign that is open, as the portal shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.opening import put_in_force
from guiguan.apps.campaigns.services import create_campaign

GX = (Path(__file__).parents[3] / "blueprints" / "guangxi-2021.yaml").read_text(encoding="utf-8")
AT = 1_619_800_000_000


@pytest.fixture
def gx() -> str:
    return GX


@pytest.fixture
def open_campaign(staff: Callable[..., Person]) -> Callable[[str], Campaign]:
    """Creates and opens the Guangxi campaign under another id."""

    def made(slug: str) -> Campaign:
        lead = staff("lead", slug)
        create_campaign(lead, AT, GX.replace("campaign: guangxi-2021", f"campaign: {slug}"))
        put_in_force(lead, AT + 1, slug, 1, accept_warnings=True)
        return Campaign.objects.get(pk=slug)

    return made


@pytest.fixture
def while_declaring() -> object:
    """The clock stands at noon of 2021-06-04 in Nanning."""
    with time_machine.travel("2021-06-04T04:00:00Z", tick=False) as traveller:
        yield traveller
