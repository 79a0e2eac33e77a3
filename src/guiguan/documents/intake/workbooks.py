"""The data behind a chart: Word and WPS put a small workbook into the document for each. It is taken where it is nothing else.

A workbook counts as a chart's only where a chart points to it, and it must itself be a workbook in order, without one inside.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from guiguan.documents.intake.verdict import RefusedHere

MOST_BYTES = 20_000_000
MOST = 50
_NAME = re.compile(r"word/embeddings/[^/]+\.xlsx")
_CHARTS = re.compile(r"word/charts/_rels/[^/]+\.rels")


@dataclass
class Workbooks:
    """Workbooks of one document by name, with their packed bytes, and those that charts point to."""

    content: dict[str, bytes] = field(default_factory=dict)
    pointed_at: set[str] = field(default_factory=set)

    def take(self, name: str, first: bytes, rest: Iterator[bytes]) -> None:
        """The workbook is kept to be looked at once all relationships are known."""
        whole = bytearray(first)
        for piece in rest:
            whole += piece
            if len(whole) + sum(map(len, self.content.values())) > MOST_BYTES:
                raise RefusedHere("chart-data", name)
        self.content[name.lower()] = bytes(whole)
        if len(self.content) > MOST:
            raise RefusedHere("chart-data", f"{len(self.content)} workbooks")

    def point(self, source: str, target: str) -> bool:
        """Whether the relationship is that of a chart to its data; it is then noted."""
        source = source.lower()
        if not _CHARTS.fullmatch(source):
            return False
        chart = posixpath.dirname(posixpath.dirname(source))
        place = posixpath.normpath(posixpath.join("/" + chart, target.lower())).lstrip("/")
        if not may_be(place):
            return False
        self.pointed_at.add(place)
        return True

    def alone(self) -> Iterator[bytes]:
        """Each workbook's bytes; RefusedHere for one to which no chart points: it is a file hidden in a document."""
        for name, content in self.content.items():
            if name not in self.pointed_at:
                raise RefusedHere("embedded", name)
            yield content


def may_be(name: str) -> bool:
    """Whether a part of this name may be the data of a chart."""
    return _NAME.fullmatch(name.lower()) is not None
