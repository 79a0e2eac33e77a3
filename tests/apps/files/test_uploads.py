"""Files in parts: each byte once, only from where the last ended, and never more than was allowed."""

from __future__ import annotations

import hashlib
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from apps.files.conftest import FREE, MADE, pdf_of, picture_of
from django.db import connection

from guiguan.apps.audit.models import Record
from guiguan.apps.files import uploads
from guiguan.apps.files.models import File, Upload
from guiguan.core.values.finding import InputError

WHO = uuid.UUID(int=7)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]


def begun(size: int, name: str = "图.jpg", at: int = MADE, by: uuid.UUID = WHO) -> Upload:
    return uploads.begin_upload(by, at, name, size, "entry:x:y", megabytes=20)


def sent(content: bytes, name: str = "图.jpg") -> Upload:
    """An upload whose bytes all came, in parts of 1000."""
    upload = begun(len(content), name)
    for start in range(0, len(content), 1000):
        uploads.add_part(upload.pk, start, content[start : start + 1000])
    upload.refresh_from_db()
    return upload


def rules(error: InputError) -> list[str]:
    return [f.rule for f in error.findings]


def test_the_parts_become_the_file_and_the_trail_tells_of_it(data: Path) -> None:
    content = pdf_of(3)
    upload = sent(content, "材料.pdf")
    with uploads.finishing(upload.pk) as held:
        file = uploads.take_upload(MADE, held, **FREE)
    assert (file.name, file.kind, file.size) == ("材料.pdf", "pdf", len(content))
    assert file.sha256 == file.original_sha256 == hashlib.sha256(content).hexdigest()
    assert (data / "files" / file.stored).read_bytes() == content
    assert Upload.objects.get(pk=upload.pk).file == file.pk
    assert Record.objects.get(action="file.take").subject == f"file:{file.pk}"
    assert list((data / "intake").iterdir()) == []


def test_taking_it_twice_gives_the_same_file() -> None:
    upload = sent(picture_of())
    taken = []
    for _ in range(2):
        with uploads.finishing(upload.pk) as held:
            taken.append(uploads.take_upload(MADE, held, **FREE).pk)
    assert taken[0] == taken[1]
    assert File.objects.count() == Record.objects.count() == 1


def test_a_part_twice_and_a_gap_are_refused_with_what_is_here(data: Path) -> None:
    upload = begun(10)
    assert uploads.add_part(upload.pk, 0, b"abcd") == 4
    for offset in (0, 3, 5, 10, -1):
        with pytest.raises(uploads.WrongOffset) as wrong:
            uploads.add_part(upload.pk, offset, b"XYZ")
        assert wrong.value.received == 4
    assert (data / "uploads" / upload.pk.hex).read_bytes() == b"abcd"
    assert uploads.add_part(upload.pk, 4, b"efghij") == 10


@pytest.mark.parametrize("part", [b"", b"x" * 11, b"x" * (uploads.LARGEST_PART + 1)])
def test_an_empty_part_and_one_beyond_the_end_are_refused(part: bytes) -> None:
    upload = begun(10)
    with pytest.raises(InputError) as error:
        uploads.add_part(upload.pk, 0, part)
    assert rules(error.value) == ["upload.part"]
    assert Upload.objects.get(pk=upload.pk).received == 0


def test_after_its_end_nothing_can_be_added() -> None:
    upload = sent(picture_of())
    with uploads.finishing(upload.pk) as held:
        uploads.take_upload(MADE, held, **FREE)
    with pytest.raises(uploads.WrongOffset) as wrong:
        uploads.add_part(upload.pk, 0, b"x")
    assert wrong.value.received == upload.size


def test_bytes_that_lack_are_not_made_up() -> None:
    upload = begun(10)
    uploads.add_part(upload.pk, 0, b"abc")
    with uploads.finishing(upload.pk) as held, pytest.raises(InputError) as error:
        uploads.take_upload(MADE, held, **FREE)
    assert rules(error.value) == ["upload.incomplete"]
    assert uploads.add_part(upload.pk, 3, b"defghij") == 10
    assert not File.objects.exists()


def test_a_refused_file_is_given_up_with_its_reason(data: Path) -> None:
    upload = sent(b"MZ" + bytes(3000), "图.jpg")
    with uploads.finishing(upload.pk) as held, pytest.raises(InputError) as error:
        uploads.take_upload(MADE, held, **FREE)
    assert rules(error.value) == ["upload.type"]
    assert not Upload.objects.exists()
    assert not File.objects.exists()
    assert list((data / "uploads").iterdir()) == []
    assert not (data / "files").exists()


@pytest.mark.parametrize(
    ("size", "rule", "words"),
    [
        (0, "upload.empty", "文件是空的（0 字节）。请确认文件内容后重新上传。"),
        (
            20 * 2**20 + 200_000,
            "upload.too-large",
            "文件有 20.2 MB，超过 20 MB。请压缩图片或分成几个文件后再上传。",
        ),
    ],
)
def test_a_size_that_the_field_does_not_take_is_refused_before_the_first_byte(
    size: int, rule: str, words: str
) -> None:
    with pytest.raises(InputError) as error:
        begun(size)
    (finding,) = error.value.findings
    assert (finding.rule, finding.zh) == (rule, words)
    assert not Upload.objects.exists()


def test_the_limit_itself_is_taken() -> None:
    assert begun(20 * 2**20).size == 20 * 2**20


def test_no_more_than_twenty_unfinished_and_another_persons_do_not_count() -> None:
    for _ in range(uploads.MOST_UNFINISHED):
        begun(1)
    with pytest.raises(InputError) as error:
        begun(1)
    assert rules(error.value) == ["upload.too-many"]
    assert begun(1, by=uuid.UUID(int=8))
    uploads.cancel_upload(Upload.objects.filter(by=WHO)[0].pk)
    assert begun(1)


def test_no_more_than_500_megabytes_unfinished() -> None:
    for _ in range(5):
        uploads.begin_upload(WHO, MADE, "大.pdf", 100 * 2**20, "", megabytes=100)
    with pytest.raises(InputError) as error:
        begun(1)
    assert rules(error.value) == ["upload.too-many"]


def test_finished_ones_take_up_no_allowance() -> None:
    upload = sent(picture_of())
    with uploads.finishing(upload.pk) as held:
        uploads.take_upload(MADE, held, **FREE)
    for _ in range(uploads.MOST_UNFINISHED):
        begun(1)


def test_what_was_cancelled_is_gone(data: Path) -> None:
    upload = begun(4)
    uploads.add_part(upload.pk, 0, b"ab")
    uploads.cancel_upload(upload.pk)
    assert list((data / "uploads").iterdir()) == []
    with pytest.raises(Upload.DoesNotExist):
        uploads.add_part(upload.pk, 2, b"cd")
    with pytest.raises(Upload.DoesNotExist):
        uploads.cancel_upload(upload.pk)


def test_cancelling_what_is_finished_loses_nothing(data: Path) -> None:
    upload = sent(picture_of())
    with uploads.finishing(upload.pk) as held:
        file = uploads.take_upload(MADE, held, **FREE)
    uploads.cancel_upload(upload.pk)
    assert File.objects.get() == file
    assert (data / "files" / file.stored).stat().st_size == file.size


def test_after_two_days_uploads_are_removed_and_younger_ones_stay(data: Path) -> None:
    old = begun(4, at=MADE)
    young = begun(4, at=MADE + 1)
    assert uploads.remove_stale_uploads(MADE + uploads.STALE - 1) == 0
    assert uploads.remove_stale_uploads(MADE + uploads.STALE) == 1
    assert [u.pk for u in Upload.objects.all()] == [young.pk]
    assert [p.name for p in (data / "uploads").iterdir()] == [young.pk.hex]
    assert old.pk != young.pk


def test_what_a_crash_left_lying_is_removed_after_two_days(data: Path) -> None:
    upload = begun(4, at=MADE + uploads.STALE)
    left = [data / "intake" / "tmpabc" / "given", data / "uploads" / uuid.uuid4().hex]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        os.utime(path, (MADE / 1000, MADE / 1000))
    os.utime(data / "intake" / "tmpabc", (MADE / 1000, MADE / 1000))
    os.utime(data / "uploads" / upload.pk.hex, (MADE / 1000, MADE / 1000))
    assert uploads.remove_stale_uploads(MADE + uploads.STALE - 1) == 0
    assert uploads.remove_stale_uploads(MADE + uploads.STALE) == 2
    assert list((data / "intake").iterdir()) == []
    assert [p.name for p in (data / "uploads").iterdir()] == [upload.pk.hex]


@pytest.mark.django_db(transaction=True)
def test_of_the_same_part_sent_ten_times_at_once_one_is_kept(data: Path) -> None:
    upload = begun(2000)

    def add(letter: bytes) -> tuple[bytes, int | None]:
        try:
            return letter, uploads.add_part(upload.pk, 0, letter * 1000)
        except uploads.WrongOffset:
            return letter, None
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        told = list(pool.map(add, [bytes([65 + n]) for n in range(10)]))
    kept = [letter for letter, received in told if received == 1000]
    assert len(kept) == 1
    assert (data / "uploads" / upload.pk.hex).read_bytes() == kept[0] * 1000


@pytest.mark.django_db(transaction=True)
def test_finished_twice_at_once_it_becomes_one_file() -> None:
    upload = sent(picture_of())

    def finish(_: int) -> uuid.UUID:
        try:
            with uploads.finishing(upload.pk) as held:
                return uploads.take_upload(MADE, held, **FREE).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(finish, range(4)))) == 1
    assert File.objects.count() == 1


def test_parts_that_lie_on_another_host_are_told_to_whoever_runs_the_site(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    upload = uploads.begin_upload(uuid.uuid4(), MADE, "a.pdf", 10, "x", megabytes=20)
    uploads.add_part(upload.pk, 0, b"12345")
    (data / "uploads" / upload.pk.hex).unlink()  # as seen from a host with a data folder of its own
    with pytest.raises(Upload.DoesNotExist):
        uploads.add_part(upload.pk, 5, b"67890")
    assert "the data folder must be shared by all of them" in caplog.text
    caplog.clear()
    with pytest.raises(Upload.DoesNotExist):
        uploads.add_part(uuid.uuid4(), 0, b"1")  # one that never was is nobody's mistake
    assert caplog.text == ""
