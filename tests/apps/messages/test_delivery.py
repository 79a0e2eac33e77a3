"""What becomes of a message: sent, tried again later, given up, or left for a person to decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from guiguan.adapters.sms import NotDelivered
from guiguan.apps.messages import delivery
from guiguan.apps.messages.delivery import BACK_OFF, MINUTE, STUCK, claim, deliver_due, send, settle_stuck
from guiguan.apps.messages.models import Message

NOON = 1_775_016_000_000  # 2026-04-01 12:00 in China
Put = Callable[..., None]
pytestmark = pytest.mark.django_db


@dataclass
class Gateway:
    """Answers as it is told to, and remembers what it was asked."""

    answer: Exception | None = None
    idempotent: bool = False
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def send(self, *what: str) -> str:
        self.asked.append(what)
        if self.answer:
            raise self.answer
        return "1"


@pytest.fixture
def sms(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    gateway = Gateway()
    monkeypatch.setattr(delivery, "sms_gateway", lambda: gateway)
    return gateway


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    gateway = Gateway()
    monkeypatch.setattr(delivery, "mail_gateway", lambda: gateway)
    return gateway


def only() -> Message:
    return Message.objects.get()


def test_what_is_due_is_sent_with_its_id_as_key(put: Put, sms: Gateway) -> None:
    put()
    assert deliver_due(NOON) == 1
    row = only()
    assert (row.state, row.tries, row.fault) == ("sent", 1, "")
    assert row.sent_at is not None
    assert row.sent_at >= NOON
    assert sms.asked == [("13800001234", "示例公司的注册申请已通过，可以开始申报。【桂冠】", row.pk.hex)]
    assert deliver_due(NOON + MINUTE) == 0
    assert len(sms.asked) == 1


def test_mail_goes_by_the_mail_gateway(put: Put, sms: Gateway, mail: Gateway) -> None:
    put(channels=("mail",))
    deliver_due(NOON)
    assert [asked[:2] for asked in mail.asked] == [("a@example.cn", "注册申请已通过：示例公司")]
    assert sms.asked == []


def test_what_is_not_due_and_what_is_in_the_site_is_not_sent(put: Put, sms: Gateway) -> None:
    put(at=NOON + MINUTE)
    put(once="2", channels=("site",), person="0b6a3e2e-5a3c-4d7e-9c39-3f6d1f3c0a11")
    assert deliver_due(NOON) == 0
    assert sms.asked == []


def test_what_was_not_taken_is_tried_again_ever_later_and_then_given_up(put: Put, sms: Gateway) -> None:
    put(urgent=True)
    sms.answer = NotDelivered("busy")
    at = NOON
    for tries, wait in enumerate(BACK_OFF, start=1):
        deliver_due(at)
        row = only()
        assert (row.state, row.tries, row.fault) == ("waiting", tries, "busy")
        assert row.due_at - at >= wait
        assert claim(row.due_at - 1) is None  # a whole round lasts longer than this millisecond
        at = row.due_at
    deliver_due(at)
    assert (only().state, only().tries) == ("failed", 6)
    assert deliver_due(at + 86_400_000) == 0
    assert len(sms.asked) == 6


def test_a_second_try_waits_for_the_morning_too(put: Put, sms: Gateway) -> None:
    put(at=NOON + 10 * 60 * MINUTE - 30_000)  # 21:59:30
    sms.answer = NotDelivered("busy")
    deliver_due(NOON + 10 * 60 * MINUTE - 30_000)
    assert only().due_at == NOON + 20 * 60 * MINUTE  # 08:00


def test_what_is_refused_for_good_is_not_tried_again(put: Put, sms: Gateway) -> None:
    put()
    sms.answer = NotDelivered("no such number", final=True)
    deliver_due(NOON)
    assert (only().state, only().tries, only().fault) == ("failed", 1, "no such number")


def test_an_answer_that_never_came_is_for_a_person_to_decide(put: Put, sms: Gateway) -> None:
    put()
    put(once="2", to={"sms": "13900001234"})
    sms.answer = TimeoutError("13800001234 timed out")
    deliver_due(NOON)
    assert sorted(Message.objects.values_list("state", "fault")) == [("unsure", "TimeoutError")] * 2
    assert deliver_due(NOON + STUCK) == 0
    assert len(sms.asked) == 2


def test_one_that_cannot_be_opened_holds_up_no_other(put: Put, sms: Gateway) -> None:
    put()
    Message.objects.update(to=b"\x01" + b"x" * 40)
    put(once="2")
    deliver_due(NOON)
    assert sorted(Message.objects.values_list("state", flat=True)) == ["failed", "sent"]


@pytest.mark.parametrize(
    ("knows_keys", "after", "state"),
    [(False, STUCK - 1, "sending"), (False, STUCK, "unsure"), (True, STUCK, "waiting")],
)
def test_a_message_left_by_a_worker_that_died(
    put: Put, sms: Gateway, knows_keys: bool, after: int, state: str
) -> None:
    put()
    assert claim(NOON) is not None
    sms.idempotent = knows_keys
    settle_stuck(NOON + after)
    assert only().state == state


def test_a_message_that_kills_its_worker_every_time_is_not_tried_for_ever(put: Put, sms: Gateway) -> None:
    put()
    sms.idempotent = True
    at = NOON
    while claim(at):
        at += STUCK
        settle_stuck(at)
    assert (only().state, only().tries) == ("unsure", 6)


def test_a_worker_that_was_only_slow_may_still_say_that_it_sent(put: Put, sms: Gateway) -> None:
    put()
    claimed = claim(NOON)
    assert claimed is not None
    settle_stuck(NOON + STUCK)
    send(claimed, lambda: NOON + STUCK + 1)
    assert (only().state, only().sent_at) == ("sent", NOON + STUCK + 1)


def test_a_message_is_claimed_by_one(put: Put) -> None:
    put()
    assert claim(NOON) is not None
    assert claim(NOON) is None


def test_logs_say_nothing_of_whom_or_what(put: Put, sms: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    put()
    put(once="2")
    sms.answer = TimeoutError("13800001234 timed out")
    deliver_due(NOON)
    assert caplog.text.count("TimeoutError") == 2
    assert "13800001234" not in caplog.text


def test_idle_rounds_write_nothing(django_assert_num_queries: Any, sms: Gateway) -> None:
    with django_assert_num_queries(2):
        assert deliver_due(NOON) == 0
