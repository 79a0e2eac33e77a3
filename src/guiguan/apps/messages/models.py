"""Messages on their way to people, the organisers' own wording of them, and when the worker last did each duty."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q


class Wording(models.Model):
    """A campaign's own text for one message; the shipped text holds where there is none."""

    campaign = models.CharField(max_length=64)
    template = models.CharField(max_length=40)
    channel = models.CharField(max_length=8)  # sms, mail, site
    language = models.CharField(max_length=7, default="zh-hans")
    subject = models.CharField(max_length=120, blank=True)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "template", "channel", "language"], name="one_wording"
            )
        ]


class Message(models.Model):
    """One message to one person by one channel. `once` names the occasion: the same occasion never makes two by one channel."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    once = models.CharField(max_length=200)
    person = models.UUIDField(null=True)  # accounts.Person, or none for a bare phone
    channel = models.CharField(max_length=8)  # sms, mail, site
    campaign = models.CharField(max_length=64, blank=True)
    template = models.CharField(max_length=40)
    to = models.BinaryField(default=b"")  # sealed, message.to
    subject = models.BinaryField(default=b"")  # sealed, message.subject
    subject_en = models.BinaryField(default=b"")  # sealed, message.subject; in-site messages alone
    text = models.BinaryField()  # sealed, message.text
    text_en = models.BinaryField(default=b"")  # sealed, message.text; in-site messages alone
    link = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(default=False)  # no quiet hours
    state = models.CharField(max_length=12, default="waiting")  # of apps/messages/queries.py
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.BigIntegerField()
    made_at = models.BigIntegerField()
    began_at = models.BigIntegerField(null=True)  # of the latest try
    sent_at = models.BigIntegerField(null=True)
    read_at = models.BigIntegerField(null=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["once", "channel"], name="message_once")]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="message_due"),
            models.Index(fields=["began_at"], condition=Q(state="sending"), name="message_sending"),
            models.Index(fields=["person", "channel", "-made_at"]),
            models.Index(fields=["campaign", "-made_at"]),
        ]


class DutyRun(models.Model):
    """When the worker last did a duty, for those who watch over the site. One row for each duty, nothing of what it was about."""

    name = models.CharField(max_length=64, primary_key=True)
    at = models.BigIntegerField()
    done = models.PositiveBigIntegerField(default=0)  # things done since the first round
    failed_at = models.BigIntegerField(null=True)
    fault = models.CharField(max_length=80, blank=True)  # the kind of error alone; the log has the rest
