"""Announcements, answers and downloads through the organiser's pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Announcement, Download, Question
from guiguan.apps.campaigns.opening import put_in_force
from guiguan.apps.campaigns.services import create_campaign
from guiguan.apps.campaigns.telling import ask_question
from guiguan.apps.files.models import File

Staff = Callable[..., Person]
pytestmark = pytest.mark.django_db
SLUG = "guangxi-2021"
BASE = f"/organiser/campaigns/{SLUG}/"
PICTURE = Path(__file__).parents[3] / "src/guiguan/web/static/img"


@pytest.fixture
def clerk(staff: Staff, gx: str) -> Client:
    lead = staff("lead", SLUG)
    create_campaign(lead, 1, gx)
    put_in_force(lead, 2, SLUG, 1, accept_warnings=True)
    client = Client()
    client.force_login(staff("clerk", SLUG))
    return client


def test_an_announcement_is_published_and_withdrawn(clerk: Client) -> None:
    refused = clerk.post(f"{BASE}announcements/add", {"title": "", "text": "文"})
    assert refused.status_code == 422
    assert 'href="#title"' in refused.content.decode()
    assert clerk.post(f"{BASE}announcements/add", {"title": "延期", "text": "一\r\n二"}).status_code == 302
    made = Announcement.objects.get()
    assert made.text == "一\n二"
    assert "延期" in Client().get(f"/campaigns/{SLUG}/").content.decode()
    clerk.post(f"{BASE}announcements/withdraw", {"number": f"{made.pk}"})
    clerk.post(f"{BASE}announcements/withdraw", {"number": "②"})
    assert "延期" not in Client().get(f"/campaigns/{SLUG}/").content.decode()


def test_a_question_is_answered_beside_its_field(clerk: Client, person: Staff) -> None:
    question = ask_question(person("asker"), 3, SLUG, "能否联合申报？")
    path = f"{BASE}questions/answer"
    assert clerk.post(path, {"question": "none", "answer": "x"}).status_code == 404
    refused = clerk.post(path, {"question": str(question.pk), "answer": " "})
    assert refused.status_code == 422
    assert f'href="#answer-{question.pk}"' in refused.content.decode()
    assert (
        clerk.post(path, {"question": str(question.pk), "answer": "可以。", "public": "on"}).status_code
        == 302
    )
    found = Question.objects.get()
    assert (found.answer, found.public) == ("可以。", True)
    assert "asker" not in clerk.get(f"{BASE}questions/").content.decode()


def test_a_file_is_checked_kept_and_sent_as_a_download(clerk: Client, settings: Any, tmp_path: Path) -> None:
    import io

    from PIL import Image

    settings.GUIGUAN_DATA = tmp_path
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(content, "PNG")
    path = f"{BASE}downloads/put"
    bad = SimpleUploadedFile("表.pdf", b"MZ this is no PDF")
    refused = clerk.post(path, {"document": "form", "file": bad})
    assert refused.status_code == 422
    assert Download.objects.count() == File.objects.count() == 0
    assert clerk.post(path, {"document": "form"}).status_code == 422
    good = SimpleUploadedFile("申报表.png", content.getvalue())
    assert clerk.post(path, {"document": "nothing", "file": good}).status_code == 404
    good.seek(0)
    assert clerk.post(path, {"document": "form", "file": good}).status_code == 302
    response = Client().get(f"/campaigns/{SLUG}/downloads/form")
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]  # it streams
