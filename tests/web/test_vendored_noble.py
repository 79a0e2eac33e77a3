"""noble-ed25519 is the file that its authors released, and the page that names it says so."""

import hashlib
from pathlib import Path

import guiguan

ROOT = Path(guiguan.__file__).parents[2]
FILE = Path(guiguan.__file__).parent / "web" / "static" / "vendor" / "noble-ed25519-3.2.0" / "index.js"
DIGEST = "a4f631d1876b5d9e43a86cd71194ca27b5e1451edf4ba4db9a418f40a475569a"


def test_the_file_is_untouched() -> None:
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == DIGEST


def test_the_page_and_the_templates_name_it() -> None:
    assert DIGEST in (ROOT / "docs" / "develop" / "third-party.md").read_text("utf-8")
    base = Path(guiguan.__file__).parent / "web" / "templates" / "vote" / "receipt_proof.html"
    assert f"vendor/{FILE.parent.name}/{FILE.name}" in base.read_text("utf-8")
