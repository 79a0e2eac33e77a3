"""Files that people handed in and that passed the check of their content."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class File(models.Model):
    """One accepted file. What is stored is what the check let through: a picture is the re-encoded one, without EXIF."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=255)  # as shown; cleaned, never used as a path
    kind = models.CharField(max_length=8)  # jpg, png, pdf, docx, xlsx
    size = models.PositiveBigIntegerField()  # bytes, as stored
    sha256 = models.CharField(max_length=64)  # of the bytes as stored
    original_sha256 = models.CharField(max_length=64)  # of the bytes as handed in
    width = models.PositiveIntegerField(null=True)  # pixels, pictures only
    height = models.PositiveIntegerField(null=True)
    stored = models.CharField(max_length=100, unique=True)  # name in the storage
    by = models.UUIDField()  # the person
    at = models.BigIntegerField()


class Upload(models.Model):
    """A file on its way: bytes come in parts and may go on after a break. Only who began it may add to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()  # bytes announced
    received = models.PositiveBigIntegerField(default=0)  # bytes that lie on the disk for good
    by = models.UUIDField()
    at = models.BigIntegerField()  # when it was begun
    purpose = models.CharField(max_length=160)  # what it is for, e.g. entry:ID:field
    file = models.UUIDField(null=True)  # the File that it became; null while it is unfinished

    class Meta:
        indexes: ClassVar = [models.Index(fields=["by"]), models.Index(fields=["at"])]
