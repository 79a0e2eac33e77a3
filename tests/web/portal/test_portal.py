"""The portal shows what is public, finds it, and asks the database the same for one campaign as for three."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.services import close_campaign, create_campaign

Open = Callable[[str], Campaign]
Staff = Callable[..., Person]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_declaring")]


def text_of(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_the_first_page_shows_what_is_open_with_its_deadline(client: Client, open_campaign: Open) -> None:
    open_campaign("gx-one")
    page = text_of(client, "/")
    assert "广西信息化优秀案例征集评选活动" in page
    assert 'href="/campaigns/gx-one/"' in page
    assert "距申报截止还有 2 天" in page
    assert "结果人人可复算" in page


def test_nothing_open_is_said_in_words(client: Client) -> None:
    assert "目前没有正在进行的活动。" in text_of(client, "/")


def test_a_draft_is_nowhere(client: Client, staff: Staff, gx: str) -> None:
    create_campaign(staff("lead", "another"), 1, gx)
    assert "广西信息化优秀案例" not in text_of(client, "/")
    assert "广西信息化优秀案例" not in text_of(client, "/campaigns/?state=draft")
    for path in ("", "flowchart.svg", "versions/", "versions/1.yaml", "downloads/form"):
        text_of(client, f"/campaigns/guangxi-2021/{path}", 404)


def test_the_list_is_filtered_by_state_and_by_words(
    client: Client, staff: Staff, open_campaign: Open
) -> None:
    open_campaign("gx-one")
    open_campaign("gx-two")
    close_campaign(staff("lead", "gx-two"), 9, "gx-two")
    assert "共 2 个活动" in text_of(client, "/campaigns/")
    only_open = text_of(client, "/campaigns/?state=open")
    assert "gx-one" in only_open
    assert "gx-two" not in only_open
    assert "共 1 个活动" in text_of(client, "/campaigns/?state=closed&search=优秀案例")
    assert "没有找到活动" in text_of(client, "/campaigns/?search=没有这样的词")
    assert "没有找到活动" not in text_of(client, "/campaigns/?page=99")


def test_what_is_searched_for_is_shown_as_text(client: Client) -> None:
    page = text_of(client, "/campaigns/?search=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("path", ["/", "/campaigns/", "/api/v1/campaigns"])
def test_three_campaigns_ask_no_more_than_one(client: Client, open_campaign: Open, path: str) -> None:
    open_campaign("gx-one")
    client.get(path)
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    open_campaign("gx-two")
    open_campaign("gx-three")
    client.get(path)
    with CaptureQueriesContext(connection) as three:
        client.get(path)
    assert len(three) == len(one)
