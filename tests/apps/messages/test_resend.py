"""Reading one's messages, and having sent again what did not arrive."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from guiguan.apps.audit.models import Record
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.queries import by_state, delivery, unread
from guiguan.apps.messages.resend import mark_read, resend_messages

NOON = 1_775_016_000_000  # 2026-04-01 12:00 in China
BY = uuid4()
Put = Callable[..., None]
pytestmark = pytest.mark.django_db


def ids() -> list[UUID]:
    return list(Message.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("state", ["failed", "unsure"])
def test_what_did_not_arrive_waits_again_with_all_its_tries(put: Put, state: str) -> None:
    put(campaign="gx")
    Message.objects.update(state=state, tries=6, fault="busy")
    assert resend_messages(BY, NOON + 5, "gx", ids()) == 1
    row = Message.objects.get()
    assert (row.state, row.tries, row.due_at, row.fault) == ("waiting", 0, NOON + 5, "")
    record = Record.objects.get()
    assert (record.action, record.campaign, record.subject, record.detail) == (
        "message.resend",
        "gx",
        f"message:{row.pk}",
        {"was": state},
    )


def test_the_second_click_sends_nothing_more(put: Put) -> None:
    put(campaign="gx")
    Message.objects.update(state="failed")
    chosen = ids()
    assert [resend_messages(BY, NOON, "gx", chosen) for _ in range(2)] == [1, 0]
    assert Record.objects.count() == 1


@pytest.mark.parametrize("state", ["waiting", "sending", "sent"])
def test_what_is_on_its_way_or_there_is_never_sent_again(put: Put, state: str) -> None:
    put(campaign="gx")
    Message.objects.update(state=state, tries=1)
    assert resend_messages(BY, NOON, "gx", ids()) == 0
    assert (Message.objects.get().state, Message.objects.get().tries) == (state, 1)


def test_another_campaigns_message_is_not_touched(put: Put) -> None:
    put(campaign="gx")
    Message.objects.update(state="failed")
    assert resend_messages(BY, NOON, "sc", ids()) == 0
    assert Message.objects.get().state == "failed"


def test_a_person_reads_only_what_is_theirs(put: Put) -> None:
    mine, theirs = uuid4(), uuid4()
    for once, person in (("1", mine), ("2", mine), ("3", theirs)):
        put(once=once, person=person, channels=("site",))
    of_theirs = Message.objects.get(person=theirs).pk
    assert mark_read(mine, 9, of_theirs) == 0
    assert (unread(mine), unread(theirs)) == (2, 1)
    assert mark_read(mine, 9) == 2
    assert (unread(mine), unread(theirs)) == (0, 1)


def test_the_time_of_the_first_reading_stays(put: Put) -> None:
    person = uuid4()
    put(person=person, channels=("site",))
    mark_read(person, 9)
    assert mark_read(person, 10, ids()[0]) == 0
    assert Message.objects.get().read_at == 9


def test_delivery_counts_every_state_and_leaves_in_site_messages_out(put: Put) -> None:
    put(campaign="gx", channels=("sms", "mail", "site"), person=uuid4())
    put(campaign="sc", once="2")
    Message.objects.filter(channel="mail").update(state="failed")
    assert by_state(delivery("gx")) == {
        "waiting": 1,
        "sending": 0,
        "sent": 0,
        "delivered": 0,
        "unsure": 0,
        "failed": 1,
    }
