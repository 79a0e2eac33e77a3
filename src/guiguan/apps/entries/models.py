"""Entries: what applicants declare, field by field, and every version that they handed in."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from guiguan.apps.accounts.models import Organisation
from guiguan.apps.campaigns.models import Campaign
from guiguan.core.lifecycle.moves import ENTRY


class Entry(models.Model):
    """One entry of one unit. `revision` counts the changes to its answers; `number` is given at the first handing in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="entries")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="entries")
    number = models.CharField(max_length=40, null=True)  # public, as on the receipt
    state = models.CharField(max_length=16, default=ENTRY.first)
    title = models.CharField(max_length=300, blank=True)  # the answer to the title field, for lists
    category = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=6, blank=True)  # GB/T 2260, of the answer or the unit
    revision = models.PositiveBigIntegerField(default=0)
    reminded = models.BooleanField(default=False)  # the reminder of confidentiality was accepted
    made_by = models.UUIDField()
    made_at = models.BigIntegerField()
    preregistered_at = models.BigIntegerField(null=True)
    submitted_at = models.BigIntegerField(null=True)  # the first handing in: what quotas and lists go by
    correct_until = models.BigIntegerField(null=True)  # exclusive; set while returned for correction
    withdrawn_at = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "number"], condition=Q(number__isnull=False), name="entry_number"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "state", "submitted_at"]),
            models.Index(fields=["organisation", "campaign"]),
        ]


class Answer(models.Model):
    """What stands in one field. `revision` is the entry's at the change: who saves must name the one that they saw."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="answers")
    field = models.CharField(max_length=64)
    value = models.JSONField()  # text, list of texts, or rows of texts
    revision = models.PositiveBigIntegerField()
    by = models.UUIDField()
    at = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "field"], name="answer_once")]


class Attachment(models.Model):
    """A file in an upload field of an entry."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="attachments")
    field = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField()
    file = models.UUIDField()  # files.File
    revision = models.PositiveBigIntegerField()
    by = models.UUIDField()
    at = models.BigIntegerField()
    removed_at = models.BigIntegerField(null=True)


class Submission(models.Model):
    """One handing in, kept whole: what was declared, when and by whom; never changed."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()  # 1, 2, … within the entry
    kind = models.CharField(max_length=12)  # registration, declaration
    blueprint = models.PositiveIntegerField()  # number of the version in force
    answers = models.JSONField()  # field → value
    attachments = models.JSONField()  # field → [{file, name, sha256, size}]
    sha256 = models.CharField(max_length=64)  # of the canonical bytes of both
    by = models.UUIDField()
    at = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "number"], name="submission_number")
        ]


class PaperCopy(models.Model):
    """What of an entry's paper copies was sent and what arrived (D8)."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="papers")
    stage = models.CharField(max_length=64)  # the blueprint's paper stage
    sent_at = models.BigIntegerField(null=True)
    carrier = models.CharField(max_length=80, blank=True)  # 快递单号 and company
    arrived_at = models.BigIntegerField(null=True)
    copies = models.PositiveSmallIntegerField(null=True)
    missing = models.TextField(blank=True)
    by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "stage"], name="paper_once")]


class PaperReading(models.Model):
    """What a Word form or a scan of this entry says, read once: a file does not change. Everything that was read lies sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="paper_readings")
    document = models.CharField(max_length=64)  # id in the blueprint
    blueprint = models.PositiveIntegerField()  # number of the version by which it was read
    kind = models.CharField(max_length=8)  # word, words (of a PDF)
    file = models.UUIDField()  # files.File
    said = models.BinaryField()  # sealed JSON: field → state, value, why, texts; of a PDF its pages
    by = models.UUIDField()
    at = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry", "document", "file", "blueprint"], name="paper_reading_once"
            )
        ]
