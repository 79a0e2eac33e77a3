"""Files on the form page without its script: put in, ordered, taken out; and the number of queries that it takes."""

from __future__ import annotations

import re

import pytest
from apps.entries.conftest import NOON, Scene
from apps.files.conftest import pdf_of, picture_of
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from web.files.conftest import Browser, put, take

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.models import Record
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Attachment, Entry
from guiguan.apps.files.models import File
from guiguan.core.values.finding import InputError


def names(entry: Entry, field: str) -> list[str]:
    """What stands in the field, in order."""
    rows = entry.attachments.filter(field=field, removed_at=None).order_by("position", "at")
    return [File.objects.get(pk=a.file).name for a in rows]


def jpg(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture_of())


def test_each_file_goes_to_the_field_where_it_was_chosen(
    entry: Entry, scene: Scene, as_person: Browser
) -> None:
    answer = as_person(scene.author).post(
        f"/entries/{entry.pk}/files/pictures",
        {
            "pictures~file": [jpg("甲.jpg"), jpg("乙.jpg")],
            "scan~file": SimpleUploadedFile("件.pdf", pdf_of()),
        },
    )
    assert answer.headers["Location"] == f"/entries/{entry.pk}/form/1/#pictures"
    assert names(entry, "pictures") == ["甲.jpg", "乙.jpg"]
    assert names(entry, "scan") == ["件.pdf"]


def test_a_refused_file_keeps_no_other_from_being_taken(
    entry: Entry, scene: Scene, as_person: Browser
) -> None:
    browser = as_person(scene.author)
    small = SimpleUploadedFile("小.jpg", picture_of(640, 480))
    page = browser.post(
        f"/entries/{entry.pk}/files/pictures", {"pictures~file": [small, jpg("好.jpg")]}, follow=True
    )
    assert names(entry, "pictures") == ["好.jpg"]
    assert (
        "小.jpg：图片是 640×480 像素，要求恰好 800×600 像素。请裁剪或缩放后再上传。" in page.content.decode()
    )


@pytest.mark.parametrize(
    ("moved", "to", "after"),
    [
        ("丙", 1, "丙甲乙"),
        ("甲", 2, "乙甲丙"),
        ("甲", 3, "乙丙甲"),
        ("乙", 0, "乙甲丙"),
        ("甲", 99, "乙丙甲"),
    ],
)
def test_files_are_put_in_another_order(
    entry: Entry, scene: Scene, as_person: Browser, moved: str, to: int, after: str
) -> None:
    rows = {n: put(entry, scene.author, name=f"{n}.jpg") for n in "甲乙丙"}
    address = f"/entries/{entry.pk}/attachments/{rows[moved].pk}/move?to={to}"
    assert as_person(scene.teammate).post(address).status_code == 302
    assert names(entry, "pictures") == [f"{n}.jpg" for n in after]
    assert Record.objects.filter(action="entry.order", by=str(scene.teammate.pk)).count() == 1


@pytest.mark.parametrize("to", ["", "x", "-1", "²", "99999"])
def test_a_place_that_is_none_moves_nothing(entry: Entry, scene: Scene, as_person: Browser, to: str) -> None:
    row = put(entry, scene.author)
    answer = as_person(scene.author).post(
        f"/entries/{entry.pk}/attachments/{row.pk}/move?to={to}", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"] == ["没有写明移到第几个，请用“上移”“下移”按钮"]
    assert not Record.objects.filter(action="entry.order").exists()


def test_only_those_who_may_write_the_entry_change_its_files(
    entry: Entry, scene: Scene, as_person: Browser, everybody: dict[str, Person | None]
) -> None:
    row = put(entry, scene.author)
    addresses = [
        f"/entries/{entry.pk}/files/pictures",
        f"/entries/{entry.pk}/attachments/{row.pk}/move?to=1",
        f"/entries/{entry.pk}/attachments/{row.pk}/remove",
    ]
    for name, who in everybody.items():
        if name in ("author", "teammate"):
            continue
        for address in addresses:
            wanted = 302 if who is None else 404
            assert as_person(who).post(address).status_code == wanted, (name, address)
    assert names(entry, "pictures") == ["图.jpg"]


def test_another_entrys_file_is_not_moved_or_removed(entry: Entry, scene: Scene, as_person: Browser) -> None:
    other = scene.draft(scene.stranger, scene.other_unit)
    row = put(other, scene.stranger)
    for act in ("move?to=1", "remove"):
        answer = as_person(scene.author).post(f"/entries/{entry.pk}/attachments/{row.pk}/{act}")
        assert answer.status_code == 404
    assert names(other, "pictures") == ["图.jpg"]


def test_after_handing_in_nothing_moves(entry: Entry, scene: Scene, as_person: Browser) -> None:
    rows = [put(entry, scene.author, name=f"{n}.jpg") for n in "甲乙"]
    Entry.objects.filter(pk=entry.pk).update(state="submitted")
    browser = as_person(scene.author)
    for act in ("move?to=2", "remove"):
        answer = browser.post(
            f"/entries/{entry.pk}/attachments/{rows[0].pk}/{act}", headers={"Accept": "application/json"}
        )
        assert answer.status_code == 400
    assert names(entry, "pictures") == ["甲.jpg", "乙.jpg"]


def test_the_page_shows_the_files_with_their_buttons(entry: Entry, scene: Scene, as_person: Browser) -> None:
    rows = [put(entry, scene.author, name=f"{n}.jpg") for n in "甲乙"]
    page = as_person(scene.author).get(f"/entries/{entry.pk}/form/1/").content.decode()
    moves = re.findall(
        r'/attachments/([0-9a-f-]+)/move\?to=(\d+)" formnovalidate data-file-act="(\w+)"( disabled)?', page
    )
    assert moves == [
        (str(rows[0].pk), "0", "up", " disabled"),
        (str(rows[0].pk), "2", "down", ""),
        (str(rows[1].pk), "1", "up", ""),
        (str(rows[1].pk), "3", "down", " disabled"),
    ]
    assert 'name="pictures~file"' in page
    assert 'data-most="4"' in page


def test_the_pages_queries_do_not_grow_with_its_files(entry: Entry, scene: Scene, as_person: Browser) -> None:
    browser = as_person(scene.author)
    counts = []
    for files in (1, 3):
        while Attachment.objects.count() < files:
            put(entry, scene.author)
        browser.get(f"/entries/{entry.pk}/form/1/")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/entries/{entry.pk}/form/1/").content.count(b"data-file=") == files
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_answer_to_the_script_takes_as_many_queries_for_three_files_as_for_one(
    entry: Entry, scene: Scene, as_person: Browser
) -> None:
    browser = as_person(scene.author)
    counts = []
    for files in (1, 3):
        while Attachment.objects.count() < files:
            row = put(entry, scene.author)
        # the same question each time, which changes nothing
        address = f"/entries/{entry.pk}/attachments/{row.pk}/move?to=x"
        browser.post(address)
        with CaptureQueriesContext(connection) as queries:
            answer = browser.post(address, headers={"Accept": "application/json"})
        assert answer.json()["list"].count("data-file=") == files
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_nobody_attaches_what_another_handed_in(entry: Entry, scene: Scene) -> None:
    with pytest.raises(InputError):
        services.attach_file(scene.author, NOON, entry.pk, "pictures", take(scene.stranger))
