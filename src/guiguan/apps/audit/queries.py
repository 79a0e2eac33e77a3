"""Reads the audit trail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from guiguan.apps.audit.models import Record
from guiguan.apps.audit.services import content_of
from guiguan.core.evidence.chain import Link, breaks
from guiguan.core.values.canonical import NotCanonical, encode_line

VERIFIED = "audit.verify"
"""The mark of the check of the whole chain that is done every day."""


def everything() -> QuerySet[Record]:
    """The whole trail, newest first."""
    return Record.objects.order_by("-sequence")


def records_of(campaign: str) -> QuerySet[Record]:
    """The records of one campaign, newest first."""
    return Record.objects.filter(campaign=campaign).order_by("-sequence")


@dataclass(frozen=True)
class Wanted:
    """What one looks for in the trail; "" and None ask for nothing. `since` and `before` in ms."""

    action: str = ""
    subject: str = ""
    by: str = ""
    since: int | None = None
    before: int | None = None


def matching(records: QuerySet[Record], wanted: Wanted) -> QuerySet[Record]:
    """Those of the records that one looks for: action and subject by how they begin (`role.`, `entry:`), the person by id."""
    if wanted.action:
        records = records.filter(action__startswith=wanted.action)
    if wanted.subject:
        records = records.filter(subject__startswith=wanted.subject)
    if wanted.by:
        records = records.filter(by=wanted.by)
    if wanted.since is not None:
        records = records.filter(at__gte=wanted.since)
    if wanted.before is not None:
        records = records.filter(at__lt=wanted.before)
    return records


def actions_in(records: QuerySet[Record]) -> list[str]:
    """Every action that the records have, in order of the alphabet."""
    return list(records.order_by("action").values_list("action", flat=True).distinct())


def broken() -> Iterator[tuple[int, str]]:
    """(number, what is wrong) wherever the chain does not hold; the whole trail is read, a thousand records at a time."""
    return breaks(_links(Record.objects.all()))


def _links(records: QuerySet[Record]) -> Iterator[Link]:
    """Oldest first. What somebody made unreadable is as changed as anything else, and hides nothing that comes after it."""
    rows = records.order_by("sequence").defer("detail").annotate(text=Cast("detail", TextField()))
    for r in rows.iterator(chunk_size=1_000):
        try:
            detail = json.loads(r.text)
        except (TypeError, ValueError, RecursionError):
            detail = None  # no record has none
        content = content_of(r.by, r.at, r.action, r.subject, r.campaign, detail)
        yield Link(r.sequence, content, r.previous, r.digest)


def head() -> tuple[int, str] | None:
    """Number and digest of the newest record: what one writes down elsewhere to prove later that none was taken off the end."""
    return Record.objects.order_by("-sequence").values_list("sequence", "digest").first()


def stands(sequence: int, digest: str) -> bool:
    """Whether the record that was written down as the newest is still there with the same digest."""
    return Record.objects.filter(sequence=sequence, digest=digest).exists()


def exported(until: int) -> Iterator[bytes]:
    """Every record up to a number as a line of GGC1, oldest first; read bit by bit, so that it may be as long as it likes.

    A record that was changed into what GGC1 does not allow still has its line, with `fault`, so that the export never breaks off.
    """
    for link in _links(Record.objects.filter(sequence__lte=until)):
        told = {"sequence": link.sequence, "previous": link.previous, "digest": link.digest}
        try:
            yield encode_line(told | {"content": link.content})
        except NotCanonical as fault:
            yield encode_line(
                {"sequence": link.sequence, "fault": str(fault).encode("ascii", "replace").decode()}
            )
