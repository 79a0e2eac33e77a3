"""The audit trail: who did what to what, when; each record names the digest of the one before."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Record(models.Model):
    """One act. Nothing personal is ever in it: people and objects by id, values as digests. Never changed, never deleted:
    the database itself refuses (migration 0002)."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.BigIntegerField()  # milliseconds since 1970-01-01T00:00Z
    by = models.CharField(max_length=64)  # a person's id, or the name of a duty of the system
    action = models.CharField(max_length=64)
    campaign = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=128)  # kind:id
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["sequence"]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "sequence"]),
            models.Index(fields=["subject", "sequence"]),
        ]
