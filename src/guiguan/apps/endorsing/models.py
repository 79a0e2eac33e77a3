"""Bodies that endorse: who acts for them, what they say of an entry, and the lists that they collect and hand up."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.entries.models import Entry
from guiguan.core.lifecycle.moves import COLLECTION, ENDORSEMENT


class Body(models.Model):
    """A body that endorses in one campaign. `parent` is the one to which it hands its lists; without one it hands them to the host."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="bodies")
    name = models.CharField(max_length=120)  # as entries name it
    kind = models.CharField(max_length=200)  # of the blueprint's list of endorsers
    region = models.CharField(max_length=6, blank=True)  # GB/T 2260, of a city or county
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="below")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.UUIDField()
    at = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["campaign", "name"], name="body_once")]


class Seat(models.Model):
    """A person acts for a body; ended, never deleted. Holding the role of an endorser in the campaign is asked besides."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.BigIntegerField()
    ended_at = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "person"], condition=Q(ended_at__isnull=True), name="seat_once"
            )
        ]


class Endorsement(models.Model):
    """What one body says of one entry. Its state moves as `core/lifecycle` ENDORSEMENT says."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="endorsements")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="endorsements")
    kind = models.CharField(max_length=64)  # of the blueprint's kinds of opinion
    state = models.CharField(max_length=16, default=ENDORSEMENT.first)
    opinion = models.TextField(blank=True)  # the opinion, or why it declines
    seal = models.UUIDField(null=True)  # files.File
    on_paper = models.BooleanField(default=False)  # `by` is the staff that noted it, and `seal` its scan
    submission = models.PositiveIntegerField(null=True)  # number of the handing in that it was given about
    asked_by = models.UUIDField(null=True)
    asked_at = models.BigIntegerField(null=True)
    by = models.UUIDField(null=True)
    at = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "body", "kind"], name="endorsement_once"),
            models.CheckConstraint(
                condition=Q(on_paper=False) | Q(seal__isnull=False), name="paper_has_its_scan"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["body", "state"])]


class Collection(models.Model):
    """A list that a body collects and hands up. Its state moves as `core/lifecycle` COLLECTION says."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="collections")
    number = models.PositiveIntegerField()  # 1, 2, … of the body
    state = models.CharField(max_length=16, default=COLLECTION.first)
    opinion = models.TextField(blank=True)
    seal = models.UUIDField(null=True)  # files.File
    returned_reason = models.TextField(blank=True)
    collected_in = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    by = models.UUIDField()
    at = models.BigIntegerField()
    handed_by = models.UUIDField(null=True)
    handed_at = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["body", "number"], name="collection_number"),
            models.UniqueConstraint(fields=["body"], condition=Q(state="draft"), name="one_draft_collection"),
        ]


class Collected(models.Model):
    """An entry on a collected list, with the opinion on it where there is one of its own."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="rows")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="collected")
    place = models.PositiveIntegerField()
    opinion = models.TextField(blank=True)
    part = models.ForeignKey(Collection, null=True, on_delete=models.PROTECT, related_name="+")  # came by

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "entry"], name="collected_once")
        ]
