"""Templates keep to a policy that allows no inline script or style and nothing from outside."""

import re
from pathlib import Path

import pytest

import guiguan

WEB = Path(guiguan.__file__).parent / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SHEETS = sorted((WEB / "static" / "css").glob("*.css"))
OUR_FILES = [*TEMPLATES, *SHEETS, *sorted((WEB / "static" / "js").rglob("*.js"))]
PICTURES = sorted((WEB / "static" / "img").glob("*.svg"))
SVG_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'

FORBIDDEN = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "an event attribute": r"<[^>]*\son[a-z]+\s*=",
    "htmx code in an attribute": r"\shx-on[:-]|hx-vals\s*=\s*[\"']js:",
    "a script without src": r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")",
    "a script address": r"javascript:",
    "trust in text": r"\|\s*safe\b|{%\s*autoescape\s+off",
}


def faults(text: str) -> list[str]:
    """What a template must not hold, by name."""
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_no_inline_code_or_style(path: Path) -> None:
    assert faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", [*OUR_FILES, *PICTURES], ids=lambda path: str(path.relative_to(WEB)))
def test_no_outside_address(path: Path) -> None:
    text = path.read_text("utf-8").replace(SVG_NAMESPACE, "")
    assert re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]\S*", text, re.IGNORECASE) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<p style="color:red">', "a style attribute"),
        ("<style>p{}</style>", "a style element"),
        ('<a href="#" onclick="go()">', "an event attribute"),
        ("<button\n  onclick='go()'>", "an event attribute"),
        ('<p hx-on:click="go()">', "htmx code in an attribute"),
        ("<script>go()</script>", "a script without src"),
        ('<a href="javascript:go()">', "a script address"),
        ("{{ name|safe }}", "trust in text"),
    ],
)
def test_the_rules_catch_what_they_name(text: str, fault: str) -> None:
    assert fault in faults(text)


def test_there_is_something_to_look_at() -> None:
    names = {str(path.relative_to(WEB / "templates")) for path in TEMPLATES}
    assert {"base.html", "design.html", "common/field.html", "errors/500.html"} <= names
    assert SHEETS
    assert PICTURES
