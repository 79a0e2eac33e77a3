"""The page for an error of the site itself does not need what may be broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.web.public import portal

pytestmark = pytest.mark.django_db


def test_it_is_shown_to_somebody_signed_in_while_the_database_is_away(
    as_person: Callable[[Person | None], Client],
    person: Callable[..., Person],
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError("gone")

    browser = as_person(person())
    browser.raise_request_exception = False
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    monkeypatch.setattr(portal, "campaigns_public", away)
    with django_assert_num_queries(0):
        response = browser.get("/campaigns/")
    assert response.status_code == 500
    assert "gone" not in response.content.decode()
    assert "sessionid" not in response.cookies
