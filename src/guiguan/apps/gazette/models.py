"""The public record of a campaign, log A: rules, keys, cases, checkpoints of the ballot log, counts, notices, acts; and nothing personal."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from guiguan.core.integrity.public_entry import read_public_entry


class Log(models.Model):
    """One campaign's log A. Its entries lie in `Entry`; `published` of them everybody can read as files."""

    campaign = models.CharField(max_length=64, primary_key=True)
    origin = models.CharField(max_length=200, unique=True)
    begun_at = models.BigIntegerField()
    published = models.BigIntegerField(default=0)

    @property
    def folder(self) -> str:
        """Its folder below the folder of all logs, and its address below /log/."""
        return f"{self.campaign}/a"


class Entry(models.Model):
    """One entry. Never changed, never deleted: the database itself refuses."""

    pk = models.CompositePrimaryKey("campaign", "number")
    campaign = models.CharField(max_length=64)
    number = models.BigIntegerField()  # the index in the log, from 0
    kind = models.CharField(max_length=8)  # core.integrity.public_entry
    time = models.BigIntegerField()  # ms
    entry = models.BinaryField()  # the canonical bytes
    leaf = models.BinaryField()  # SHA-256(0x00 ‖ entry)

    @property
    def told(self) -> dict[str, Any]:
        """What the bytes say. Raises NotCanonical."""
        return read_public_entry(bytes(self.entry))


class Document(models.Model):
    """The bytes that an entry names by their SHA-256, as they were when it was made: what the site shows may change since."""

    pk = models.CompositePrimaryKey("campaign", "number")
    campaign = models.CharField(max_length=64)
    number = models.BigIntegerField()  # of the entry
    about = models.CharField(max_length=64)  # the case
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["campaign", "about", "number"], name="gazette_document_about")
        ]
