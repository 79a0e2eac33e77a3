"""What everybody may look up from every page: help, the table of permissions, privacy, the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from apps.accounts.conftest import with_phone
from django.test import Client
from django.urls import reverse

from guiguan.apps.accounts.models import Person
from guiguan.core.permissions.roles import ROLE_TITLES
from guiguan.core.permissions.table import TABLE
from guiguan.core.permissions.titles import ACTION_TITLES

pytestmark = pytest.mark.django_db


def footer(client: Client, path: str = "/") -> dict[str, str]:
    page = client.get(path).content.decode()
    found = re.search(r'<ul class="footer-links">(.*?)</ul>', page, re.DOTALL)
    assert found is not None
    return {label: address for address, label in re.findall(r'<a href="([^"]+)">([^<]+)</a>', found[1])}


def test_every_link_of_the_footer_opens_for_a_stranger(client: Client) -> None:
    links = footer(client)
    assert list(links) == ["使用说明", "权限表", "隐私说明", "开放接口"]
    assert [client.get(address).status_code for address in links.values()] == [200] * 4
    assert reverse("design") not in links.values()


def test_the_footer_is_on_the_pages_that_it_leads_to(client: Client) -> None:
    links = footer(client)
    for name in ("help", "permissions", "units-privacy"):
        assert footer(client, reverse(name)) == links


@pytest.mark.parametrize(("language", "n"), [("zh-hans", 0), ("en", 1)])
def test_the_table_tells_strangers_every_right_and_every_role(client: Client, language: str, n: int) -> None:
    client.cookies["language"] = language
    page = client.get("/permissions").content.decode()
    rows, lists = page.split('id="by-role"')
    for texts in ACTION_TITLES.values():
        assert texts[n].replace("'", "&#x27;") in rows
    for texts in ROLE_TITLES.values():
        assert texts[n].replace("'", "&#x27;") in lists
    assert lists.count("<li>") >= sum(len(row) for row in TABLE.values())


def test_a_cell_that_allows_nothing_says_so(client: Client) -> None:
    page = client.get("/permissions").content.decode()
    (row,) = re.findall(r'<tr><th scope="row">作出审查结论</th>(.*?)</tr>', page, re.DOTALL)
    cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", row)]
    assert cells == ["本区域", "本活动", "—", "本活动", "—"]
    assert 'aria-label="不允许"' in row


@pytest.mark.parametrize("name", ["audit-home", "messages-home", "screening-home"])
def test_the_places_of_staff_stay_shut_to_strangers(
    client: Client, person: Callable[..., Person], as_person: Callable[[Any], Client], name: str
) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
    assert as_person(person()).get(reverse(name)).status_code == 200


def test_help_leads_to_signing_up_and_to_progress(client: Client) -> None:
    page = client.get("/help").content.decode()
    assert f'href="{reverse("account_signup")}"' in page
    assert f'href="{reverse("progress")}"' in page
    for part in ("register", "declare", "saving", "receipt", "correction", "elder"):
        assert f'id="{part}"' in page


def test_the_frame_greets_by_name_or_by_the_masked_number(
    person: Callable[..., Person], as_person: Callable[[Person | None], Client]
) -> None:
    new = with_phone(person("p-0123456789ab"))
    page = as_person(new).get("/").content.decode()
    assert "138****1234" in page
    assert "p-0123456789ab" not in page
    assert "security-li" in as_person(person("security-li")).get("/").content.decode()
