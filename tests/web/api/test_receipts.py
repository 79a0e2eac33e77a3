"""From the queue through the gateway to the receipt: what becomes of a message, and who may say so."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from adapters.sms_stand_in import SECRET, StandIn, sign, stand_in
from django.db import transaction
from django.test import Client
from pydantic import SecretStr, ValidationError
from pytest_django import Settings

from guiguan.apps.accounts import codes
from guiguan.apps.messages import gateways
from guiguan.apps.messages.delivery import deliver_due
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.services import queue
from guiguan.conf.environment import Environment

pytestmark = pytest.mark.django_db
NOON = 1_775_016_000_000  # 2026-04-01 12:00 in China
PLACE = "/api/v1/messages/receipts"


@pytest.fixture
def gateway(settings: Settings) -> Iterator[StandIn]:
    """The site is set to a gateway on loopback; it is noon."""
    made: list[Any] = [gateways.sms_gateway, codes.gateway]
    with stand_in() as one, time_machine.travel(NOON / 1000, tick=False):
        settings.GUIGUAN = settings.GUIGUAN.model_copy(
            update={
                "sms": "http",
                "sms_url": one.address,
                "sms_account": "gg",
                "sms_secret": SecretStr(SECRET),
            }
        )
        for each in made:
            each.cache_clear()
        yield one
        for each in made:
            each.cache_clear()


def queued() -> Message:
    once = uuid.uuid4().hex
    with transaction.atomic():
        queue(
            NOON,
            "unit-approved",
            once=once,
            person=None,
            channels=("sms",),
            to={"sms": "13800001234"},
            facts={"unit": "示例公司"},
        )
    return Message.objects.get(once=once)


def tell(*receipts: dict[str, Any], time: int = NOON // 1000, secret: str = SECRET) -> Any:
    body = json.dumps({"receipts": receipts}).encode()
    return Client().post(
        PLACE,
        body,
        content_type="application/json",
        headers={"Guiguan-Time": str(time), "Guiguan-Signature": sign(secret, str(time), body)},
    )


def state(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.state, message.fault


def test_a_message_goes_out_and_its_receipt_comes_back(gateway: StandIn) -> None:
    message, other = queued(), queued()
    deliver_due(NOON)
    assert state(message) == ("sent", "")
    assert gateway.sent[message.pk.hex]["text"] == "示例公司的注册申请已通过，可以开始申报。【桂冠】"
    reached = {"id": message.pk.hex, "outcome": "delivered"}
    lost = {"id": other.pk.hex, "outcome": "failed", "reason": "停机 13800001234"}
    assert tell(reached, lost, {"id": "code-5", "outcome": "delivered"}).status_code == 204
    assert state(message) == ("delivered", "")
    assert state(other) == ("failed", "not delivered: 停机 ***********")
    assert tell(reached, lost).status_code == 204
    tell({"id": message.pk.hex, "outcome": "failed"})
    assert state(message) == ("delivered", "")


def test_a_receipt_does_not_end_what_waits_to_be_sent_again(gateway: StandIn) -> None:
    message = queued()
    assert tell({"id": message.pk.hex, "outcome": "failed"}).status_code == 204
    assert state(message) == ("waiting", "")


@pytest.mark.parametrize(
    ("time", "secret"), [(NOON // 1000, "x" * 32), (NOON // 1000, ""), (NOON // 1000 - 301, SECRET)]
)
def test_nobody_else_says_so(gateway: StandIn, time: int, secret: str) -> None:
    message = queued()
    deliver_due(NOON)
    answer = tell({"id": message.pk.hex, "outcome": "failed"}, time=time, secret=secret)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/api.signature")
    assert state(message) == ("sent", "")


def test_without_a_gateway_nobody_says_anything() -> None:
    with time_machine.travel(NOON / 1000, tick=False):
        assert tell({"id": "a", "outcome": "failed"}, secret="").status_code == 401
        assert tell({"id": "a", "outcome": "failed"}).status_code == 401


def test_what_is_no_receipt_is_told(gateway: StandIn) -> None:
    answer = tell({"id": "a", "outcome": "perhaps"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/api.invalid")


def test_codes_go_the_same_way(gateway: StandIn) -> None:
    codes.send_code("13800001234", "123456", address="203.0.113.5", at=NOON)
    (sent,) = gateway.sent.values()
    assert sent["phone"] == "13800001234"
    assert "验证码 123456" in sent["text"]


@pytest.mark.parametrize(
    "given",
    [
        {"sms_url": "", "sms_secret": SECRET},
        {"sms_url": "https://sms.example.cn/send", "sms_secret": "short"},
        {"sms_url": "ftp://sms.example.cn/", "sms_secret": SECRET},
    ],
)
def test_half_a_gateway_is_no_setting(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Environment(sms="http", **given)  # type: ignore[arg-type]  # as texts of the environment
