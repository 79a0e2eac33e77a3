"""A finding: one thing that a person should know, said in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, order=True)
class Place:
    """Where a finding lies: a file as the user named it, with line and column counted from 1 (0: the whole file)."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Finding:
    """One statement about an input. `rule` is a stable id, listed with its texts in `docs/rules.md`.

    `zh` and `en` say what was found, what is wanted and what to do. An `error` stops the work,
    a `warning` does not, a `note` only informs.
    """

    rule: str
    zh: str
    en: str
    place: Place = Place()
    severity: Severity = "error"

    def at(self, place: Place) -> Finding:
        return replace(self, place=place)

    def text(self, lang: str = "zh") -> str:
        return self.en if lang == "en" else self.zh

    def line(self, lang: str = "zh") -> str:
        """The finding on one line, `FILE:LINE:COLUMN: [rule-id] message` where a file is at fault."""
        where = f"{self.place}: " if self.place.file else ""
        return f"{where}[{self.rule}] {self.text(lang)}"


class InputError(Exception):
    """The input cannot be used at all; carries every finding, never only the first."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f.line() for f in findings))
        self.findings = findings
