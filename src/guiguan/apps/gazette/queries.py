"""Reads public records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from guiguan.apps.gazette.models import Document, Entry, Log


def entries_of(campaign: str) -> QuerySet[Entry]:
    """The entries of one log, in their order."""
    return Entry.objects.filter(campaign=campaign).order_by("number")


def newest(campaign: str, kind: str) -> Entry | None:
    """The last entry of the kind."""
    return Entry.objects.filter(campaign=campaign, kind=kind).order_by("-number").first()


def document_about(campaign: str, about: str, sha256: str = "") -> bytes | None:
    """The bytes that the record names last of this case, or those of the digest; None where none were kept."""
    kept = Document.objects.filter(campaign=campaign, about=about).order_by("-number")
    found = (kept.filter(sha256=sha256) if sha256 else kept).first()
    return None if found is None else bytes(found.content)


def documents_of(campaign: str) -> Iterator[tuple[int, bytes]]:
    """Every entry, by its number, with which bytes are kept, and these."""
    rows = Document.objects.filter(campaign=campaign).values_list("number", "content")
    return ((number, bytes(content)) for number, content in rows.iterator(chunk_size=100))


def newest_numbers(kinds: Iterable[str]) -> dict[tuple[str, str], int]:
    """(campaign, kind): the index of its last entry."""
    found = Entry.objects.filter(kind__in=list(kinds)).values_list("campaign", "kind")
    return {(campaign, kind): last for campaign, kind, last in found.annotate(last=Max("number"))}


def logs_a() -> list[Log]:
    """Every campaign's log A."""
    return list(Log.objects.order_by("campaign"))


@dataclass(frozen=True)
class RecordEntries:
    """The entries of a log A as the database has them (box.checkpointer.Entries)."""

    campaign: str

    def size(self) -> int:
        last = Entry.objects.filter(campaign=self.campaign).aggregate(last=Max("number"))["last"]
        return 0 if last is None else int(last) + 1

    def read(self, first: int, last: int) -> Iterator[tuple[int, bytes, bytes]]:
        rows = entries_of(self.campaign).filter(number__gte=first, number__lt=last)
        for number, entry, leaf in rows.values_list("number", "entry", "leaf").iterator(chunk_size=1_000):
            yield number, bytes(entry), bytes(leaf)
