"""Formal review: what a screener found in one handing in, and what was decided."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries.models import Entry, Submission


class Screening(models.Model):
    """One decision about one submission: accept, return with all faults in one notice, or refuse with a reason code.

    Where the blueprint wants two persons it is first `proposed`, and `stands` or is `dropped` by the second one's word.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="screenings")
    stage = models.CharField(max_length=64)
    outcome = models.CharField(max_length=8)  # accept, return, refuse
    state = models.CharField(max_length=8, default="stands")  # proposed, stands, dropped
    checklist = models.JSONField()  # text of the point → yes, no, n/a
    faults = models.JSONField(default=list)  # [{field, text}]; field "" is the whole entry
    reason = models.CharField(max_length=64, blank=True)  # code of the blueprint
    note = models.TextField(blank=True)  # as the applicant reads it
    days = models.PositiveSmallIntegerField(null=True)  # for a return: working days
    days_chosen = models.BooleanField(default=False)  # by the screener, not by the blueprint
    until = models.BigIntegerField(null=True)  # for a return that stands: exclusive
    by = models.UUIDField()
    at = models.BigIntegerField()
    second_by = models.UUIDField(null=True)
    second_at = models.BigIntegerField(null=True)
    # of a dropped one: why the second person did not agree
    why = models.TextField(blank=True, default="", db_default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["stage", "outcome"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["submission", "stage"], condition=~Q(state="dropped"), name="screened_once"
            )
        ]


class Reading(models.Model):
    """Somebody has the entry open to review it: a courtesy to the others, no lock; half an hour later it says nothing."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "person"], name="reading_once")]


class AnswerReveal(models.Model):
    """That somebody opened a sealed answer, and why. The audit trail holds the digest of the reason."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=64)
    reason = models.TextField()
    by = models.UUIDField()
    at = models.BigIntegerField()


class ProgressTry(models.Model):
    """One try of the progress query, right or wrong, so that nobody can guess: by blind indexes, forgotten after a day.

    A table and not the cache: the cache throws entries out when it is full, which is what somebody who guesses would make it.
    """

    network = models.CharField(max_length=64)  # blind index of the address, IPv6 by its /64
    number = models.CharField(max_length=64)  # blind index of the number as typed
    at = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["network", "at"]),
            models.Index(fields=["number", "at"]),
            models.Index(fields=["at"]),
        ]
