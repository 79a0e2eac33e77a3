"""The people of `tests/apps/conftest.py`, for tests that visit pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from apps.conftest import make_person, make_staff, make_unit
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from guiguan.apps.accounts.models import Organisation, Person


@pytest.fixture
def person(db: None) -> Callable[..., Person]:
    return make_person


@pytest.fixture
def staff(db: None) -> Callable[..., Person]:
    return make_staff


@pytest.fixture
def unit(db: None) -> Callable[..., Organisation]:
    return make_unit


@pytest.fixture(autouse=True, scope="session")
def _static_folder() -> None:
    """whitenoise warns where the folder of collected files is missing."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def as_person(settings: Settings) -> Callable[[Person | None], Client]:
    """A browser in which the person is signed in; as on a demo, where nobody needs a second factor."""
    settings.GUIGUAN = settings.GUIGUAN.model_copy(update={"demo": True})

    def do(who: Person | None) -> Client:
        client = Client()
        if who is not None:
            client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return do
