"""A blueprint's text on its way through a page: read from a form, shown with its lines numbered and the faults beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from guiguan.apps.campaigns.drafts import MAX_BYTES, decoded
from guiguan.core.values.finding import Finding

AROUND = 3
WHOLE = 1_500
"""A text of at most so many lines is shown whole; of a longer one, the lines around faults."""


@dataclass(frozen=True)
class Line:
    """One line of the text. `gap`: lines before it were left out."""

    number: int
    text: str
    findings: tuple[Finding, ...]
    gap: bool

    @property
    def severity(self) -> str:
        """The worst of its findings; empty where it has none."""
        found = {f.severity for f in self.findings}
        return next((s for s in ("error", "warning", "note") if s in found), "")


def text_of(request: HttpRequest) -> str:
    """The blueprint that the form brought: the chosen file, else what was written. InputError for a file that is no text."""
    uploaded = request.FILES.get("file")
    if isinstance(uploaded, UploadedFile) and uploaded.size:
        return decoded(uploaded.read(MAX_BYTES))
    return request.POST.get("text", "").replace("\r\n", "\n").replace("\x00", "\ufffd")


def lines_of(text: str, findings: Iterable[Finding]) -> list[Line]:
    """The numbered lines, each with what was found in it."""
    by_line: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_line[finding.place.line].append(finding)
    lines = text.split("\n")
    shown = range(1, len(lines) + 1)
    wanted = (
        set(shown) if len(lines) <= WHOLE else {n for f in by_line for n in range(f - AROUND, f + AROUND + 1)}
    )
    found: list[Line] = []
    for number in sorted(wanted & set(shown)):
        gap = number != (found[-1].number + 1 if found else 1)
        found.append(Line(number, lines[number - 1], tuple(by_line.get(number, ())), gap))
    return found


def count_of(findings: Iterable[Finding], severity: str) -> int:
    return sum(f.severity == severity for f in findings)
