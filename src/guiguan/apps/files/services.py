"""Takes files that people hand in: what the check of their content let through is kept, nothing else."""

from __future__ import annotations

import uuid
from hashlib import file_digest
from pathlib import Path
from typing import Literal, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from guiguan.apps.audit.services import record
from guiguan.apps.files.keeping import keep, work_folder
from guiguan.apps.files.models import File, Upload
from guiguan.core.values.finding import InputError
from guiguan.documents.intake.check import check_upload
from guiguan.documents.intake.verdict import Accepted, Kind, Refused


def take_file(
    by: uuid.UUID,
    at: int,
    uploaded: UploadedFile[bytes],
    *,
    formats: tuple[str, ...],
    megabytes: int,
    pixels: str | None = None,
    pixels_are: Literal["exact", "minimum"] = "exact",
) -> File:
    """The file is kept as its check let it through. `by`: the person's id. Raises InputError with the reason for refusing it.

    Call it outside a transaction: the check may take seconds, and nobody else shall wait for it.
    """
    with work_folder() as work:
        given = work / "given"
        with given.open("wb") as copy:
            for part in uploaded.chunks():
                copy.write(part)
        return take_path(
            by,
            at,
            given,
            uploaded.name or "",
            work,
            formats=formats,
            megabytes=megabytes,
            pixels=pixels,
            pixels_are=pixels_are,
        )


def take_path(
    by: uuid.UUID,
    at: int,
    given: Path,
    name: str,
    work: Path,
    *,
    formats: tuple[str, ...],
    megabytes: int,
    pixels: str | None = None,
    pixels_are: Literal["exact", "minimum"] = "exact",
    upload: uuid.UUID | None = None,
) -> File:
    """As `take_file`, of a file in the folder `work`, which may be gone afterwards. `upload`: the Upload that it came by, now finished."""
    with given.open("rb") as content:
        original = file_digest(content, "sha256").hexdigest()
    verdict = check_upload(
        given,
        name,
        formats=cast(tuple[Kind, ...], formats),
        megabytes=megabytes,
        pixels=pixels,
        pixels_are=pixels_are,
        work=work,
    )
    if isinstance(verdict, Refused):
        raise InputError(verdict.finding)
    stored = keep(verdict.replaced_by or given, f"{uuid.uuid4().hex}.{verdict.kind}")
    return _record(by, at, verdict, original, stored, upload)


@transaction.atomic
def _record(
    by: uuid.UUID, at: int, accepted: Accepted, original: str, stored: str, upload: uuid.UUID | None
) -> File:
    file = File.objects.create(
        name=accepted.name,
        kind=accepted.kind,
        size=accepted.size,
        sha256=accepted.sha256,
        original_sha256=original,
        width=accepted.width,
        height=accepted.height,
        stored=stored,
        by=by,
        at=at,
    )
    if upload is not None:
        Upload.objects.filter(pk=upload).update(file=file.pk)
    record(str(by), at, "file.take", f"file:{file.pk}", sha256=file.sha256)
    return file
