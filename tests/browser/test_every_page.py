"""Every page that a role can reach by following links: on a phone and at a desk it is whole, quiet and open to all."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from browser.conftest import Demo
from browser.pages import VISITOR, Watched, context_of, password_of, serious, shoot, sign_in
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page
from tags import Tags

from guiguan.core.permissions.roles import ROLES
from guiguan.core.permissions.table import TABLE

MOST = 60
"""Addresses that one role follows at most; one for each way of writing an address."""

SIGN_INS = [role for role in ROLES if role != VISITOR]
CHOSEN = (
    "/",
    "/campaigns/",
    "/campaigns/gx-demo/",
    "/accounts/login/",
    "/accounts/signup/",
    "/progress",
    "/design",
)
CHOSEN_SIGNED_IN = ("/entries/", "/units/", "/inbox/")


def route_of(path: str) -> str | None:
    """The route behind an address, whatever stands behind its ?; None for what is no page of the site."""
    try:
        return str(resolve(urlsplit(path).path).route)
    except Resolver404:
        return None


def judged_as(path: str, role: str) -> bool:
    """Whether a page is judged as this role: as each that the table names for it, a page that needs no role as the person."""
    action = getattr(resolve(urlsplit(path).path).func, "action", "")
    return path == "/" or role in TABLE.get(action, {"person": "own"})


def links(address: str, text: str) -> list[str]:
    """Addresses of the same site to which the page of this text leads, in its order, without what stands behind #."""
    found = [tag for name, tag in Tags(text).found if name == "a" and "download" not in tag]
    return [
        parts._replace(scheme="", netloc="", fragment="").geturl()
        for parts in (urlsplit(urljoin(address, tag["href"] or "")) for tag in found if tag.get("href"))
        if parts.netloc == urlsplit(address).netloc
    ]


def reached(page: Page, start: str) -> Iterator[str]:
    """Pages reached from the start, one for each route, the near ones first."""
    waiting, met = [start], {route_of(start)}
    while waiting and len(met) < MOST:
        path = waiting.pop(0)
        answer = page.request.get(path)
        if not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
            assert answer.ok, f"{path}: {answer.status}"
            continue
        yield path
        for link in links(answer.url, answer.text()):
            route = route_of(link)
            if route is not None and route not in met:
                met.add(route)
                waiting.append(link)


@pytest.mark.parametrize("role", [VISITOR, *SIGN_INS])
def test_every_page_that_a_role_reaches(demo: Demo, chromium: Browser, role: str) -> None:
    desk = context_of(chromium, demo, "desk")
    page = desk.new_page()
    if role != VISITOR:
        sign_in(page, f"demo-{role.replace('_', '-')}", password_of(demo))
    phone = context_of(chromium, demo, "phone")
    phone.add_cookies([{"name": c["name"], "value": c["value"], "url": demo.address} for c in desk.cookies()])
    screens = {"desk": Watched(page), "phone": Watched(phone.new_page())}
    faults = []
    for path in reached(page, "/"):
        if not judged_as(path, role):
            continue
        for size, watched in screens.items():
            faults += [f"{size} {path}: {fault}" for fault in watched.open(path)]
            shoot(watched.page, size, route_of(path) or "", role)
    desk.close()
    phone.close()
    assert faults == []


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("cookie", [("language", "en"), ("elder", "1"), ("theme", "dark")], ids="=".join)
def test_pages_in_english_in_large_type_and_in_the_dark(
    demo: Demo, chromium: Browser, cookie: tuple[str, str], size: str
) -> None:
    context = context_of(chromium, demo, size, **dict([cookie]))
    page = context.new_page()
    watched, faults = Watched(page), []
    for path in CHOSEN:
        faults += [f"{path}: {fault}" for fault in watched.open(path)]
        shoot(page, size, path, "-".join(cookie))
    sign_in(page, "demo-applicant", password_of(demo))
    for path in CHOSEN_SIGNED_IN:
        faults += [f"{path}: {fault}" for fault in watched.open(path)]
        shoot(page, size, path, "-".join(cookie))
    context.close()
    assert faults == []


def test_what_keeps_people_out_is_seen(demo: Demo, chromium: Browser) -> None:
    page = chromium.new_page(base_url=demo.address)
    page.goto("/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/x.png\">')")
    assert [fault.split(":")[0] for fault in serious(page)] == ["image-alt"]
    page.close()


def test_signing_in_by_keyboard_alone(demo: Demo, chromium: Browser) -> None:
    context = context_of(chromium, demo, "desk")
    page = context.new_page()
    page.goto("/accounts/login/")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "login":
            break
    page.keyboard.type("demo-person")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "password"
    page.keyboard.type(password_of(demo))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/accounts/login" not in address)
    answer = page.goto("/inbox/")
    assert answer is not None
    assert answer.status == 200
    assert urlsplit(page.url).path == "/inbox/"
    context.close()
