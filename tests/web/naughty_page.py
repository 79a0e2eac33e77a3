"""A page read by a parser and by a browser: what it shows, and what it does besides."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import guiguan.web


class Texts(HTMLParser):
    """What a page shows: the texts, the contents of text boxes by name, and every script and handler that it has."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self.boxes: dict[str, str] = {}
        self.active: list[str] = []
        self._box: str | None = None
        self._parts: list[str] = []
        self.feed(page)
        self.close()
        self._told()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._told()
        known = dict(attrs)
        self.active += [
            f"{tag} {n}={v}" for n, v in attrs if n.startswith("on") or (v or "").startswith("javascript:")
        ]
        if tag in ("script", "iframe", "object", "embed") and not (known.get("src") or "").startswith(
            "/static/"
        ):
            self.active.append(f"{tag} {known}")
        if tag == "input" and "name" in known:
            self.boxes[known["name"] or ""] = known.get("value") or ""
        if tag == "textarea":
            self._box = known.get("name") or ""
            self.boxes[self._box] = ""

    def handle_endtag(self, tag: str) -> None:
        self._told()
        if tag == "textarea":
            self._box = None

    def handle_data(self, data: str) -> None:
        self._parts.append(data)

    def _told(self) -> None:
        text = "".join(self._parts)
        self._parts = []
        if self._box is not None:
            # as the standard says, a browser drops one line end right after the tag
            self.boxes[self._box] += text.removeprefix("\n") if not self.boxes[self._box] else text
        elif text.strip():
            self.shown.append(text.strip())


MARKS = """
window.__violations = []; window.__marks = [];
document.addEventListener("securitypolicyviolation", (e) => window.__violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = (text) => window.__marks.push(`${name}: ${text}`);
"""


def visited(chromium: str, pages: dict[str, tuple[bytes, dict[str, str]]]) -> dict[str, list[str]]:
    """Everything that the pages did in a browser besides being shown."""
    from playwright.sync_api import Dialog, Route, sync_playwright

    static = Path(guiguan.web.__file__).parent / "static"
    found: dict[str, list[str]] = {"dialogs": [], "violations": [], "marks": [], "elsewhere": []}

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix("http://site.test")
        file = static / path.removeprefix("/static/").partition("?")[0]
        if path in pages:
            route.fulfill(body=pages[path][0], headers=pages[path][1])
        elif path.startswith("/static/") and file.is_file():
            route.fulfill(path=file)
        else:
            if not path.startswith(("/entries/", "/static/", "/favicon")):
                found["elsewhere"].append(route.request.url)
            route.fulfill(status=404, body="")

    def told(dialog: Dialog) -> None:
        found["dialogs"].append(dialog.message)
        dialog.dismiss()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("dialog", told)
        page.add_init_script(MARKS)
        page.route("**/*", serve)
        for path in pages:
            page.goto(f"http://site.test{path}", wait_until="load")
            assert page.evaluate("document.body.textContent.length") > 5000
            found["violations"] += page.evaluate("window.__violations")
            found["marks"] += page.evaluate("window.__marks")
        browser.close()
    return found
