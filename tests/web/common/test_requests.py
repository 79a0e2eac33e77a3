"""What every request passes, and addresses with numbers that no table holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from apps.entries.conftest import make_campaign
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from guiguan.apps.accounts.models import Person

pytestmark = pytest.mark.django_db
As = Callable[[Person | None], Client]


def writes(asked: CaptureQueriesContext) -> list[str]:
    return [
        q["sql"]
        for q in asked.captured_queries
        if q["sql"].split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE")
    ]


def test_reading_writes_nothing_but_where_and_when_once_in_five_minutes(
    person: Callable[..., Person], as_person: As
) -> None:
    with time_machine.travel("2026-03-10T12:00:00+08:00", tick=False) as clock:
        client = as_person(person())
        client.get("/inbox/")
        assert UserSession.objects.get().ip == "127.0.0.1"
        clock.shift(299)
        with CaptureQueriesContext(connection) as asked:
            client.get("/inbox/")
        assert writes(asked) == []
        clock.shift(2)
        client.get("/inbox/")
        seen = UserSession.objects.get().last_seen_at
        client.get("/inbox/", REMOTE_ADDR="203.0.113.9")
        assert (UserSession.objects.get().ip, UserSession.objects.get().last_seen_at) == ("203.0.113.9", seen)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_is_answered_and_never_sent_elsewhere(settings: Settings, path: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    client = Client()
    assert client.get(path).status_code == 200
    assert client.get("/").status_code == 301


HUGE = "9" * 40


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("lead", f"/organiser/campaigns/case/versions/{HUGE}/"),
        ("lead", f"/organiser/campaigns/case/versions/{HUGE}/flowchart.svg"),
        ("security_admin", f"/administration/people/{{person}}/grants/{HUGE}/end"),
    ],
)
def test_a_number_that_no_table_holds_is_not_there(
    role: str, path: str, staff: Callable[..., Person], person: Callable[..., Person], as_person: As
) -> None:
    make_campaign()
    client = as_person(staff(role, "case" if role == "lead" else ""))
    address = path.format(person=person().pk)
    assert (client.post(address) if path.endswith("end") else client.get(address)).status_code == 404


def test_an_empty_form_for_a_new_account_comes_back_with_what_is_missing(
    staff: Callable[..., Person], as_person: As
) -> None:
    answer = as_person(staff("security_admin")).post("/administration/people/new", {})
    assert (answer.status_code, "3 至 32 个字符" in answer.content.decode()) == (200, True)
