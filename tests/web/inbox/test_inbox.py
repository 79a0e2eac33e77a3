"""A person's messages: all of one's own, none of anybody else's."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guiguan.apps.accounts.models import Person
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.services import queue

NOON = 1_775_016_000_000  # 2026-04-01 12:00 in China
pytestmark = pytest.mark.django_db
AsPerson = Callable[[Person | None], Client]


def told(person: Person, once: str = "1", unit: str = "示例公司") -> Message:
    with transaction.atomic():
        queue(
            NOON,
            "unit-refused",
            once=once,
            person=person.pk,
            channels=("site",),
            to={},
            facts={"unit": unit, "reason": "照片不清晰\n请重拍"},
            link="/units/1",
        )
    return Message.objects.get(once=once)


def test_the_list_marks_what_is_unread_and_the_frame_counts_it(
    person: Callable[..., Person], as_person: AsPerson
) -> None:
    me = person()
    told(me)
    page = as_person(me).get("/inbox/").content.decode()
    assert "注册申请未通过：示例公司" in page
    assert "有 1 条未读" in page
    assert "2026-04-01 12:00" in page
    assert '<span class="hidden-text">未读消息：</span>1</span>' in page


def test_a_message_that_was_opened_is_read(person: Callable[..., Person], as_person: AsPerson) -> None:
    me = person()
    message = told(me)
    browser = as_person(me)
    page = browser.get(f"/inbox/{message.pk}").content.decode()
    assert "照片不清晰" in page
    assert 'href="/units/1"' in page
    assert "没有未读消息" in browser.get("/inbox/").content.decode()


def test_in_english_the_english_text_is_shown(person: Callable[..., Person], as_person: AsPerson) -> None:
    me = person()
    message = told(me)
    browser = as_person(me)
    browser.cookies["language"] = "en"
    assert "was not approved" in browser.get(f"/inbox/{message.pk}").content.decode()


def test_all_read_at_once(person: Callable[..., Person], as_person: AsPerson) -> None:
    me, other = person(), person()
    told(me), told(other, "2")
    browser = as_person(me)
    assert browser.get("/inbox/read").status_code == 405
    assert browser.post("/inbox/read").url == "/inbox/"  # type: ignore[attr-defined]  # a redirect
    assert list(Message.objects.filter(read_at=None).values_list("person", flat=True)) == [other.pk]


@pytest.mark.parametrize("role", [None, "lead", "supervisor", "system_admin", "auditor"])
def test_nobody_reads_what_is_another_persons(
    person: Callable[..., Person], staff: Callable[..., Person], as_person: AsPerson, role: str | None
) -> None:
    owner = person()
    message = told(owner)
    campaign = "gx" if role in ("lead", "supervisor") else ""
    stranger = staff(role, campaign) if role else person()
    assert as_person(stranger).get(f"/inbox/{message.pk}").status_code == 404
    assert "示例公司" not in as_person(stranger).get("/inbox/").content.decode()
    assert Message.objects.get().read_at is None


def test_who_is_not_signed_in_is_led_to_signing_in(
    person: Callable[..., Person], as_person: AsPerson
) -> None:
    message = told(person())
    for address in ("/inbox/", f"/inbox/{message.pk}", f"/inbox/{UUID(int=1)}"):
        answer = as_person(None).get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}")


def test_a_message_that_goes_by_phone_is_no_page(person: Callable[..., Person], as_person: AsPerson) -> None:
    me = person()
    message = told(me)
    Message.objects.update(channel="sms")
    assert as_person(me).get(f"/inbox/{message.pk}").status_code == 404


def test_what_was_typed_is_text(person: Callable[..., Person], as_person: AsPerson) -> None:
    me = person()
    message = told(me, unit="<script>alert(1)</script>{site}")
    for address in ("/inbox/", f"/inbox/{message.pk}"):
        page = as_person(me).get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{site}" in page


def test_the_list_asks_as_often_for_three_as_for_one(
    person: Callable[..., Person], as_person: AsPerson
) -> None:
    me = person()
    browser, counts = as_person(me), []
    for batch in (("1",), ("2", "3")):
        for once in batch:
            told(me, once)
        browser.get("/inbox/")  # the first visit of a session is noted once
        with CaptureQueriesContext(connection) as asked:
            browser.get("/inbox/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
