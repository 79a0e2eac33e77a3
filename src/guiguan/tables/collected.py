"""Findings about one file, gathered so that a person sees them all at once and none a thousand times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NoReturn

from guiguan.core.values.finding import Finding, InputError, Place, Severity
from guiguan.tables.rules import RULES

MOST_ALIKE = 20
LONGEST_SHOWN = 40


def shown(text: str) -> str:
    """The text as one short printable line: a message must stay on its line and must not steer a terminal."""
    plain = "".join(c if c.isprintable() else " " for c in text[: LONGEST_SHOWN * 4])
    plain = " ".join(plain.split())
    return plain if len(plain) <= LONGEST_SHOWN else plain[:LONGEST_SHOWN] + "…"


def listed(names: Iterable[str], separator: str) -> str:
    """The names in one line, at most twenty of them and "…" for the rest."""
    every = [shown(name) for name in names]
    return separator.join(every[:MOST_ALIKE]) + ("…" if len(every) > MOST_ALIKE else "")


class Collected:
    """Every finding about `file` in the order found; beyond twenty of one rule only their number is kept."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._findings: list[Finding] = []
        self._seen: Counter[str] = Counter()

    def add(
        self, rule: str, zh: str, en: str, *, line: int = 0, column: int = 0, severity: Severity = "error"
    ) -> None:
        """One finding more; `rule` is a key of RULES (KeyError else)."""
        RULES[rule]
        self._seen[rule] += 1
        if self._seen[rule] <= MOST_ALIKE:
            self._findings.append(Finding(rule, zh, en, Place(self.file, line, column), severity))

    def stop(self, rule: str, zh: str, en: str, *, line: int = 0, column: int = 0) -> NoReturn:
        """Raises InputError with this finding last: nothing after it can be read."""
        self.add(rule, zh, en, line=line, column=column)
        raise InputError(*self.findings)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, errors first, and one line for each rule that was found too often to list."""
        counts = tuple(
            Finding(
                rule,
                f"另有 {seen - MOST_ALIKE} 处同类问题未逐一列出；请一并处理。",
                f"{seen - MOST_ALIKE} more of this kind are not listed; please mend them too.",
                Place(self.file),
            )
            for rule, seen in self._seen.items()
            if seen > MOST_ALIKE
        )
        every = (*self._findings, *counts)
        return tuple(sorted(every, key=lambda finding: finding.severity != "error"))

    def require_no_error(self) -> None:
        """Raises InputError with everything found, if any of it is an error."""
        if any(finding.severity == "error" for finding in self.findings):
            raise InputError(*self.findings)
