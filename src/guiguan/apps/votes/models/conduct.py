"""What people and the clock did with a vote, and pictures of its counts for those who may see them only later."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Act(models.Model):
    """One act on a poll, in the transaction of the poll's own row. The audit trail lies in another file on SQLite: `recorded` is
    the number of its record there, null until it is there. Public are the time, the act and the reason, never who it was."""

    poll = models.IntegerField()  # Poll.id
    act = models.CharField(max_length=12)  # open, pause, resume, close, propose, decline, take-back, remove
    at = models.BigIntegerField()
    by = models.CharField(max_length=64)  # a person's id, or the duty's name
    second_by = models.CharField(max_length=64, blank=True, default="")
    entry = models.CharField(max_length=64, blank=True, default="")  # number, of an entry taken out
    reason = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField()  # of the poll after the act
    detail = models.JSONField(default=dict)
    recorded = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["poll", "at"])]


class Picture(models.Model):
    """A vote's counts as they stood at `at`, kept where they are to be seen with a delay."""

    poll = models.IntegerField()
    at = models.BigIntegerField()
    counts = models.JSONField()  # {"votes": {entry: n}, "channels": {channel: n}, "ballots": n}

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["poll", "at"], name="picture_once")]
