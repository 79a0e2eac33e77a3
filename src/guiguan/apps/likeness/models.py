"""How alike entries are: by what each handing in is looked up, and the pairs that were found."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from guiguan.apps.entries.models import Entry, Submission


class TextPrint(models.Model):
    """That a declaration was compared. Its keys stand while it is the entry's newest one."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="text_print")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="text_prints")
    at = models.BigIntegerField()


class TextKey(models.Model):
    """One of the 32 band keys of an entry's text (core/entries/likeness/index): entries that share one may be alike."""

    print = models.ForeignKey(TextPrint, on_delete=models.CASCADE, related_name="keys")
    key = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key"])]


class PicturePrint(models.Model):
    """One picture of an entry's newest declaration. `bits` as a signed number; null where it is a plain surface or cannot be drawn."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="picture_prints")
    file = models.UUIDField()  # files.File
    bits = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "file"], name="picture_printed_once")
        ]


class Match(models.Model):
    """Two entries that are alike, in their texts or in one picture of each; dismissed by somebody with a reason, or open.

    `first` is the entry that was handed in first. Texts: `common` of `either` shingles. Pictures: `differing` of 64 bits.
    """

    first = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)  # text, picture
    common = models.PositiveIntegerField(null=True)
    either = models.PositiveIntegerField(null=True)
    first_file = models.UUIDField(null=True)
    second_file = models.UUIDField(null=True)
    differing = models.PositiveSmallIntegerField(null=True)
    at = models.BigIntegerField()
    dismissed_by = models.UUIDField(null=True)
    dismissed_at = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(first=F("second")), name="match_of_two"),
            models.UniqueConstraint(
                fields=["first", "second"], condition=Q(kind="text"), name="text_match_once"
            ),
            models.UniqueConstraint(
                fields=["first", "second", "first_file", "second_file"],
                condition=Q(kind="picture"),
                name="picture_match_once",
            ),
        ]
