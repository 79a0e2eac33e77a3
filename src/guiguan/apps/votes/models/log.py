"""The order and the counts of the ballot logs. Sole writer: the sequencer (guiguan.box); alarms are written by apps.votes.alarm."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Log(models.Model):
    """The ballot log of a campaign. After a real loss of entries a new one is begun, under a new origin."""

    id = models.AutoField(primary_key=True)
    campaign = models.CharField(max_length=64)  # slug
    epoch = models.PositiveIntegerField()  # 1, then 2 … after a loss
    origin = models.CharField(max_length=200, unique=True)  # the first line of its checkpoints
    begun_at = models.BigIntegerField()
    published = models.BigIntegerField(default=0)  # so many entries can be read by everybody

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["campaign", "epoch"], name="log_epoch")]


class Logged(models.Model):
    """The entries that one batch holds of one poll have the indexes `first`, `first + 1`, … in the order of their places."""

    pk = models.CompositePrimaryKey("log", "first")
    log = models.IntegerField()  # Log.id
    first = models.BigIntegerField()
    count = models.PositiveIntegerField()
    writer = models.SmallIntegerField()  # Ballot.writer, batch, poll
    batch = models.BigIntegerField()
    poll = models.IntegerField()
    time = models.BigIntegerField()  # ms; what a receipt says, so that its entry is found

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["log", "writer", "batch", "poll"], name="logged_once")
        ]
        indexes: ClassVar = [models.Index(fields=["log", "time"], name="logged_time")]


class Cursor(models.Model):
    """How far the sequencer has read of a writer."""

    writer = models.SmallIntegerField(primary_key=True)
    batch = models.BigIntegerField()


class Count(models.Model):
    """Votes of an entry on one day through one channel, voids taken off."""

    pk = models.CompositePrimaryKey("campaign", "stage", "day", "entry", "channel")
    campaign = models.CharField(max_length=64)
    stage = models.CharField(max_length=32)
    day = models.CharField(max_length=10)
    entry = models.CharField(max_length=64)
    channel = models.CharField(max_length=32)
    votes = models.BigIntegerField()


class Voided(models.Model):
    """A ballot that a `void` of the log took out of the count, and no `unvoid` put back."""

    pk = models.CompositePrimaryKey("log", "number")
    log = models.IntegerField()
    number = models.BigIntegerField()  # index in the log


class Alarm(models.Model):
    """The signer refused, or a check found damage: what was found, and when somebody declared it dealt with."""

    campaign = models.CharField(max_length=64)
    reason = models.CharField(max_length=16)  # box.checkpointer.Reason, or `fsck`, `counts`
    found = models.TextField()
    at = models.BigIntegerField()
    cleared_at = models.BigIntegerField(null=True)
    cleared_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "reason"], condition=models.Q(cleared_at=None), name="alarm_once"
            )
        ]
