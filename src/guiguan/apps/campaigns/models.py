"""Campaigns and the versions of their blueprints."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from guiguan.core.lifecycle.moves import CAMPAIGN


class Campaign(models.Model):
    """A campaign under way. Everything that its notice says is in the blueprint version that is in force."""

    slug = models.SlugField(max_length=64, primary_key=True)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=12, default=CAMPAIGN.first)
    in_force = models.ForeignKey("Version", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.BigIntegerField()
    opened_at = models.BigIntegerField(null=True)
    closed_at = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """One version of a campaign's blueprint, as uploaded. The version in force binds; a later one says what it changes (B3)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()  # YAML
    sha256 = models.CharField(max_length=64)
    by = models.UUIDField()
    at = models.BigIntegerField()
    in_force_at = models.BigIntegerField(null=True)
    proposed_by = models.UUIDField(null=True)  # the lead who asks a second person to agree
    proposed_at = models.BigIntegerField(null=True)
    second_by = models.UUIDField(null=True)  # who agreed, where a change after opening needs two
    note = models.TextField(blank=True)  # why, as the public reads it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "number"], name="version_number")
        ]


class Announcement(models.Model):
    """A public announcement of a campaign. `number` counts the campaign's announcements from 1: so the public record names it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="announcements")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField()
    by = models.UUIDField()
    at = models.BigIntegerField()
    withdrawn_at = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "number"], name="announcement_number_once")
        ]


class Question(models.Model):
    """A question about a campaign; public only together with its answer, and never with who asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField()
    by = models.UUIDField()
    at = models.BigIntegerField()
    answer = models.TextField(blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.BigIntegerField(null=True)
    public = models.BooleanField(default=False)


class Download(models.Model):
    """The file behind one of the blueprint's `documents`."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="downloads")
    document = models.CharField(max_length=64)  # id in the blueprint
    file = models.UUIDField()  # files.File

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "document"], name="download_once")
        ]


class FormTemplate(models.Model):
    """An organiser's own Word template of one of the blueprint's forms; it goes before the one that ships."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="form_templates")
    document = models.CharField(max_length=64)  # id in the blueprint
    file = models.UUIDField()  # files.File
    by = models.UUIDField()
    at = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "document"], name="form_template_once")
        ]
