"""What is written for one event of which people are told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Template:
    """One event. `sms` is Chinese alone; `subject` and `body` serve mail (Chinese) and the in-site message (both languages)."""

    id: str
    title: tuple[str, str]  # Chinese, English
    names: tuple[str, ...]  # the facts that the caller gives, all of them
    sms: str
    subject: tuple[str, str]
    body: tuple[str, str]
