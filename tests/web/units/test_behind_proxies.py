"""Behind proxies other than the settings say, everybody still comes in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings as in_use
from django.test import Client
from pytest_django import Settings

from guiguan.apps.accounts.models import Person


@pytest.mark.django_db
@pytest.mark.parametrize("told", ["203.0.113.9", "unknown", "", "203.0.113.9, 198.51.100.7, 192.0.2.9"])
def test_a_header_that_does_not_fit_the_settings_keeps_nobody_from_the_site(
    settings: Settings, person: Callable[..., Person], told: str
) -> None:
    settings.GUIGUAN = in_use.GUIGUAN.model_copy(update={"trusted_proxies": 2})
    client = Client(HTTP_X_FORWARDED_FOR=told)
    client.force_login(person(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/inbox/").status_code == 200
    assert client.get("/accounts/sessions/").status_code == 200
