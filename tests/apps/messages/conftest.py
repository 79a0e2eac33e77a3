"""A way to put a message on its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from guiguan.apps.messages.services import queue

NOON = 1_775_016_000_000  # 2026-04-01 12:00 in China


@pytest.fixture
def put() -> Callable[..., None]:
    """Queues a message at noon, by SMS, to nobody in particular; whatever is given replaces that."""

    def do(at: int = NOON, template: str = "unit-approved", **changes: Any) -> None:
        given: dict[str, Any] = {
            "once": "o-1",
            "person": None,
            "channels": ("sms",),
            "to": {"sms": "13800001234", "mail": "a@example.cn"},
            "facts": {"unit": "示例公司"},
        }
        with transaction.atomic():
            queue(at, template, **(given | changes))

    return do
