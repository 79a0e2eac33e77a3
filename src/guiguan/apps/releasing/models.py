"""Lists that are released in batches: made, checked by a second person, published for good, corrected in public alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.entries.models import Entry
from guiguan.core.lifecycle.moves import RELEASE


class Release(models.Model):
    """One batch. `number` is given when it is published and never again; its state moves as `core/lifecycle` RELEASE says."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="releases")
    stage = models.CharField(max_length=64)  # the blueprint's release
    period = models.CharField(max_length=8)  # 2025-H1
    number = models.PositiveIntegerField(null=True)  # 1, 2, … of the campaign
    state = models.CharField(max_length=16, default=RELEASE.first)
    document = models.CharField(max_length=80, blank=True)  # number of the document by which it is released
    returned_reason = models.TextField(blank=True)
    by = models.UUIDField()
    at = models.BigIntegerField()
    proposed_by = models.UUIDField(null=True)
    proposed_at = models.BigIntegerField(null=True)
    published_by = models.UUIDField(null=True)
    published_at = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "number"], condition=Q(number__isnull=False), name="release_number"
            ),
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(state__in=["draft", "proposed"]),
                name="one_release_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="published", number__isnull=False)
                | (~Q(state="published") & Q(number__isnull=True)),
                name="published_has_number",
            ),
        ]


class Released(models.Model):
    """An entry in a batch: what the review found, and what the public reads of it. Taken out it leaves its place behind."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="rows")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="released")
    place = models.PositiveIntegerField()
    reason = models.TextField()
    public = models.JSONField(default=list)  # [{field, label, text}] as published
    withdrawn_at = models.BigIntegerField(null=True)  # by a correction

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(withdrawn_at__isnull=True), name="released_once"
            ),
            models.UniqueConstraint(fields=["release", "entry"], name="in_release_once"),
        ]


class ReleaseCorrection(models.Model):
    """A change of what was published: proposed by one person, made by another's word, read by the public with its reason."""

    row = models.ForeignKey(Released, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=64, blank=True)  # of `public`; "" takes the entry out
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField()
    state = models.CharField(max_length=8, default="proposed")  # proposed, stands, dropped
    by = models.UUIDField()
    at = models.BigIntegerField()
    second_by = models.UUIDField(null=True)
    second_at = models.BigIntegerField(null=True)
    # of a dropped one: why the second person did not agree; not public
    why = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["row"], condition=Q(state="proposed"), name="one_correction_at_a_time"
            )
        ]
