"""From an uploaded blueprint to an open campaign and a changed rule, page by page, each by who may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.campaigns.opening import put_in_force
from guiguan.apps.campaigns.services import create_campaign
from guiguan.web.organiser.blueprints import lines_of

Staff = Callable[..., Person]
pytestmark = pytest.mark.django_db
SLUG = "guangxi-2021"
BASE = f"/organiser/campaigns/{SLUG}/"
RULE = ("choices: {exactly: 10}", "choices: {exactly: 8}")


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def test_a_pasted_blueprint_becomes_a_campaign_and_opens(staff: Staff, gx: str) -> None:
    client = signed_in(staff("lead", "another"))
    made = client.post("/organiser/campaign-new/", {"text": gx.replace("\n", "\r\n")})
    assert made["Location"] == f"{BASE}versions/1/"
    assert Version.objects.get().text == gx
    page = text_of(client, made["Location"])
    assert "纸质材料最迟 2021-06-06" in page
    assert 'href="#line-104"' in page
    assert 'id="line-104"' in page
    refused = client.post(f"{BASE}versions/1/put", {})
    assert refused.status_code == 422
    assert "有 1 条提醒，请逐条看过并勾选确认后再发布" in refused.content.decode()
    assert client.post(f"{BASE}versions/1/put", {"accept": "on"}).status_code == 302
    assert Campaign.objects.get().state == "open"
    assert "查看公告页" in text_of(client, BASE)


def test_an_uploaded_file_goes_before_the_text(staff: Staff, gx: str) -> None:
    client = signed_in(staff("lead", "another"))
    file = SimpleUploadedFile("b.yaml", b"\xef\xbb\xbf" + gx.encode())
    assert client.post("/organiser/campaign-new/", {"text": "nothing", "file": file}).status_code == 302
    assert Version.objects.get().text == gx


def test_faults_are_shown_beside_their_lines_and_nothing_is_kept(staff: Staff, gx: str) -> None:
    client = signed_in(staff("clerk", "another"))
    faulty = (
        gx.replace("weight: 80, mapping: none", "weight: 70, mapping: none") + "bogus: <script>1</script>\n"
    )
    response = client.post("/organiser/campaign-new/", {"text": faulty})
    assert response.status_code == 422
    page = response.content.decode()
    last = len(faulty.split("\n")) - 1
    assert f'href="#line-{last}"' in page
    assert f'<li id="line-{last}" class="line line-error">' in page
    assert "<script>1" not in page
    assert Campaign.objects.count() == 0


@pytest.mark.parametrize(
    "content", [b"campaign: \xff\xfe", "标题: 一".encode("gb18030"), b"", b"a: [", b"\x00"]
)
def test_what_is_no_blueprint_is_told_so(staff: Staff, content: bytes) -> None:
    client = signed_in(staff("lead", "another"))
    file = SimpleUploadedFile("b.yaml", content)
    response = client.post("/organiser/campaign-new/", {"text": "", "file": file})
    assert response.status_code == 422
    assert "蓝图有错误，没有保存" in response.content.decode()


def test_a_shipped_blueprint_can_be_copied(staff: Staff, gx: str) -> None:
    client = signed_in(staff("lead", "another"))
    page = text_of(client, "/organiser/campaign-new/?copy=guangxi-2021")
    assert "campaign: guangxi-2021" in page
    assert "campaign: " not in text_of(client, "/organiser/campaign-new/?copy=../pyproject")


@pytest.fixture
def lead(staff: Staff, gx: str) -> Person:
    found = staff("lead", SLUG)
    create_campaign(found, 1, gx)
    put_in_force(found, 2, SLUG, 1, accept_warnings=True)
    return found


def test_a_rule_changes_by_two_people_on_two_pages(staff: Staff, lead: Person, gx: str) -> None:
    client, other = signed_in(lead), signed_in(staff("supervisor", SLUG))
    sent = client.post(f"{BASE}versions/add", {"text": gx.replace(*RULE)})
    assert sent["Location"] == f"{BASE}versions/2/"
    page = text_of(client, f"{BASE}versions/2/")
    assert "stages[vote].choices.exactly（须恰好选几个）：10 → 8" in page
    assert "须第二人同意" in page
    assert client.post(f"{BASE}versions/2/put", {"note": ""}).status_code == 422
    assert client.post(f"{BASE}versions/2/put", {"note": "减轻负担"}).status_code == 302
    assert client.post(f"{BASE}versions/2/agree").status_code == 422
    assert "同意，立即生效" not in text_of(client, f"{BASE}versions/2/")
    assert "同意，立即生效" in text_of(other, f"{BASE}versions/2/")
    assert other.post(f"{BASE}versions/2/agree").status_code == 302
    campaign = Campaign.objects.select_related("in_force").get()
    assert campaign.in_force is not None
    assert campaign.in_force.number == 2


def test_what_may_not_change_offers_no_button(lead: Person, gx: str, clock: Any) -> None:
    client = signed_in(lead)
    client.post(f"{BASE}versions/add", {"text": gx.replace(*RULE)})
    clock.move_to("2021-06-12T04:00:00Z")
    client = signed_in(lead)
    page = text_of(client, f"{BASE}versions/2/")
    assert "这一版不能生效" in page
    assert "versions/2/put" not in page
    refused = client.post(f"{BASE}versions/2/put", {"note": "减轻负担"})
    assert refused.status_code == 422
    assert "所规定的环节已经开始，规则不再改动" in refused.content.decode()


def test_a_faulty_new_version_keeps_what_was_written(lead: Person) -> None:
    response = signed_in(lead).post(f"{BASE}versions/add", {"text": "campaign: x"})
    assert response.status_code == 422
    assert "campaign: x</textarea>" in response.content.decode()
    assert Version.objects.count() == 1


PAGES: tuple[str, ...] = (
    "",
    "versions/",
    "versions/1/",
    "versions/1/flowchart.svg",
    "versions/1/rehearsal/",
    "announcements/",
)
PAGES += ("questions/", "downloads/")


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_for_those_with_a_part_in_this_campaign(
    staff: Staff, person: Staff, lead: Person, page: str
) -> None:
    for role in ("clerk", "supervisor"):
        text_of(signed_in(staff(role, SLUG)), BASE + page)
    for stranger in (staff("lead", "another"), staff("screener", SLUG), person("somebody")):
        text_of(signed_in(stranger), BASE + page, 404)
    away = Client().get(BASE + page)
    assert away["Location"].startswith("/accounts/login/")
    text_of(signed_in(lead), f"/organiser/campaigns/nothing/{page}", 404)


@pytest.mark.parametrize(
    "act", ["versions/1/put", "versions/1/agree", "versions/add", "versions/1/rehearsal/start", "close"]
)
def test_a_supervisor_or_clerk_does_not_what_is_the_leads(staff: Staff, gx: str, act: str) -> None:
    create_campaign(staff("lead", SLUG), 1, gx)
    refused = {
        "versions/1/put": ["clerk", "supervisor"],
        "versions/1/agree": ["clerk"],
        "close": ["clerk", "supervisor"],
    }
    for role in refused.get(act, ["supervisor", "screener"]):
        response = signed_in(staff(role, SLUG)).post(BASE + act, {"accept": "on", "text": gx, "note": "x"})
        assert response.status_code == 404, role
    assert Campaign.objects.get().state == "draft"


def test_a_campaign_is_ended_after_a_page_that_asks(lead: Person) -> None:
    client = signed_in(lead)
    assert "确定结束活动？" in text_of(client, f"{BASE}close")
    assert Campaign.objects.get().state == "open"
    assert client.post(f"{BASE}close")["Location"] == BASE
    assert Campaign.objects.get().state == "closed"


def test_the_list_asks_no_more_for_three_than_for_one(staff: Staff, gx: str) -> None:
    lead = staff("lead", "one")
    client = signed_in(lead)
    counts = []
    for slug in ("one", "two", "three"):
        create_campaign(lead, 1, gx.replace("campaign: guangxi-2021", f"campaign: {slug}"))
        client.get("/organiser/campaigns/")
        with CaptureQueriesContext(connection) as queries:
            page = text_of(client, "/organiser/campaigns/")
        assert f"/organiser/campaigns/{slug}/" in page
        counts.append(len(queries))
    assert counts[0] == counts[2]


def test_of_a_long_text_only_the_lines_around_faults_are_shown() -> None:
    from guiguan.core.values.finding import Finding, Place

    text = "\n".join(f"k{i}: 1" for i in range(5000))
    lines = lines_of(text, [Finding("yaml.x", "错", "wrong", Place("f", 2000, 1))])
    assert [line.number for line in lines] == list(range(1997, 2004))
    assert [line.gap for line in lines] == [True] + [False] * 6
    assert [line.number for line in lines if line.severity == "error"] == [2000]
