"""The browser of the tests: whatever Chromium or Chrome the machine has."""

from __future__ import annotations

import shutil
import subprocess

import pytest

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
"""Programs by which a Chromium may go; the first draws the same pages and nothing around them, in three quarters of the time."""


def usable_chromium() -> str:
    """One that starts: Ubuntu's `chromium-browser` may only name a snap. Fails where there is none."""
    for name in NAMES:
        path = shutil.which(name)
        if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    pytest.fail(f"no usable browser ({', '.join(NAMES)}); run scripts/setup dev", pytrace=False)
