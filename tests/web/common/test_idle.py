"""Staff who did nothing for half an hour prove again who they are, and lose nothing that they had typed."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client

from guiguan.apps.accounts.models import Person

pytestmark = pytest.mark.django_db
As = Callable[[Person | None], Client]
NOON = "2026-03-10T12:00:00+08:00"
PASSWORD = "winter-laurel-2026"


def with_password(person: Person) -> Person:
    person.set_password(PASSWORD)
    person.save()
    return person


def kept_fields(page: str) -> list[str]:
    return [unescape(part.split("</textarea>")[0]) for part in page.split(" hidden>\n")[1:]]


def test_after_half_an_hour_staff_are_asked_again_and_then_go_on_where_they_were(
    staff: Callable[..., Person], as_person: As
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = as_person(with_password(staff("security_admin")))
        assert client.get("/administration/people").status_code == 200
        clock.shift(30 * 60)
        assert client.get("/administration/people").status_code == 200
        clock.shift(30 * 60 + 1)
        answer = client.get("/administration/people?q=a")
        way = "/accounts/reauthenticate/?next=/administration/people%3Fq%3Da"
        assert (answer.status_code, answer["Location"]) == (302, way)
        # nothing else of the site is open either, whatever is asked, until the person has proven who they are
        assert client.get("/inbox/")["Location"].startswith("/accounts/reauthenticate/")
        page = client.get(way).content.decode()
        assert "您已 30 分钟没有操作，请再次确认身份，然后回到刚才的页面。" in page
        assert client.post(way, {"password": "wrong"}).status_code == 200
        assert client.get("/inbox/").status_code == 302
        clock.shift(1)
        done = client.post(way, {"password": PASSWORD, "next": "/administration/people?q=a"})
        assert (done.status_code, done["Location"]) == (302, "/administration/people?q=a")
        assert client.get("/administration/people?q=a").status_code == 200


def test_what_was_typed_comes_back_and_is_sent_by_ones_own_hand(
    staff: Callable[..., Person], as_person: As
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = as_person(with_password(staff("security_admin")))
        client.get("/administration/people")
        clock.shift(30 * 60 + 1)
        typed = {"username": "wang.wu", "name": "王五<b>\n二行", "phone": ""}
        answer = client.post("/administration/people/new", typed)
        assert answer["Location"] == "/accounts/reauthenticate/?next=/kept"
        assert not Person.objects.filter(username="wang.wu").exists()
        assert "wang.wu" not in str(dict(client.session))  # it lies there sealed
        clock.shift(1)
        client.post(answer["Location"], {"password": PASSWORD, "next": "/kept"})
        page = client.get("/kept").content.decode()
        assert 'action="/administration/people/new"' in page
        assert kept_fields(page) == [*typed.values()]
        client.post("/inbox/", {"a": "b"})
        assert "idle_kept" in client.session
        client.post("/administration/people/new", typed | {"name": "王五"})
        assert Person.objects.filter(username="wang.wu").exists()
        assert "idle_kept" not in client.session  # nothing of it stays longer than it is needed


def test_no_password_is_kept_and_a_script_is_only_sent_away(
    staff: Callable[..., Person], as_person: As
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = as_person(with_password(staff("clerk", "one")))
        client.get("/inbox/")
        clock.shift(30 * 60 + 1)
        answer = client.post("/accounts/password/change/", {"oldpassword": PASSWORD})
        assert answer["Location"] == "/accounts/reauthenticate/?next=/"
        answer = client.post(
            "/administration/people/new", {"name": "a"}, headers={"Accept": "application/json"}
        )
        assert answer["Location"] == "/accounts/reauthenticate/?next=/"
        assert "idle_kept" not in client.session


def test_applicants_are_not_asked(person: Callable[..., Person], as_person: As) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = as_person(with_password(person()))
        client.get("/inbox/")
        clock.shift(6 * 3600)
        assert client.get("/inbox/").status_code == 200


def test_who_came_by_an_identity_provider_alone_signs_in_anew(
    staff: Callable[..., Person], as_person: As
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        someone = staff("clerk", "one")
        someone.set_unusable_password()
        someone.save()
        client = as_person(someone)
        client.get("/inbox/")
        clock.shift(30 * 60 + 1)
        answer = client.get("/inbox/")
        assert answer["Location"] == "/accounts/login/?next=/inbox/"
        assert "已退出，请重新登录" in client.get(answer["Location"]).content.decode()
        assert client.get("/inbox/").status_code == 302
        assert UserSession.objects.count() <= 1


def test_a_forged_form_is_refused_before_anything_is_kept(
    staff: Callable[..., Person], as_person: As
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = as_person(with_password(staff("security_admin")))
        client.get("/administration/people")
        clock.shift(30 * 60 + 1)
        client.handler.enforce_csrf_checks = True
        assert client.post("/administration/people/new", {"name": "a"}).status_code == 403
        assert "idle_kept" not in client.session
