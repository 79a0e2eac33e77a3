"""The same on an S3-compatible store: taken, previewed, sent, and nothing of it left on the disk."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]  # it has no types
import pytest
from apps.files.conftest import FREE, MADE, pdf_of, picture_of
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from moto import mock_aws

from guiguan.apps.files import uploads
from guiguan.apps.files.previews import preview_of
from guiguan.apps.files.services import take_file
from guiguan.conf.storages import storages
from guiguan.web.applicant.files_sent import send

WHO = uuid.UUID(int=7)
pytestmark = [
    pytest.mark.django_db,
    # botocore itself still asks the clock in the way that Python has deprecated
    pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def bucket(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="guiguan-files")
        settings.GUIGUAN_DATA = tmp_path
        settings.STORAGES = storages("s3://guiguan-files?region=us-east-1", tmp_path)
        yield boto3.resource("s3", region_name="us-east-1").Bucket("guiguan-files")


def body(response: Any) -> bytes:
    try:
        return b"".join(response.streaming_content)
    finally:
        response.close()


def test_a_file_and_its_preview_lie_in_the_bucket_and_come_back(bucket: Any, tmp_path: Path) -> None:
    file = take_file(WHO, MADE, SimpleUploadedFile("图.jpg", picture_of()), **FREE)
    stored = preview_of(file)
    assert stored == preview_of(file)
    assert {o.key for o in bucket.objects.all()} == {file.stored, stored}
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    with default_storage.open(file.stored) as content:
        whole = content.read()
    sent = send(file.stored, file.kind, name=file.name)
    assert body(sent) == whole
    assert sent.headers["Content-Length"] == str(file.size)
    assert body(send(str(stored), "jpg")).startswith(b"\xff\xd8\xff")


def test_parts_become_a_file_in_the_bucket(bucket: Any) -> None:
    content = pdf_of()
    upload = uploads.begin_upload(WHO, MADE, "件.pdf", len(content), "", megabytes=20)
    uploads.add_part(upload.pk, 0, content[:100])
    uploads.add_part(upload.pk, 100, content[100:])
    with uploads.finishing(upload.pk) as held:
        file = uploads.take_upload(MADE, held, **FREE)
    assert bucket.Object(file.stored).get()["Body"].read() == content


def test_what_is_gone_from_the_bucket_is_not_found() -> None:
    with pytest.raises(Http404):
        send("gone.pdf", "pdf", name="件.pdf")
