"""Without a gateway set, a message ends as a file in the outbox, once for each key."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from guiguan.adapters.mail import Folder, Smtp
from guiguan.adapters.sms import Console, Memory
from guiguan.apps.messages import gateways
from guiguan.apps.messages.delivery import deliver_due
from guiguan.apps.messages.models import Message

NOON = 1_775_016_000_000  # 2026-04-01 12:00 in China


@pytest.fixture(autouse=True)
def fresh() -> object:
    """Gateways are made anew from the settings of the test, and forgotten after it."""
    made = (gateways.sms_gateway, gateways.mail_gateway)
    for one in made:
        one.cache_clear()
    yield
    for one in made:
        one.cache_clear()


@pytest.mark.django_db
def test_sms_and_mail_end_in_the_outbox(put: Callable[..., None], settings: Settings, tmp_path: Path) -> None:
    settings.GUIGUAN = settings.GUIGUAN.model_copy(update={"sms": "console"})
    settings.GUIGUAN_DATA = tmp_path
    put(channels=("sms", "mail"))
    deliver_due(NOON)
    keys = {m.channel: m.pk.hex for m in Message.objects.filter(state="sent")}
    assert sorted(f.name for f in (tmp_path / "outbox").iterdir()) == [
        f"mail-{keys['mail']}.eml",
        f"sms-{keys['sms']}.json",
    ]
    sms = json.loads((tmp_path / "outbox" / f"sms-{keys['sms']}.json").read_text(encoding="utf-8"))
    assert sms == {
        "to": "13800001234",
        "text": "示例公司的注册申请已通过，可以开始申报。【桂冠】",
    }


def test_the_settings_choose_the_gateway(settings: Settings) -> None:
    settings.GUIGUAN = settings.GUIGUAN.model_copy(update={"sms": "memory", "mail_url": "smtp://h:2525"})
    assert isinstance(gateways.sms_gateway(), Memory)
    assert gateways.mail_gateway() == Smtp("h", 2525, "noreply@localhost")


def test_only_those_that_know_their_keys_say_so() -> None:
    assert [g.idempotent for g in (Console, Folder, Memory, Smtp)] == [True, True, False, False]
