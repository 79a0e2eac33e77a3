"""What every page must be: whole, quiet, within the screen, and open to all who use it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from browser.conftest import SIZES, Demo, photograph
from playwright.sync_api import Browser, BrowserContext, Locator, Page

VISITOR = "public"


def password_of(demo: Demo) -> str:
    """The password that all sign-ins of the demo share."""
    found = json.loads((demo.data / "demo.json").read_text(encoding="utf-8"))
    return str(found["sign_ins"][0]["password"])


def context_of(browser: Browser, site: Demo, size: str, **cookies: str) -> BrowserContext:
    """A browser of its own, on a "phone" or at a "desk"."""
    context = browser.new_context(
        base_url=site.address,
        viewport=SIZES[size],
        locale="zh-CN",
        has_touch=size == "phone",
    )
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": n, "value": v, "url": site.address} for n, v in cookies.items()])
    return context


def sign_in(page: Page, username: str, password: str) -> None:
    """The person is signed in, as anybody would do it."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/accounts/login" not in address)


@dataclass
class Watched:
    """A page whose faults are noted while it is used."""

    page: Page
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.said.append(f"script: {error}"))
        self.page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.said.append(f"console: {message.text}")

    def open(self, path: str) -> list[str]:
        """The faults of the page at the address."""
        self.said.clear()
        answer = self.page.goto(path)
        status = answer.status if answer else 0
        return ([] if status == 200 else [f"{status}"]) + self.faults()

    def faults(self) -> list[str]:
        """The faults of the page as it stands."""
        return [*self.said, *too_wide(self.page), *serious(self.page)]


def turned(page: Page, control: Locator) -> None:
    """The control is pressed, and the page that it leads to is there: a click alone returns while the old one still stands."""
    with page.expect_navigation():
        control.click()


def too_wide(page: Page) -> list[str]:
    """By how much the page does not fit the screen, and what sticks out; nothing where it fits."""
    page.wait_for_load_state()
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"{width} px wider than the screen: {page.evaluate(WIDEST)}"] if width > 0 else []


WIDEST = """() => [...document.querySelectorAll("main *")]
  .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1)
  .slice(0, 2).map(e => e.outerHTML.slice(0, 120)).join(" | ")"""


SERIOUS = """() => axe.run({ resultTypes: ["violations"] }).then(found => found.violations
  .filter(v => ["serious", "critical"].includes(v.impact))
  .map(v => `${v.id}: ${v.nodes[0].html.slice(0, 200)}`))"""


def serious(page: Page) -> list[str]:
    """What axe finds on the page that keeps people out. Only that comes back from the browser: all it found is as long as the page."""
    page.wait_for_load_state()
    page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(SERIOUS)
    return found


def named(route: str) -> str:
    """A route as the name of a screenshot."""
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"<\w+:", "<", route)).strip("-") or "home"


def shoot(page: Page, size: str, route: str, role: str) -> None:
    photograph(page, f"{size}-{named(route)}-{role}")
