"""Adds to the audit trail, inside the transaction of the act itself: both are there, or neither."""

from __future__ import annotations

from typing import Any

from django.db import connection

from guiguan.apps.audit.models import Record
from guiguan.core.evidence.chain import START, digest_of

_LOCK = 0x6775_6967  # one number for all writers of the chain and of public records


def record(by: str, at: int, action: str, subject: str, *, campaign: str = "", **detail: Any) -> Record:
    """The record stands at the end of the chain. `at` in milliseconds; `subject` as `kind:id`; `detail` in GGC1's values.

    Call it last in a service: on PostgreSQL it holds the chain's lock until the commit. RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{action}: an act and its record belong into one transaction")
    alone()
    last = Record.objects.order_by("-sequence").values_list("sequence", "digest").first()
    number, previous = (last[0] + 1, last[1]) if last else (1, START)
    content = content_of(by, at, action, subject, campaign, detail)
    return Record.objects.create(
        sequence=number,
        at=at,
        by=by,
        action=action,
        campaign=campaign,
        subject=subject,
        detail=detail,
        previous=previous,
        digest=digest_of(number, content, previous),
    )


def content_of(
    by: str, at: int, action: str, subject: str, campaign: str, detail: dict[str, Any]
) -> dict[str, Any]:
    """What of a record its digest covers, as a GGC1 value."""
    return {"action": action, "at": at, "by": by, "campaign": campaign, "detail": detail, "subject": subject}


def alone() -> None:
    """One writer of the chain, and of the public records beside it, at a time: PostgreSQL by a lock that ends with the transaction;
    SQLite has one writer anyway (IMMEDIATE).

    What PostgreSQL would check at the commit it checks before the lock: a foreign key waits for whoever holds the row it
    names, and who waits with the chain's lock in hand for somebody who waits for that lock waits for ever.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
