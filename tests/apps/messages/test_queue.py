"""A message is put on its way once, sealed, and not by night."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from guiguan.apps.messages.models import Message, Wording
from guiguan.apps.messages.sealing import SUBJECT, TEXT, TO, opened
from guiguan.apps.messages.services import queue

Put = Callable[..., None]

NOON = 1_775_016_000_000  # 2026-04-01 12:00 in China
HOUR = 3_600_000
pytestmark = pytest.mark.django_db


def only(channel: str = "sms") -> Message:
    return Message.objects.get(channel=channel)


def test_a_text_message_waits_signed_and_sealed(put: Put) -> None:
    put()
    row = only()
    assert (row.state, row.tries, row.due_at, row.made_at) == ("waiting", 0, NOON, NOON)
    assert opened(row.to, TO) == "13800001234"
    assert opened(row.text, TEXT) == "示例公司的注册申请已通过，可以开始申报。【桂冠】"
    assert b"138" not in bytes(row.to)
    assert "示例".encode() not in bytes(row.text)


def test_mail_has_subject_text_and_link(put: Put) -> None:
    put(channels=("mail",), link="/units/1")
    row = only("mail")
    assert opened(row.to, TO) == "a@example.cn"
    assert opened(row.subject, SUBJECT) == "注册申请已通过：示例公司"
    assert opened(row.text, TEXT).endswith("选择活动开始申报。\n\n/units/1")


def test_a_whole_address_is_written_where_the_site_has_one(put: Put, settings: Settings) -> None:
    settings.GUIGUAN = settings.GUIGUAN.model_copy(update={"address": "https://gg.example.cn"})
    put(channels=("mail",), link="/units/1")
    assert opened(only("mail").text, TEXT).endswith("\n\nhttps://gg.example.cn/units/1")


def test_a_link_that_lets_somebody_in_stands_only_sealed(put: Put) -> None:
    put(channels=("sms", "mail"), link="/units/invitation/secret")
    assert [row.link for row in Message.objects.all()] == ["", ""]


def test_an_in_site_message_is_there_at_once_in_both_languages(put: Put) -> None:
    person = uuid4()
    put(at=NOON + 12 * HOUR, channels=("site",), person=person, link="/units/1")
    row = only("site")
    assert (row.person, row.state, row.sent_at, row.read_at) == (person, "sent", NOON + 12 * HOUR, None)
    assert opened(row.text, TEXT).startswith("示例公司的注册申请已审核通过。")
    assert opened(row.text_en, TEXT).startswith("The registration of 示例公司 has been approved.")
    assert "/units/1" not in opened(row.text, TEXT)  # the page has it as a button


def test_the_same_occasion_never_makes_two_and_never_ends_the_transaction(put: Put) -> None:
    put(channels=("sms", "mail"))
    with transaction.atomic():
        put(channels=("sms", "mail"), facts={"unit": "另一个"})
        assert Message.objects.count() == 2  # the connection can still be asked
    assert opened(only().text, TEXT).startswith("示例公司")


def test_a_channel_that_comes_later_for_the_same_occasion_is_added(put: Put) -> None:
    put(channels=("sms",))
    put(channels=("sms", "mail"))
    assert sorted(Message.objects.values_list("channel", flat=True)) == ["mail", "sms"]


def test_a_channel_without_address_is_left_out(put: Put) -> None:
    put(channels=("sms", "mail", "site"), to={"sms": "13800001234", "mail": ""}, person=None)
    assert [m.channel for m in Message.objects.all()] == ["sms"]


@pytest.mark.parametrize(
    ("hour", "minute", "waits_until"),
    [(21, 59, None), (22, 0, 32), (23, 30, 32), (0, 0, 8), (7, 59, 8), (8, 0, None)],
)
def test_by_night_it_waits_for_eight_in_the_morning(
    put: Put, hour: int, minute: int, waits_until: int | None
) -> None:
    midnight = NOON - 12 * HOUR
    at = midnight + hour * HOUR + minute * 60_000
    put(at=at)
    assert only().due_at == (at if waits_until is None else midnight + waits_until * HOUR)


def test_what_is_urgent_goes_by_night(put: Put) -> None:
    put(at=NOON + 12 * HOUR, urgent=True)
    assert only().due_at == NOON + 12 * HOUR


def test_a_campaigns_own_wording_is_used_in_that_campaign_alone(put: Put) -> None:
    Wording.objects.create(
        campaign="gx", template="unit-approved", channel="sms", language="zh-hans", text="{unit}过了"
    )
    put(once="1", campaign="gx")
    put(once="2", campaign="sc")
    texts = [opened(m.text, TEXT) for m in Message.objects.order_by("once")]
    assert texts == ["示例公司过了【桂冠】", "示例公司的注册申请已通过，可以开始申报。【桂冠】"]


@pytest.mark.parametrize(
    "changes",
    [
        {"template": "unit-aproved"},
        {"channels": ("fax",)},
        {"facts": {}},
        {"facts": {"unit": "a", "phone": "b"}},
    ],
)
def test_a_caller_that_does_not_know_the_table_is_told(put: Put, changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="unit-ap"):
        put(**changes)
    assert Message.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_message_belongs_into_the_transaction_of_its_act() -> None:
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="one transaction"):
        queue(
            NOON,
            "unit-approved",
            once="1",
            person=None,
            channels=("sms",),
            to={"sms": "1"},
            facts={"unit": "a"},
        )


def test_an_act_that_fails_tells_nobody(put: Put) -> None:
    with transaction.atomic():
        put()
        transaction.set_rollback(True)
    assert Message.objects.count() == 0
