"""The organiser's pages on messages: delivery, sending again, wording with preview; nothing of another campaign."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.messages.models import Message, Wording
from guiguan.apps.messages.services import queue
from guiguan.apps.messages.templates import TEMPLATES

NOON = 1_775_016_000_000  # 2026-04-01 12:00 in China
pytestmark = pytest.mark.django_db
AsPerson = Callable[[Person | None], Client]
Staff = Callable[..., Person]
TEXT = "/organiser/messages/gx/texts/unit-approved/sms/zh-hans"


@pytest.fixture(autouse=True)
def campaigns() -> None:
    for slug in ("gx", "sc"):
        Campaign.objects.create(slug=slug, title=f"活动{slug}", made_at=1)


def sent(once: str, state: str, campaign: str = "gx") -> Message:
    with transaction.atomic():
        queue(
            NOON,
            "unit-approved",
            once=once,
            person=None,
            channels=("sms",),
            to={"sms": "13800001234"},
            facts={"unit": "示例公司"},
            campaign=campaign,
        )
    Message.objects.filter(once=once).update(state=state, fault="busy" if state == "failed" else "")
    return Message.objects.get(once=once)


def test_delivery_shows_state_and_fault_and_no_whole_number(staff: Staff, as_person: AsPerson) -> None:
    sent("1", "failed"), sent("2", "sent", "sc")
    page = as_person(staff("clerk", "gx")).get("/organiser/messages/gx").content.decode()
    assert "138****1234" in page
    assert "13800001234" not in page
    assert "busy" in page
    assert page.count('role="rowheader"') == 1


def test_delivery_is_filtered(staff: Staff, as_person: AsPerson) -> None:
    sent("1", "failed"), sent("2", "sent")
    browser = as_person(staff("clerk", "gx"))
    for query, many in (
        ("state=sent", 1),
        ("state=unsure", 0),
        ("state=nonsense", 2),
        ("template=invitation", 0),
    ):
        page = browser.get(f"/organiser/messages/gx?{query}").content.decode()
        assert page.count('role="rowheader"') == many, query


@pytest.mark.parametrize("role", ["clerk", "lead"])
def test_what_failed_is_sent_again(staff: Staff, as_person: AsPerson, role: str) -> None:
    message = sent("1", "failed")
    browser = as_person(staff(role, "gx"))
    assert f'value="{message.pk}"' in browser.get("/organiser/messages/gx").content.decode()
    answer = browser.post("/organiser/messages/gx/resend", {"message": [str(message.pk), "nonsense"]})
    assert (answer.status_code, answer["Location"]) == (302, "/organiser/messages/gx")
    message.refresh_from_db()
    assert (message.state, message.tries) == ("waiting", 0)
    assert Record.objects.filter(action="message.resend", subject=f"message:{message.pk}").count() == 1


def test_a_supervisor_sees_delivery_and_sends_nothing(staff: Staff, as_person: AsPerson) -> None:
    message = sent("1", "failed")
    browser = as_person(staff("supervisor", "gx"))
    page = browser.get("/organiser/messages/gx").content.decode()
    assert "138****1234" in page
    assert str(message.pk) not in page
    assert browser.post("/organiser/messages/gx/resend", {"message": str(message.pk)}).status_code == 404
    assert browser.get("/organiser/messages/gx/texts").status_code == 404
    message.refresh_from_db()
    assert message.state == "failed"


@pytest.mark.parametrize(
    "address", ["gx", "gx/texts", "gx/texts/unit-approved/sms/zh-hans", "nowhere", "gx/texts/no/sms/zh-hans"]
)
def test_strangers_and_the_next_campaigns_staff_find_nothing(
    person: Staff, staff: Staff, as_person: AsPerson, address: str
) -> None:
    for who in (person(), staff("lead", "sc"), staff("screener", "gx"), staff("system_admin")):
        assert as_person(who).get(f"/organiser/messages/{address}").status_code == 404


def test_nobody_resends_another_campaigns_message(staff: Staff, as_person: AsPerson) -> None:
    message = sent("1", "failed")
    as_person(staff("lead", "sc")).post("/organiser/messages/sc/resend", {"message": str(message.pk)})
    message.refresh_from_db()
    assert message.state == "failed"


def test_home_lists_ones_own_campaigns_alone(staff: Staff, as_person: AsPerson) -> None:
    page = as_person(staff("lead", "gx")).get("/organiser/messages/").content.decode()
    assert "活动gx" in page
    assert "活动sc" not in page


def test_every_text_can_be_opened(staff: Staff, as_person: AsPerson) -> None:
    browser = as_person(staff("lead", "gx"))
    page = browser.get("/organiser/messages/gx/texts").content.decode()
    addresses = [part.split('"')[0] for part in page.split('href="')[1:] if "/texts/" in part.split('"')[0]]
    assert len(addresses) == len(TEMPLATES) * 4
    for address in addresses:
        assert "预览" in browser.get(address).content.decode(), address


def test_a_preview_keeps_nothing(staff: Staff, as_person: AsPerson) -> None:
    page = as_person(staff("lead", "gx")).post(TEXT, {"text": "{unit}过了", "preview": "1"}).content.decode()
    assert "桂林示例科技有限公司过了【桂冠】" in page
    assert "连同签名共 16 个字" in page
    assert Wording.objects.count() == 0


def test_a_text_is_changed_marked_and_given_back(staff: Staff, as_person: AsPerson) -> None:
    browser = as_person(staff("clerk", "gx"))
    assert browser.post(TEXT, {"text": "{unit}过了"})["Location"] == "/organiser/messages/gx/texts"
    assert "已另写" in browser.get("/organiser/messages/gx/texts").content.decode()
    assert "恢复默认文字" in browser.get(TEXT).content.decode()
    assert browser.post(f"{TEXT}/restore")["Location"] == TEXT
    assert Wording.objects.count() == 0
    browser.get(TEXT)  # says once that it was done
    assert "恢复默认文字" not in browser.get(TEXT).content.decode()


def test_a_text_with_faults_is_shown_again_with_each_beside_its_field(
    staff: Staff, as_person: AsPerson
) -> None:
    address = TEXT.replace("/sms/", "/mail/")
    answer = as_person(staff("clerk", "gx")).post(
        address, {"subject": "{phone}", "text": "{unit.__class__}<b>"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("标题中的 {phone} 不能用在这里") == 2
    assert page.count("正文中的 {unit.__class__} 不能用在这里") == 2
    assert "{unit.__class__}&lt;b&gt;" in page
    assert Wording.objects.count() == 0


def test_the_list_asks_as_often_for_three_as_for_one(staff: Staff, as_person: AsPerson) -> None:
    browser, counts = as_person(staff("clerk", "gx")), []
    for batch in (("1",), ("2", "3")):
        for once in batch:
            sent(once, "failed")
        browser.get("/organiser/messages/gx")
        with CaptureQueriesContext(connection) as asked:
            browser.get("/organiser/messages/gx")
        counts.append(len(asked))
    assert counts[0] == counts[1]
