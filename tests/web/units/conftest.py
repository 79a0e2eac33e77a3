"""Codes as they went out, and somebody who is signed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from guiguan.adapters.sms import Memory
from guiguan.apps.accounts.codes import gateway
from guiguan.apps.accounts.models import CodeSent, Person


@pytest.fixture(autouse=True, scope="session")
def _static_folder() -> None:
    """whitenoise warns where the folder of collected files is missing."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


PASSWORD = "long-enough-2026"


@pytest.fixture
def codes(db: None) -> Callable[[], list[tuple[str, str]]]:
    """(phone, code) of every code sent so far, the newest last."""
    cache.clear()
    box = gateway()
    assert isinstance(box, Memory)
    box.sent.clear()
    return lambda: [(to, re.findall(r"\d{6}", text)[0]) for to, text, _ in box.sent]


@pytest.fixture
def a_minute_later() -> Callable[..., None]:
    """As if the last codes had gone out more than a minute ago."""

    def do(client: Client | None = None) -> None:
        cache.clear()
        if client is not None:
            session = client.session
            session["code_page_at"] -= 61_000
            session.save()
        for row in CodeSent.objects.all():
            CodeSent.objects.filter(pk=row.pk).update(at=row.at - 61_000)

    return do


def browser_of(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
