"""The pages of the Word round trip: what comes down, what goes up, what is ticked, and who sees it."""

from __future__ import annotations

import pytest
from apps.entries.word_scene import WALK, WordScene, word_scene
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guiguan.apps.entries.models import Attachment, PaperReading
from guiguan.apps.entries.queries import blueprint_of, sheet_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> WordScene:
    return word_scene()


@pytest.fixture
def browser(scene: WordScene) -> Client:
    client = Client()
    client.force_login(scene.keeper)
    return client


def home(scene: WordScene) -> str:
    return f"/entries/{scene.entry.pk}/"


def upload(browser: Client, scene: WordScene, name: str = "填好.docx", content: bytes | None = None) -> str:
    file = SimpleUploadedFile(name, WALK.read_bytes() if content is None else content)
    answer = browser.post(f"{home(scene)}forms/form/upload", {"file": file})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_the_form_comes_down_with_its_name(browser: Client, scene: WordScene) -> None:
    answer = browser.get(f"{home(scene)}forms/form.docx")
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    assert "filename*=UTF-8''%E5%B9%BF%E8%A5%BF" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert browser.get(f"{home(scene)}forms/categories.docx").status_code == 404
    assert browser.get(f"{home(scene)}forms/form.exe").status_code == 404


def test_what_is_empty_is_ticked_what_stands_is_not(browser: Client, scene: WordScene) -> None:
    browser.post(f"{home(scene)}answers/title", {"title": "网上写的", "title~seen": "0"})
    page = browser.get(upload(browser, scene)).content.decode()
    assert 'id="take~investment" name="take~investment" value="on" checked' in page
    assert 'id="take~title" name="take~title" value="on">' in page
    assert "take~applicant" not in page


def test_ticked_fields_are_taken_and_the_file_is_attached(browser: Client, scene: WordScene) -> None:
    where = upload(browser, scene)
    answer = browser.post(where, {"take~title": "on", "title~seen": "0", "attach": "on"})
    assert answer.status_code == 302
    assert sheet_of(scene.entry, blueprint_of(scene.campaign)).values["title"] == "一网通办平台"
    assert Attachment.objects.filter(entry=scene.entry, field="word_form").count() == 1
    browser.post(where, {"attach": "on"})
    assert Attachment.objects.filter(entry=scene.entry, field="word_form").count() == 1


def test_a_conflict_is_told_and_nothing_is_lost(browser: Client, scene: WordScene) -> None:
    where = upload(browser, scene)
    browser.post(f"{home(scene)}answers/title", {"title": "刚刚改的", "title~seen": "0"})
    answer = browser.post(where, {"take~title": "on", "title~seen": "0"})
    assert answer.status_code == 409
    assert "这一栏刚刚被改过，没有覆盖" in answer.content.decode()
    assert sheet_of(scene.entry, blueprint_of(scene.campaign)).values["title"] == "刚刚改的"


@pytest.mark.parametrize(("name", "content"), [("表.doc", b"x"), ("表.docx", b"x"), ("表.docx", b"")])
def test_a_wrong_file_gets_a_sentence(browser: Client, scene: WordScene, name: str, content: bytes) -> None:
    file = SimpleUploadedFile(name, content)
    answer = browser.post(f"{home(scene)}forms/form/upload", {"file": file})
    assert answer.status_code == 400
    assert "error-summary" in answer.content.decode()
    assert not PaperReading.objects.exists()


def test_another_entrys_reading_is_not_there(browser: Client, scene: WordScene) -> None:
    where = upload(browser, scene)
    stranger = Client()
    stranger.force_login(scene.stranger)
    assert stranger.get(where).status_code == 404
    assert stranger.get(f"{home(scene)}forms/form.docx").status_code == 404
    assert stranger.get(f"{home(scene)}papers/").status_code == 404
