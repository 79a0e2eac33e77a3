"""What stands against vote-brushing: runs of the detectors, suspected ballots, what two people decided, appeals.

They lie in the ballots' database, so that a decision and its entries in the log are there together or not at all.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Run(models.Model):
    """One run of the detectors over a vote's log: asked for, then done or failed."""

    poll = models.IntegerField()  # Poll.id
    asked_at = models.BigIntegerField()
    asked_by = models.CharField(max_length=64)  # a person's id, or the duty's name
    state = models.CharField(max_length=8, default="asked")  # asked, running, done, failed
    began_at = models.BigIntegerField(null=True)
    ended_at = models.BigIntegerField(null=True)
    ballots = models.BigIntegerField(null=True)
    left_out = models.BigIntegerField(default=0)  # older ballots beyond what one run reads
    version = models.PositiveSmallIntegerField(null=True)  # of the detectors
    digest = models.CharField(max_length=64, blank=True, default="")  # detect.run.fingerprint
    found = models.JSONField(default=dict)  # detector → {"groups": n, "ballots": n}
    fault = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["poll"], condition=Q(state__in=("asked", "running")), name="run_one_at_a_time"
            )
        ]


class Suspicion(models.Model):
    """Ballots of one day that people are to look at together. `subject` is the entry that they have in common: it is used to keep the
    case together and is shown to nobody who decides. `evidence` holds charts and figures without any entry. `last`: the proposal that was
    dropped last, {outcome, reason, note, why}, `why` as whoever sent it back wrote, "" where it was taken back; {} where none was."""

    poll = models.IntegerField()
    number = models.PositiveIntegerField()  # within the poll, as people call it
    day = models.CharField(max_length=10)
    subject = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default="open")  # core.lifecycle SUSPICION
    ballots = models.PositiveIntegerField()
    evidence = models.JSONField()
    evidence_sha256 = models.CharField(max_length=64)
    run = models.BigIntegerField()  # Run.id
    found_at = models.BigIntegerField()
    outcome = models.CharField(max_length=4, blank=True, default="")  # void, keep: as proposed
    reason = models.CharField(max_length=16, blank=True, default="")  # core.votes.void
    note = models.TextField(blank=True, default="")
    last = models.JSONField(default=dict)
    by = models.UUIDField(null=True)
    at = models.BigIntegerField(null=True)
    second_by = models.UUIDField(null=True)
    decided_at = models.BigIntegerField(null=True)
    appeal_until = models.BigIntegerField(
        null=True
    )  # exclusive; of a void case null until all of it is in the log

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["poll", "number"], name="suspicion_number"),
            models.UniqueConstraint(
                fields=["poll", "day", "subject"], condition=Q(state="open"), name="suspicion_one_open"
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=models.F("by")), name="suspicion_two_persons"
            ),
        ]


class Suspect(models.Model):
    """One ballot of a case. A ballot stands in one case at most: whoever was looked at once is not looked at again."""

    suspicion = models.ForeignKey(Suspicion, on_delete=models.PROTECT, related_name="suspects")
    poll = models.IntegerField()
    writer = models.SmallIntegerField()
    batch = models.BigIntegerField()
    place = models.IntegerField()
    leaf = models.BinaryField()
    detectors = models.CharField(max_length=24)  # "D1 D6"
    restored = models.BooleanField(default=False)  # counts again, by an appeal
    pending = models.CharField(
        max_length=6, blank=True, default=""
    )  # void, unvoid: decided, not in the log yet

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["suspicion"], condition=~Q(pending=""), name="suspect_pending")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["poll", "writer", "batch", "place"], name="suspected_once")
        ]


class Appeal(models.Model):
    """An appeal against what was made void: of the whole case, or of the one ballot whose receipt came with it. No name is asked.
    `last`: the answer that was dropped last, {outcome, answer, why}, as with a case."""

    suspicion = models.ForeignKey(Suspicion, on_delete=models.PROTECT, related_name="appeals")
    code = models.CharField(max_length=16, unique=True)  # what the appellant keeps to read the answer
    suspect = models.ForeignKey(Suspect, on_delete=models.PROTECT, null=True, related_name="+")
    grounds = models.BinaryField()  # sealed
    state = models.CharField(max_length=10, default="waiting")  # core.lifecycle APPEAL
    made_at = models.BigIntegerField()
    outcome = models.CharField(max_length=6, blank=True, default="")  # uphold, reject
    answer = models.TextField(blank=True, default="")
    last = models.JSONField(default=dict)
    by = models.UUIDField(null=True)
    at = models.BigIntegerField(null=True)
    second_by = models.UUIDField(null=True)
    decided_at = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=models.F("by")), name="appeal_two_persons"
            )
        ]


class BrushingAct(models.Model):
    """One act about suspected ballots, in the transaction of what it did. The audit trail may lie in another database: `recorded` is
    the number of its record there, null until it is there."""

    poll = models.IntegerField()
    subject = models.CharField(max_length=64)  # run:7, suspicion:7, appeal:7
    action = models.CharField(max_length=32)
    by = models.CharField(max_length=64)
    at = models.BigIntegerField()
    detail = models.JSONField(default=dict)
    recorded = models.BigIntegerField(null=True)
