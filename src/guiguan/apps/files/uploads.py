"""Large files that come in parts: a part that was acknowledged is on the disk, and what breaks off goes on where it stood.

Parts are no act of anybody, so the audit trail names only the file that they become.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from guiguan.adapters.disk import sync
from guiguan.apps.files.keeping import work_folder
from guiguan.apps.files.models import File, Upload
from guiguan.apps.files.services import take_path
from guiguan.core.values.finding import Finding, InputError
from guiguan.documents.intake.verdict import refused

_log = logging.getLogger(__name__)

LARGEST_PART = 2 * 2**20
MOST_UNFINISHED = 20
MOST_MEGABYTES = 500
STALE = 2 * 86_400_000
"""Milliseconds after which an unfinished upload is given up."""


class WrongOffset(ValueError):
    """The part does not begin where the bytes that lie here end."""

    def __init__(self, received: int) -> None:
        super().__init__(f"{received} bytes are here")
        self.received = received


@transaction.atomic
def begin_upload(by: uuid.UUID, at: int, name: str, size: int, purpose: str, *, megabytes: int) -> Upload:
    """An empty upload of `size` bytes that may now come. InputError where the field or the person's allowance is too small."""
    if size <= 0:
        raise InputError(refused("empty").finding)
    if size > megabytes * 2**20:
        raise InputError(refused("too-large", f"{size / 2**20:.1f}", str(megabytes)).finding)
    sizes = [u.size for u in Upload.objects.select_for_update().filter(by=by, file=None)]
    if len(sizes) >= MOST_UNFINISHED or sum(sizes) + size > MOST_MEGABYTES * 2**20:
        raise InputError(
            Finding(
                "upload.too-many",
                f"您没有传完的文件太多（最多 {MOST_UNFINISHED} 个，共 {MOST_MEGABYTES} MB）。请先传完或取消其中一些；"
                "两天后会自动清除",
                f"you have too many unfinished uploads (at most {MOST_UNFINISHED}, together {MOST_MEGABYTES} MB); "
                "finish or cancel some, or wait two days",
            )
        )
    upload = Upload.objects.create(name=name[:255], size=size, by=by, at=at, purpose=purpose)
    place = _place(upload.pk)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    sync(place.parent)
    return upload


def add_part(upload_id: uuid.UUID, offset: int, part: bytes) -> int:
    """The part lies on the disk for good; how many bytes are there now. Raises WrongOffset, InputError, Upload.DoesNotExist."""
    with _alone(upload_id) as handle:
        upload = Upload.objects.get(pk=upload_id)
        if upload.file is not None or offset != upload.received:
            raise WrongOffset(upload.size if upload.file else upload.received)
        after = offset + len(part)
        if not part or len(part) > LARGEST_PART or after > upload.size:
            raise InputError(
                Finding(
                    "upload.part",
                    f"这一段有 {len(part)} 字节，应为 1 至 {min(LARGEST_PART, upload.size - offset)} 字节",
                    f"the part has {len(part)} bytes; wanted are 1 to {min(LARGEST_PART, upload.size - offset)}",
                )
            )
        left = memoryview(part)
        while left:
            written = os.pwrite(handle, left, after - len(left))
            left = left[written:]
        os.fsync(handle)
        # Only now may anybody hear of it: the row never tells of bytes that are not on the disk.
        Upload.objects.filter(pk=upload_id).update(received=after)
        return after


@contextmanager
def finishing(upload_id: uuid.UUID) -> Iterator[Upload]:
    """The upload, which nobody else adds to or finishes meanwhile: a second click waits and finds what the first did."""
    with _alone(upload_id):
        yield Upload.objects.get(pk=upload_id)


def take_upload(at: int, upload: Upload, **rule: Any) -> File:
    """The file that all parts together are; once taken, the same again. `rule`: as of `take_file`.

    Call it inside `finishing` and outside a transaction. Raises InputError where bytes are missing, or with the reason for
    refusing the file; a refused one is given up.
    """
    if upload.file is not None:
        return File.objects.get(pk=upload.file)
    if upload.received != upload.size:
        raise InputError(
            Finding(
                "upload.incomplete",
                f"文件还没有传完：收到 {upload.received} 字节，共 {upload.size} 字节。请继续上传",
                f"the upload is incomplete: {upload.received} of {upload.size} bytes are here; go on with it",
            )
        )
    place = _place(upload.pk)
    with work_folder() as work:
        given = work / "given"
        shutil.copyfile(place, given)  # the parts stay until the file is in the records
        try:
            file = take_path(upload.by, at, given, upload.name, work, upload=upload.pk, **rule)
        except InputError:
            Upload.objects.filter(pk=upload.pk).delete()
            place.unlink()
            raise
    upload.file = file.pk
    _emptied(place)
    return file


def cancel_upload(upload_id: uuid.UUID) -> None:
    """The upload and its bytes are gone. One that became a file stays as it is. Raises Upload.DoesNotExist."""
    with _alone(upload_id):
        if Upload.objects.filter(pk=upload_id, file=None).delete()[0]:
            _place(upload_id).unlink()


def remove_stale_uploads(at: int) -> int:
    """Uploads begun two days ago or earlier are gone, finished or not, and so is what a crash left lying; how many things."""
    stale = list(Upload.objects.filter(at__lte=at - STALE).values_list("pk", flat=True)[:200])
    for upload_id in stale:
        Upload.objects.filter(pk=upload_id).delete()
        _place(upload_id).unlink(missing_ok=True)
    return len(stale) + _remove_leftovers(at)


def _remove_leftovers(at: int) -> int:
    """Folders of checks that a crash cut short, and bytes without a row, are gone once they are two days old."""
    data = Path(settings.GUIGUAN_DATA)
    old = [
        path
        for folder in ("intake", "uploads")
        for path in (data / folder).glob("*")
        if path.lstat().st_mtime * 1000 <= at - STALE
    ]
    known = set(Upload.objects.values_list("pk", flat=True)) if old else set()
    left = [path for path in old if path.name not in {u.hex for u in known}]
    for path in left:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return len(left)


def _place(upload_id: uuid.UUID) -> Path:
    return Path(settings.GUIGUAN_DATA) / "uploads" / upload_id.hex


@contextmanager
def _alone(upload_id: uuid.UUID) -> Iterator[int]:
    """The upload's bytes, open for writing and locked against every other process and thread. Upload.DoesNotExist without them."""
    try:
        handle = os.open(_place(upload_id), os.O_RDWR)
    except FileNotFoundError as error:
        if Upload.objects.filter(pk=upload_id, received__gt=0, file=None).exists():
            _log.error(
                "upload %s: its earlier parts are not in this host's data folder; "
                "where several web hosts serve the site, the data folder must be shared by all of them",
                upload_id,
            )
        raise Upload.DoesNotExist(str(upload_id)) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _emptied(place: Path) -> None:
    # Not taken away: whoever waits for the lock must find that the upload is finished.
    os.truncate(place, 0)
