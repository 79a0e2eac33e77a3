"""An organiser's own texts: taken, refused with reasons, given back; each act in the trail, no text in it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from guiguan.apps.audit.models import Record
from guiguan.apps.messages.queries import wordings
from guiguan.apps.messages.templates import shipped
from guiguan.apps.messages.wording import change_wording, restore_wording
from guiguan.core.values.finding import InputError

BY = uuid4()
pytestmark = pytest.mark.django_db


def change(text: str = "{unit}可以申报了", subject: str = "好消息", channel: str = "mail") -> None:
    change_wording(BY, 5, "gx", "unit-approved", channel, "zh-hans", subject, text)


def test_a_change_holds_in_its_campaign_and_is_in_the_trail() -> None:
    change(text="{unit}可以\r\n申报了")
    assert wordings("gx", "unit-approved")["mail", "zh-hans"] == ("好消息", "{unit}可以\n申报了")
    assert wordings("sc", "unit-approved")["mail", "zh-hans"] == shipped("unit-approved", "mail", "zh-hans")
    record = Record.objects.get()
    assert (record.by, record.at, record.action, record.campaign, record.subject) == (
        str(BY),
        5,
        "message.wording",
        "gx",
        "wording:unit-approved/mail/zh-hans",
    )
    assert list(record.detail) == ["sha256"]


def test_changed_twice_the_last_holds() -> None:
    change()
    change(text="又改了")
    assert wordings("gx", "unit-approved")["mail", "zh-hans"] == ("好消息", "又改了")
    assert Record.objects.count() == 2


def test_the_shipped_text_comes_back_once() -> None:
    change()
    for _ in range(2):
        restore_wording(BY, 6, "gx", "unit-approved", "mail", "zh-hans")
    assert wordings("gx", "unit-approved")["mail", "zh-hans"] == shipped("unit-approved", "mail", "zh-hans")
    assert list(Record.objects.values_list("action", flat=True)) == ["message.wording", "message.restore"]


def test_every_fault_is_told_and_nothing_is_kept() -> None:
    with pytest.raises(InputError) as refused:
        change(text="{phone}" + "长" * 5_000, subject="{link}" + "题" * 120)
    assert [f.rule for f in refused.value.findings] == [
        "message.variable",
        "message.long",
        "message.long",
        "message.subject-link",
    ]
    assert Record.objects.count() == 0
    assert wordings("gx", "unit-approved")["mail", "zh-hans"] == shipped("unit-approved", "mail", "zh-hans")


def test_a_text_message_has_no_subject() -> None:
    change(channel="sms", subject="不该有")
    assert wordings("gx", "unit-approved")["sms", "zh-hans"] == ("", "{unit}可以申报了")


def test_mail_is_written_in_one_language() -> None:
    with pytest.raises(ValueError, match="mail has no text in en"):
        change_wording(BY, 5, "gx", "unit-approved", "mail", "en", "a", "b")
