"""Texts that people write: what every database can keep, with one kind of line end."""

from __future__ import annotations


def plain(text: str) -> str:
    """The text without blanks around it; NUL, which PostgreSQL does not keep, is shown as unreadable."""
    return text.replace("\r\n", "\n").replace("\x00", "\ufffd").strip()
