"""One public vote of a campaign: whether it takes ballots, and by which rule."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Poll(models.Model):
    """A ballots stage of a campaign. The ballot box reads `state` and `version` again in every transaction that stores ballots,
    under a lock that a change of this row waits for: after the change is committed, nothing lands by the old row."""

    id = models.AutoField(primary_key=True)
    campaign = models.CharField(max_length=64)  # slug
    stage = models.CharField(max_length=32)  # id in the blueprint
    state = models.CharField(max_length=12, default="draft")  # draft → open ⇄ paused → closed
    version = models.PositiveIntegerField(default=1)  # grows with every change of state or document
    document = models.TextField()  # core.votes.document.poll_text
    opened_at = models.BigIntegerField(null=True)
    closed_at = models.BigIntegerField(null=True)
    paused_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["campaign", "stage"], name="poll_once")]

    @property
    def known_by(self) -> tuple[object, ...]:
        """Another for every change of state or document: under it may be kept what was made of them."""
        return self.pk, self.version
