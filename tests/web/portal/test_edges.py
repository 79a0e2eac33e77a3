"""Addresses that nobody was given: numbers beyond the database, ids in other letters, texts with markup."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.opening import put_in_force
from guiguan.apps.campaigns.services import create_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_declaring")]


@pytest.mark.parametrize(
    "path",
    [
        "/campaigns/gx-one/versions/99999999999999999999999999.yaml",
        "/campaigns/gx-one/versions/2.yaml",
        "/campaigns/GX-ONE/",
        "/campaigns/gx-one/downloads/nothing",
        "/campaigns/gx-one/downloads/form",
        "/problems/../etc",
    ],
)
def test_what_is_not_there_is_not_found(
    client: Client, open_campaign: Callable[[str], Campaign], path: str
) -> None:
    open_campaign("gx-one")
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999"])
def test_a_page_that_is_none_shows_one_that_is(client: Client, page: str) -> None:
    assert client.get(f"/campaigns/?page={page}&state=%00&search=%00").status_code == 200


def test_markup_in_a_blueprint_is_text(client: Client, staff: Callable[..., Person], gx: str) -> None:
    lead, evil = staff("lead", "another"), "<script>alert(1)</script>"
    text = gx.replace("title: 广西信息化优秀案例征集评选活动", f"title: '{evil}'").replace(
        "label: 案例简介", f"label: '{evil}'"
    )
    create_campaign(lead, 1, text)
    put_in_force(lead, 2, "guangxi-2021", 1, accept_warnings=True)
    for path in ("/", "/campaigns/", "/campaigns/guangxi-2021/", "/campaigns/guangxi-2021/versions/"):
        assert "<script>alert" not in client.get(path).content.decode()
    assert b"<script>" not in client.get("/campaigns/guangxi-2021/flowchart.svg").content
