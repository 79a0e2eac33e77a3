"""htmx is the file that its authors released, and the page that names it says so."""

import hashlib
from pathlib import Path

import guiguan

ROOT = Path(guiguan.__file__).parents[2]
FILE = Path(guiguan.__file__).parent / "web" / "static" / "vendor" / "htmx-2.0.10" / "htmx.min.js"
DIGEST = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"


def test_the_file_is_untouched() -> None:
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == DIGEST


def test_the_page_and_the_templates_name_it() -> None:
    assert DIGEST in (ROOT / "docs" / "develop" / "third-party.md").read_text("utf-8")
    base = Path(guiguan.__file__).parent / "web" / "templates" / "base.html"
    assert f"vendor/{FILE.parent.name}/{FILE.name}" in base.read_text("utf-8")
