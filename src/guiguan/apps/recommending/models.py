"""Lists of the entries that go on at a selection: one for each group, such as a province, made by the people who answer for it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.entries.models import Entry
from guiguan.core.lifecycle.moves import RECOMMENDATION


class Recommendation(models.Model):
    """The list of one group at one selection. Its state moves as `core/lifecycle` RECOMMENDATION says."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="recommendations")
    stage = models.CharField(max_length=64)  # the blueprint's selection
    group = models.CharField(max_length=200)  # a province's code, other groups joined by "/", "" for all
    state = models.CharField(max_length=16, default=RECOMMENDATION.first)
    handed_by = models.UUIDField(null=True)
    handed_at = models.BigIntegerField(null=True)
    declared = models.PositiveIntegerField(null=True)  # what the quota was taken of, when it was handed up
    seats = models.PositiveIntegerField(null=True)
    returned_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "stage", "group"], name="recommendation_once")
        ]


class Recommended(models.Model):
    """An entry on a list, with what the review found and its place from 1 on."""

    list = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="rows")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="recommended")
    place = models.PositiveIntegerField()
    reason = models.TextField()
    by = models.UUIDField()
    at = models.BigIntegerField()
    second_by = models.UUIDField(null=True)  # where a late change put it here

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["list", "entry"], name="recommended_once")]


class LateChange(models.Model):
    """What a list that was handed up shall become: it stands by a second person's word, or is dropped."""

    list = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="changes")
    before = models.JSONField()  # numbers of the entries in order
    after = models.JSONField()  # [{entry, reason}] in order
    reason = models.TextField()
    state = models.CharField(max_length=8, default="proposed")  # proposed, stands, dropped
    by = models.UUIDField()
    at = models.BigIntegerField()
    second_by = models.UUIDField(null=True)
    second_at = models.BigIntegerField(null=True)
    # of a dropped one: why the second person did not agree
    why = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["list"], condition=Q(state="proposed"), name="one_late_change_at_a_time"
            )
        ]
