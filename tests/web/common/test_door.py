"""Before signing in, nobody learns from an address whether there is something behind it."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from guiguan.apps.accounts.models import Organisation
from guiguan.apps.campaigns.models import Campaign

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/supervisor/audit/{slug}",
        "/organiser/messages/{slug}",
        "/organiser/campaigns/{slug}/",
        "/organiser/units/{unit}",
    ],
)
def test_what_is_there_and_what_is_not_look_the_same_to_strangers(client: Client, path: str) -> None:
    Campaign.objects.create(slug="secret-draft", title="未公开", made_at=1)
    unit = Organisation.objects.create(kind="enterprise", name="甲公司", address="路", submitted_at=1)
    there = client.get(path.format(slug="secret-draft", unit=unit.pk))
    nothing = client.get(path.format(slug="no-such", unit=uuid.uuid4()))
    assert (there.status_code, nothing.status_code) == (302, 302)
    assert nothing["Location"].startswith("/accounts/login/?next=")
