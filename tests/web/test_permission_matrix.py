"""Every address, as every role, for what is one's own, another unit's and another campaign's: the site answers as the one table says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker, Settings
from web.scene import Scene, Thing, about_of, build

from guiguan.apps.accounts import permission
from guiguan.core.permissions.roles import SECOND_FACTOR
from guiguan.core.permissions.table import NOTHING, TABLE, About, may

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PART = re.compile(r"<(?:\w+:)?(\w+)>")
# pages of kept libraries guard themselves; the API gives what the portal gives to everybody
LIBRARIES = ("allauth.", "ninja.", "django.views.generic.base")
BY_EXPRESSION = {
    r"^(email|confirm-email|password/reset/key|password/reset/done|signup/passkey)(/.*)?$": "email"
}
GONE = "accounts/email"
METHODS = ("GET", "POST", "PUT", "DELETE")


@dataclass(frozen=True)
class Page:
    """An address as it is written in the urls files, and the view behind it."""

    route: str
    view: Any

    @property
    def names(self) -> set[str]:
        return set(PART.findall(self.route))

    @property
    def action(self) -> str:
        return str(self.view.action)

    def path(self, thing: Thing) -> str:
        return "/" + PART.sub(lambda part: thing.parts[part[1]], self.route)


@cache
def pages() -> tuple[Page, ...]:
    """Every page that is the product's own."""
    found = [p for p in _walk(get_resolver().url_patterns, "") if not p.view.__module__.startswith(LIBRARIES)]
    return tuple(found)


def _walk(patterns: list[Any], before: str) -> Iterator[Page]:
    for one in patterns:
        written = str(one.pattern)
        route = before + BY_EXPRESSION.get(written, written)
        if isinstance(one, URLResolver):
            if one.namespace != "api":
                yield from _walk(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield Page(route, one.callback)


def _routes() -> list[str]:
    return [page.route for page in pages() if page.route != GONE]


def _page(route: str) -> Page:
    return next(page for page in pages() if page.route == route)


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Built once; each request's traces are taken back."""
    ballots = settings.BALLOTS_ALIAS
    with django_db_blocker.unblock(), transaction.atomic(), transaction.atomic(using=ballots):
        yield build()
        transaction.set_rollback(True)
        transaction.set_rollback(True, using=ballots)


@pytest.fixture(scope="module")
def cookies(scene: Scene) -> dict[str, str]:
    """The session of each visitor, who has been here a moment ago."""
    found = {}
    for name, person in scene.visitors.items():
        if person is not None:
            client = Client()
            client.force_login(person, backend=BACKEND)
            client.get("/")  # noted in the list of sign-ins once, not again at each visit that is undone
            found[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


@pytest.fixture(scope="module")
def held(scene: Scene) -> dict[str, Any]:
    """What each visitor is."""
    return {name: permission.held_by(person) for name, person in scene.visitors.items()}


class Asked(list[tuple[str, bool]]):
    """The questions that a request put to the table, with the answers."""

    @property
    def refused(self) -> list[str]:
        return [action for action, answer in self if not answer]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Asked:
    settings.GUIGUAN = settings.GUIGUAN.model_copy(update={"demo": True})
    found = Asked()

    def noted(held: Any, action: str, about: About = NOTHING) -> bool:
        answer = may(held, action, about)
        found.append((action, answer))
        return answer

    monkeypatch.setattr(permission, "may", noted)
    return found


def _visit(client: Client, method: str, path: str, session: str | None) -> Any:
    """The answer to an empty request; what it changed is undone. One client for all visits of a test: each new one sets up the site's
    middleware for itself."""
    client.cookies.clear()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    with transaction.atomic(), transaction.atomic(using=settings.BALLOTS_ALIAS):
        answer: Any = client.generic(method, path, content_type="application/x-www-form-urlencoded")
        if answer.streaming:
            answer.getvalue()  # read to its end, so that its file is closed
        transaction.set_rollback(True)
        transaction.set_rollback(True, using=settings.BALLOTS_ALIAS)
    return answer


def test_every_page_has_a_door_with_an_action_of_the_table() -> None:
    without = [page.route for page in pages() if getattr(page.view, "action", None) not in TABLE]
    assert without == []


def test_every_part_of_an_address_is_known_here(scene: Scene) -> None:
    known = set(scene.things["own"].parts)
    unknown = {page.route: sorted(page.names - known) for page in pages() if page.names - known}
    assert unknown == {}, "tests/web/scene.py: give these parts of an address a thing that they mean"


@pytest.mark.parametrize("route", _routes())
def test_a_page_answers_as_the_table_says(
    route: str, client: Client, scene: Scene, cookies: dict[str, str], held: dict[str, Any], asked: Asked
) -> None:
    page = _page(route)
    probe = _visit(client, "PROPFIND", page.path(scene.things["own"]), None)
    assert probe.status_code == 405, f"{route} takes any method: {probe.status_code}"
    methods = [m for m in probe.headers["Allow"].split(", ") if m in METHODS]
    assert methods, route
    wrong = []
    for distance, thing in _things(scene, page).items():
        for name, person in scene.visitors.items():
            about = about_of(page.action, page.names, thing, person)
            wanted = may(held[name], page.action, about)
            for method in methods:
                asked.clear()
                answer = _visit(client, method, page.path(thing), cookies.get(name))
                fault = _fault(page, wanted, answer, asked, visitor=person is None)
                if fault:
                    wrong.append(f"{method} as {name}, {distance}: {fault}")
    assert wrong == []


def _things(scene: Scene, page: Page) -> dict[str, Thing]:
    """What the page is asked about. Which things are whose is told by rows, the same on every database, and is tried on one."""
    everything = page.names and connection.vendor == "sqlite"
    return scene.things if everything else {"own": scene.things["own"]}


def _fault(page: Page, wanted: bool, answer: Any, asked: Asked, *, visitor: bool) -> str:
    """What differs from the table, or nothing."""
    status, target = answer.status_code, answer.headers.get("Location", "")
    if status == 405 or status >= 500:
        return f"{status}"
    to_sign_in = target.startswith(reverse("account_login")) and "next=" in target
    if wanted:
        if (page.action, True) not in asked:
            return f"allowed by the table, yet {status} {target} without that question"
        if asked.refused or status == 403 or to_sign_in:
            return f"allowed by the table, yet {status} {target}, refused {asked.refused}"
    elif (page.action, True) in asked or not (
        to_sign_in if visitor and status == 302 else status in (403, 404)
    ):
        return f"forbidden by the table, yet {status} {target}"
    return ""


@pytest.mark.parametrize("name", ["public", "applicant", "security_admin"])
def test_what_makes_no_sense_without_e_mail_is_not_there(
    name: str, client: Client, cookies: dict[str, str], asked: Asked
) -> None:
    assert {
        m: _visit(client, m, f"/{GONE}", cookies.get(name)).status_code for m in METHODS
    } == dict.fromkeys(METHODS, 404)


FREE = re.compile(r"/(display|healthz|readyz)$")


# who has which role is told by rows, the same on every database: all roles are tried on one
@pytest.mark.parametrize("role", SECOND_FACTOR if connection.vendor == "sqlite" else SECOND_FACTOR[:1])
def test_staff_without_a_second_factor_come_no_further_than_setting_one_up(
    role: str, client: Client, scene: Scene, cookies: dict[str, str], settings: Settings
) -> None:
    settings.GUIGUAN = settings.GUIGUAN.model_copy(update={"demo": False})
    paths = [page.path(scene.things["own"]) for page in pages()]
    let_in = [
        path
        for path in paths
        if not FREE.match(path)
        and _visit(client, "GET", path, cookies[role]).headers.get("Location") != reverse("mfa_activate_totp")
    ]
    assert let_in == []


@pytest.mark.parametrize("name", ["applicant", "person", "owner"])
def test_others_need_no_second_factor(
    name: str, client: Client, cookies: dict[str, str], settings: Settings
) -> None:
    settings.GUIGUAN = settings.GUIGUAN.model_copy(update={"demo": False})
    assert _visit(client, "GET", reverse("inbox-list"), cookies[name]).status_code == 200
