"""The language of rules' sentences on this page."""

from __future__ import annotations

from django.utils.translation import get_language


def lang() -> str:
    """zh or en."""
    return "en" if (get_language() or "").startswith("en") else "zh"
