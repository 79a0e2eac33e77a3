"""Uploads in parts as the page's script speaks them: only by who began them, only for an entry that one may write."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from apps.entries.conftest import NOON, Scene
from apps.files.conftest import pdf_of, picture_of
from django.test import Client
from web.files.conftest import Browser, put

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries.models import Attachment, Entry
from guiguan.apps.files.models import File, Upload
from guiguan.apps.files.uploads import LARGEST_PART, MOST_UNFINISHED

WRITERS = {"author", "teammate"}
JSON = {"Accept": "application/json"}


def begin(
    browser: Client, entry: Entry, size: int | str, field: str = "pictures", name: str = "图.jpg", **more: Any
) -> Any:
    wish = {"name": name, "size": size, "purpose": f"entry:{entry.pk}:{field}"} | more
    return browser.post("/files/uploads", wish, headers=JSON)


def part(browser: Client, upload: str, offset: object, content: bytes) -> Any:
    return browser.put(
        f"/files/uploads/{upload}?offset={offset}", content, content_type="application/octet-stream"
    )


def sent(browser: Client, entry: Entry, content: bytes, **wish: Any) -> str:
    upload: str = begin(browser, entry, len(content), **wish).json()["id"]
    for start in range(0, len(content), LARGEST_PART):
        assert part(browser, upload, start, content[start : start + LARGEST_PART]).status_code == 200
    return upload


def finish(browser: Client, upload: str) -> Any:
    return browser.post(f"/files/uploads/{upload}/finish", headers=JSON)


def test_a_file_in_parts_stands_in_its_field(entry: Entry, scene: Scene, as_person: Browser) -> None:
    browser, content = as_person(scene.author), picture_of()
    begun = begin(browser, entry, len(content), name="图 一.jpg")
    assert (begun.status_code, begun.json()["part"]) == (201, LARGEST_PART)
    upload = begun.json()["id"]
    assert part(browser, upload, 0, content[:1000]).json() == {"received": 1000}
    assert browser.get(f"/files/uploads/{upload}").json() == {"received": 1000, "finished": False}
    assert part(browser, upload, 1000, content[1000:]).json() == {"received": len(content)}
    answer = finish(browser, upload)
    assert (answer.status_code, answer.json()["errors"]) == (200, [])
    (attachment,) = Attachment.objects.all()
    file = File.objects.get(pk=attachment.file)
    assert (attachment.entry_id, attachment.field, file.name) == (entry.pk, "pictures", "图 一.jpg")
    assert f'href="/files/{file.pk}/"' in answer.json()["list"]
    assert browser.get(f"/files/uploads/{upload}").json() == {"received": len(content), "finished": True}


def test_finishing_twice_attaches_once_even_after_it_was_taken_out(
    entry: Entry, scene: Scene, as_person: Browser
) -> None:
    browser = as_person(scene.author)
    upload = sent(browser, entry, picture_of())
    assert [finish(browser, upload).status_code for _ in range(2)] == [200, 200]
    attachment = Attachment.objects.get()
    browser.post(f"/entries/{entry.pk}/attachments/{attachment.pk}/remove")
    assert finish(browser, upload).status_code == 200
    assert Attachment.objects.filter(removed_at=None).count() == 0


def test_a_part_twice_or_with_a_gap_is_told_where_to_go_on(
    entry: Entry, scene: Scene, as_person: Browser
) -> None:
    browser = as_person(scene.author)
    upload = begin(browser, entry, 10).json()["id"]
    part(browser, upload, 0, b"abcd")
    for offset in ("0", "5", "-4", "", "x", "٤", "9" * 30):
        answer = part(browser, upload, offset, b"zz")
        assert (answer.status_code, answer.json()) == (409, {"received": 4})


def test_a_part_that_is_too_large_is_refused(entry: Entry, scene: Scene, as_person: Browser) -> None:
    browser = as_person(scene.author)
    upload = begin(browser, entry, 3 * 2**20).json()["id"]
    answer = part(browser, upload, 0, bytes(LARGEST_PART + 1))
    assert (answer.status_code, answer.json()) == (413, {"errors": ["一段最多 2097152 字节"]})
    assert part(browser, upload, 0, bytes(LARGEST_PART)).json() == {"received": LARGEST_PART}


def test_another_persons_upload_is_not_there(
    entry: Entry, scene: Scene, as_person: Browser, everybody: dict[str, Person | None]
) -> None:
    upload = begin(as_person(scene.author), entry, 10).json()["id"]
    for name, who in everybody.items():
        if name == "author":
            continue
        browser, wanted = as_person(who), 302 if who is None else 404
        assert browser.get(f"/files/uploads/{upload}").status_code == wanted, name
        assert part(browser, upload, 0, b"x").status_code == wanted, name
        assert finish(browser, upload).status_code == wanted, name
        assert browser.delete(f"/files/uploads/{upload}").status_code == wanted, name
    assert Upload.objects.get().received == 0
    assert as_person(scene.author).get(f"/files/uploads/{uuid.uuid4()}").status_code == 404


def test_only_who_may_write_the_entry_begins(
    entry: Entry, as_person: Browser, everybody: dict[str, Person | None]
) -> None:
    found = {name: begin(as_person(who), entry, 10).status_code for name, who in everybody.items()}
    assert found == {n: 201 if n in WRITERS else 302 if n == "visitor" else 404 for n in everybody}


def test_who_left_the_unit_meanwhile_finishes_nothing(entry: Entry, scene: Scene, as_person: Browser) -> None:
    browser = as_person(scene.author)
    upload = sent(browser, entry, picture_of())
    scene.unit.memberships.filter(person=scene.author).delete()
    assert finish(browser, upload).status_code == 404
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    "purpose",
    [
        "",
        "entry",
        "entry:x:pictures",
        "entry:{e}:title",
        "entry:{e}:",
        "unit:{e}:pictures",
        "entry:{o}:pictures",
    ],
)
def test_a_purpose_that_is_none_is_not_there(
    entry: Entry, scene: Scene, as_person: Browser, purpose: str
) -> None:
    told = purpose.format(e=entry.pk, o=uuid.uuid4())
    assert begin(as_person(scene.author), entry, 10, purpose=told).status_code == 404


@pytest.mark.parametrize("size", ["", "-1", "x", "1.5", "²", "9" * 40])
def test_a_size_that_is_none_is_told(entry: Entry, scene: Scene, as_person: Browser, size: str) -> None:
    answer = begin(as_person(scene.author), entry, size)
    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 1
    assert not Upload.objects.exists()


def test_a_file_too_large_for_the_field_is_refused_before_it_is_sent(
    entry: Entry, scene: Scene, as_person: Browser
) -> None:
    answer = begin(as_person(scene.author), entry, 2**20 + 52_429, field="scan", name="件.pdf")
    assert answer.status_code == 400
    assert answer.json()["errors"] == ["文件有 1.1 MB，超过 1 MB。请压缩图片或分成几个文件后再上传。"]


def test_too_many_unfinished_uploads_are_refused(entry: Entry, scene: Scene, as_person: Browser) -> None:
    browser = as_person(scene.author)
    uploads = [begin(browser, entry, 10).json()["id"] for _ in range(MOST_UNFINISHED)]
    answer = begin(browser, entry, 10)
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith("您没有传完的文件太多（最多 20 个，共 500 MB）。")
    assert begin(as_person(scene.teammate), entry, 10).status_code == 201
    assert browser.delete(f"/files/uploads/{uploads[0]}").status_code == 204
    assert begin(browser, entry, 10).status_code == 201


def test_the_check_of_the_content_stands_at_the_end(entry: Entry, scene: Scene, as_person: Browser) -> None:
    browser = as_person(scene.author)
    upload = sent(browser, entry, picture_of(640, 480))
    answer = finish(browser, upload)
    assert answer.status_code == 400
    assert answer.json() == {
        "errors": ["图片是 640×480 像素，要求恰好 800×600 像素。请裁剪或缩放后再上传。"],
        "list": "",
    }
    assert not Attachment.objects.exists()
    assert not File.objects.exists()
    assert finish(browser, upload).status_code == 404


def test_a_full_field_and_an_entry_handed_in_take_no_file(
    entry: Entry, scene: Scene, as_person: Browser
) -> None:
    browser = as_person(scene.author)
    first = sent(browser, entry, pdf_of(), field="scan", name="件.pdf")
    Entry.objects.filter(pk=entry.pk).update(state="submitted")
    answer = finish(browser, first)
    assert answer.status_code == 400
    assert answer.json()["errors"] == ["这一项已经提交，不能直接修改；如需修改，请先撤回，或等待退回补正"]
    Entry.objects.filter(pk=entry.pk).update(state="draft")
    for _ in range(4):
        put(entry, scene.author)
    answer = finish(browser, sent(browser, entry, picture_of()))
    assert answer.json()["errors"] == ["这一栏最多 4 件，请先删除不要的文件再上传"]
    assert Attachment.objects.filter(field="pictures").count() == 4


def test_without_the_pages_token_nothing_is_taken(entry: Entry, scene: Scene) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(scene.author, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert begin(strict, entry, 10).status_code == 403
    upload = Upload.objects.create(name="x", size=10, by=scene.author.pk, at=NOON, purpose="")
    assert part(strict, str(upload.pk), 0, b"x").status_code == 403
    assert strict.delete(f"/files/uploads/{upload.pk}").status_code == 403
    assert finish(strict, str(upload.pk)).status_code == 403
