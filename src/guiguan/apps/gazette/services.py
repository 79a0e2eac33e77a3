"""Adds to a campaign's public record, inside the transaction of the act itself: both are there, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection

from guiguan.apps.audit.models import Record
from guiguan.apps.audit.services import alone
from guiguan.apps.gazette.models import Document, Entry, Log
from guiguan.apps.gazette.queries import RecordEntries
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.integrity.public_entry import Kind, public_entry


def publish(campaign: str, kind: Kind, at: int, **fields: Any) -> Entry:
    """The entry stands at the end of the campaign's log A and is public once the sequencer has signed. `fields` in GGC1's values,
    and nothing personal: it can never be taken back.

    Call it last in a service, beside the audit trail's record: one lock orders both. RuntimeError outside a transaction.
    """
    return publish_all(campaign, kind, at, [fields])[0]


def publish_all(campaign: str, kind: Kind, at: int, entries: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """The same for many entries of a kind, in their order."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"{kind}: an act and its entry in the public record belong into one transaction")
    contents = [public_entry(campaign, kind, at, fields) for fields in entries]
    alone()
    Log.objects.get_or_create(
        campaign=campaign, defaults={"origin": f"{log_prefix()}/{campaign}/a", "begun_at": at}
    )
    size = RecordEntries(campaign).size()
    made = [
        Entry(campaign=campaign, number=n, kind=kind, time=at, entry=c, leaf=leaf_hash(c))
        for n, c in enumerate(contents, size)
    ]
    return Entry.objects.bulk_create(made)


def publish_documents(
    campaign: str, kind: Kind, at: int, documents: Mapping[str, bytes], **fields: Any
) -> None:
    """An entry for each of these, which names its bytes by `sha256`; they are kept as they are now. `documents`: by what each is about, which
    stands as `entry`; `fields` stand in all of them."""
    digests = {about: sha256(content).hexdigest() for about, content in documents.items()}
    told = [{"entry": about, "sha256": digest, **fields} for about, digest in digests.items()]
    made = publish_all(campaign, kind, at, told)
    Document.objects.bulk_create(
        Document(campaign=campaign, number=e.number, about=about, sha256=digest, content=documents[about])
        for e, (about, digest) in zip(made, digests.items(), strict=True)
    )


def trail_of(record: Record) -> dict[str, Any]:
    """The audit trail's head, as entries that tell of a change of stage carry it."""
    return {"number": record.sequence, "sha256": record.digest}


def log_prefix(record: str = "") -> str:
    """Host and path of all logs, without a scheme: what the origin of a new log begins with. `record`: the origin of the campaign's log A,
    which its ballot log stays with, whatever address this process is told."""
    if record:
        return record.rsplit("/", 2)[0]
    host = settings.GUIGUAN.address.split("://")[-1] or settings.GUIGUAN.hosts[0]
    return f"{host}/log"
