"""Who gets a file: those who may read what it belongs to. To everybody else it is not there."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import pytest
from apps.conftest import make_staff, make_unit
from apps.entries.conftest import NOON, Scene
from apps.files.conftest import picture_of
from django.core.files.storage import default_storage
from web.files.conftest import Browser, put, take

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Download
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.files.models import File
from guiguan.documents.intake.check import preview
from guiguan.web.applicant.files_sent import disposition


def body(response: Any) -> bytes:
    """What the answer holds; reading it to its end also closes the file."""
    return b"".join(response.streaming_content) if response.streaming else response.content


READERS = {"author", "teammate", "clerk", "screener", "supervisor"}


def codes(as_person: Browser, everybody: dict[str, Person | None], address: str) -> dict[str, int]:
    found = {}
    for name, who in everybody.items():
        response = as_person(who).get(address)
        found[name] = response.status_code
        body(response)
    return found


def expected(everybody: dict[str, Person | None], readers: set[str]) -> dict[str, int]:
    return {name: 200 if name in readers else 302 if name == "visitor" else 404 for name in everybody}


@pytest.mark.parametrize("part", ["", "preview"])
def test_an_entrys_file_is_for_those_who_may_read_the_entry(
    entry: Entry, scene: Scene, as_person: Browser, everybody: dict[str, Person | None], part: str
) -> None:
    file = put(entry, scene.author).file
    assert codes(as_person, everybody, f"/files/{file}/{part}") == expected(everybody, READERS)


@pytest.mark.parametrize("part", ["licence", "letter"])
def test_a_units_papers_are_for_those_who_may_read_the_unit(
    scene: Scene, as_person: Browser, everybody: dict[str, Person | None], part: str
) -> None:
    file = take(scene.author, "执照.pdf")
    setattr(scene.unit, part, file.pk)
    scene.unit.save()
    readers = {"author", "teammate", "clerk", "clerk of another", "supervisor"}
    for tail in ("", "preview"):
        assert codes(as_person, everybody, f"/files/{file.pk}/{tail}") == expected(everybody, readers)


def test_a_campaigns_document_is_for_all_once_the_campaign_is_public(
    scene: Scene, as_person: Browser, everybody: dict[str, Person | None]
) -> None:
    file = take(make_staff("clerk", "case"), "通知.pdf")
    Download.objects.create(campaign=scene.campaign, document="notice", file=file.pk)
    address = f"/files/{file.pk}/"
    assert codes(as_person, everybody, address) == dict.fromkeys(everybody, 200)
    scene.campaign.state = "draft"
    scene.campaign.save()
    assert codes(as_person, everybody, address) == expected(everybody, {"clerk", "supervisor"})


def test_what_belongs_to_nothing_is_for_who_handed_it_in(
    scene: Scene, as_person: Browser, everybody: dict[str, Person | None]
) -> None:
    file = take(scene.author)
    assert codes(as_person, everybody, f"/files/{file.pk}/") == expected(everybody, {"author"})


def test_a_file_taken_out_before_handing_in_is_seen_by_its_author_alone(
    entry: Entry, scene: Scene, as_person: Browser, everybody: dict[str, Person | None]
) -> None:
    attachment = put(entry, scene.author)
    services.remove_file(scene.teammate, NOON, entry.pk, attachment.pk)
    assert codes(as_person, everybody, f"/files/{attachment.file}/") == expected(everybody, {"author"})


def test_a_file_of_a_version_handed_in_stays_readable_after_it_was_taken_out(
    entry: Entry, scene: Scene, as_person: Browser, everybody: dict[str, Person | None]
) -> None:
    attachment = put(entry, scene.author)
    Submission.objects.create(
        entry=entry,
        number=1,
        kind="declaration",
        blueprint=1,
        answers={},
        attachments={
            "scan": [],
            "pictures": [{"file": str(attachment.file), "name": "图.jpg", "sha256": "", "size": 1}],
        },
        sha256="0" * 64,
        by=scene.author.pk,
        at=NOON,
    )
    services.remove_file(scene.author, NOON, entry.pk, attachment.pk)
    assert codes(as_person, everybody, f"/files/{attachment.file}/") == expected(everybody, READERS)


def test_who_left_the_unit_gets_nothing_more(entry: Entry, scene: Scene, as_person: Browser) -> None:
    file = put(entry, scene.author).file
    scene.unit.memberships.filter(person=scene.author).delete()
    assert as_person(scene.author).get(f"/files/{file}/").status_code == 404


def test_the_file_comes_whole_and_can_do_nothing(entry: Entry, scene: Scene, as_person: Browser) -> None:
    put(entry, scene.author, "scan", "报告（终稿）.pdf")
    file = File.objects.get()
    response: Any = as_person(scene.teammate).get(f"/files/{file.pk}/")
    content = body(response)
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert {
        name: response.headers[name]
        for name in (
            "Content-Type",
            "Content-Length",
            "Content-Disposition",
            "X-Content-Type-Options",
            "Content-Security-Policy",
            "Cache-Control",
        )
    } == {
        "Content-Type": "application/pdf",
        "Content-Length": str(file.size),
        "Content-Disposition": 'attachment; filename="______.pdf"; '.replace("______", "file")
        + "filename*=UTF-8''%E6%8A%A5%E5%91%8A%EF%BC%88%E7%BB%88%E7%A8%BF%EF%BC%89.pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }


def test_a_preview_is_shown_and_can_do_nothing(entry: Entry, scene: Scene, as_person: Browser) -> None:
    response: Any = as_person(scene.author).get(f"/files/{put(entry, scene.author).file}/preview")
    assert body(response).startswith(b"\xff\xd8\xff")
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Disposition"] == "inline"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("plan b.pdf", "attachment; filename=\"plan b.pdf\"; filename*=UTF-8''plan%20b.pdf"),
        (
            'a"; filename="x.exe.pdf',
            'attachment; filename="a__ filename__x.exe.pdf"; '
            "filename*=UTF-8''a%22%3B%20filename%3D%22x.exe.pdf",
        ),
        (
            "a\r\nSet-Cookie: b=c.pdf",
            "attachment; filename=\"aSet-Cookie_ b_c.pdf\"; filename*=UTF-8''aSet-Cookie%3A%20b%3Dc.pdf",
        ),
        (
            "photo\u202egpj.pdf",
            "attachment; filename=\"photogpj.pdf\"; filename*=UTF-8''photogpj.pdf",
        ),
        ("图.jpg", "attachment; filename=\"file.jpg\"; filename*=UTF-8''%E5%9B%BE.jpg"),
        ("图1.jpg", "attachment; filename=\"_1.jpg\"; filename*=UTF-8''%E5%9B%BE1.jpg"),
        ("\u202e", "attachment; filename=\"file\"; filename*=UTF-8''file"),
        ("a\\b.pdf", "attachment; filename=\"a_b.pdf\"; filename*=UTF-8''a%5Cb.pdf"),
    ],
)
def test_no_name_breaks_the_header(name: str, header: str) -> None:
    assert disposition(name) == header


def test_names_that_reached_the_records_break_no_answer(scene: Scene, as_person: Browser) -> None:
    file = take(scene.author)
    for name in ('"\r\nX-Evil: 1".jpg', "\u202egpj.jpg", "名" * 80 + ".jpg", "\0.jpg".replace("\0", "")):
        File.objects.filter(pk=file.pk).update(name=name)
        response = as_person(scene.author).get(f"/files/{file.pk}/")
        body(response)
        assert response.status_code == 200
        assert "X-Evil" not in response.headers


def test_a_file_that_the_storage_lost_is_not_found(scene: Scene, as_person: Browser) -> None:
    file = take(scene.author)
    default_storage.delete(file.stored)
    assert as_person(scene.author).get(f"/files/{file.pk}/").status_code == 404


def test_an_unknown_file_is_not_found_and_nothing_can_be_sent_there(scene: Scene, as_person: Browser) -> None:
    assert as_person(scene.author).get(f"/files/{uuid.uuid4()}/").status_code == 404
    file = take(scene.author)
    for method in ("post", "put", "delete"):
        assert getattr(as_person(scene.author), method)(f"/files/{file.pk}/").status_code == 405


def test_a_page_with_four_pictures_draws_four_previews_and_then_none(
    entry: Entry, scene: Scene, as_person: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Any] = []

    def counted(*given: Any, **more: Any) -> Any:
        drawn.append(given)
        return preview(*given, **more)

    monkeypatch.setattr("guiguan.apps.files.previews.preview", counted)
    # four different pictures: the same content would be drawn once
    files = [take(scene.author, content=picture_of(800, 600 + n)) for n in range(4)]
    for file in files:
        services.attach_file(scene.author, NOON, entry.pk, "pictures", file)
    browser = as_person(scene.teammate)
    for _view in range(3):
        page = browser.get(f"/entries/{entry.pk}/form/1/")
        assert page.content.decode().count("/preview") == 4
        for file in files:
            response = browser.get(f"/files/{file.pk}/preview")
            assert response.status_code == 200
            body(response)
    assert len(drawn) == 4


def test_another_units_paper_is_not_read_with_ones_own(scene: Scene, as_person: Browser) -> None:
    file = take(scene.stranger, "执照.pdf")
    make_unit(scene.stranger, name="丙公司").__class__.objects.filter(name="丙公司").update(licence=file.pk)
    assert as_person(scene.author).get(f"/files/{file.pk}/").status_code == 404
