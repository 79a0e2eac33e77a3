"""What the program says to the person at the terminal, in Chinese, or in English with GUIGUAN_LANG=en."""

from __future__ import annotations

import os
import sys
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from guiguan.core.values.finding import Finding, Severity

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE_SECONDS = 2.0
_LEAD: dict[Severity, tuple[str, str]] = {
    "error": ("", ""),
    "warning": ("提醒：", "warning: "),
    "note": ("说明：", "note: "),
}


def lang() -> Literal["zh", "en"]:
    """The language of this run: English where GUIGUAN_LANG is `en` (also `en_GB` and the like), else Chinese."""
    return (
        "en" if os.environ.get("GUIGUAN_LANG", "").lower().replace("-", "_").split("_")[0] == "en" else "zh"
    )


def tell(zh: str, en: str) -> str:
    """The one of the two that this run speaks."""
    return en if lang() == "en" else zh


def one_line(text: str) -> str:
    """The text without anything that could break a line or steer a terminal: such characters are written out."""
    return "".join(repr(c)[1:-1] if _steers(c) else c for c in text)


def _steers(char: str) -> bool:
    # Cc: line ends and escape sequences; Cf: marks that turn the direction of writing; Zl, Zp: line separators.
    return unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")


def finding_line(finding: Finding) -> str:
    """`FILE:LINE:COLUMN: [rule-id] message` on one line; a warning or a note says so before its message."""
    return _line(str(finding.place) if finding.place.file else "", finding)


def _line(place: str, finding: Finding) -> str:
    where = f"{place}: " if place else ""
    zh, en = _LEAD[finding.severity]
    return one_line(f"{where}[{finding.rule}] {tell(zh, en)}{finding.text(lang())}")


def print_findings(findings: Iterable[Finding]) -> None:
    """Each finding stands on its own line of standard error."""
    for finding in findings:
        print(finding_line(finding), file=sys.stderr)


def print_at(file: str, where: str, finding: Finding) -> None:
    """`FILE:WHERE: [rule-id] message` on standard error, for what has no line: a cell of a sheet, a field of a form."""
    print(_line(f"{file}:{where}" if where else file, finding), file=sys.stderr)


class Bar:
    """How far a piece of work is. Nothing is drawn until `show`; before it, only the count is kept."""

    def __init__(self, label: str, total: int | None = None) -> None:
        self.label = label
        self.total = total
        self.done = 0
        self._drawn: Progress | None = None
        self._lock = threading.Lock()
        self._closed = False

    def advance(self, steps: int = 1) -> None:
        """`steps` more of `total` are done."""
        with self._lock:
            self.done += steps
            if self._drawn is not None:
                self._drawn.update(self._drawn.task_ids[0], completed=self.done)

    def show(self) -> None:
        """The bar stands on standard error, unless the work has ended meanwhile."""
        from rich.console import Console
        from rich.progress import Progress

        with self._lock:
            if self._closed or self._drawn is not None:
                return
            self._drawn = Progress(console=Console(stderr=True), transient=True)
            self._drawn.add_task(self.label, total=self.total, completed=self.done)
            self._drawn.start()

    def close(self) -> None:
        """The bar is gone and never comes back."""
        with self._lock:
            self._closed = True
            if self._drawn is not None:
                self._drawn.stop()
                self._drawn = None


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Bar]:
    """A bar to `advance` while the block runs; it appears on a terminal only, and only after two seconds.

    `total` is the number of steps, None where it is not known.
    """
    bar = Bar(label, total)
    timer = threading.Timer(PATIENCE_SECONDS, bar.show)
    timer.daemon = True
    if sys.stderr is not None and sys.stderr.isatty():
        timer.start()
    try:
        yield bar
    finally:
        timer.cancel()
        bar.close()
