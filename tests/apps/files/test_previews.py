"""Previews: made once, kept in the storage, and never run again for a page that is only looked at."""

from __future__ import annotations

import io
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from apps.files.conftest import FREE, MADE, pdf_of, picture_of
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from guiguan.apps.files import previews
from guiguan.apps.files.models import File
from guiguan.apps.files.previews import preview_of
from guiguan.apps.files.services import take_file
from guiguan.documents.intake.check import preview
from guiguan.documents.intake.verdict import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]
Count = Callable[[], int]


def taken(name: str, content: bytes) -> File:
    return take_file(uuid.UUID(int=7), MADE, SimpleUploadedFile(name, content), **FREE)


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> Count:
    """How many confined processes were started for previews."""
    calls: list[Any] = []

    def counted(*given: Any, **more: Any) -> Any:
        calls.append(given)
        return preview(*given, **more)

    monkeypatch.setattr("guiguan.apps.files.previews.preview", counted)
    return lambda: len(calls)


def test_a_picture_is_scaled_and_drawn_once(drawings: Count) -> None:
    file = taken("图.jpg", picture_of(1600, 1200))
    names = {preview_of(file) for _ in range(3)}
    assert names == {f"preview/{file.sha256}-480x360.jpg"}
    assert drawings() == 1
    with default_storage.open(names.pop() or "") as made:
        shown = Image.open(io.BytesIO(made.read()))
    assert (shown.format, shown.size) == ("JPEG", (480, 360))


def test_the_first_page_of_a_pdf_is_drawn() -> None:
    stored = preview_of(taken("件.pdf", pdf_of(2)))
    assert stored
    with default_storage.open(stored) as made:
        assert Image.open(io.BytesIO(made.read())).size == (255, 360)


def test_the_same_content_in_two_entries_is_drawn_once(drawings: Count) -> None:
    first, second = taken("甲.jpg", picture_of()), taken("乙.jpg", picture_of())
    assert preview_of(first) == preview_of(second)
    assert drawings() == 1


def test_a_word_document_has_none(drawings: Count) -> None:
    file = File(kind="docx", sha256="0" * 64, stored="none")
    assert preview_of(file) is None
    assert drawings() == 0


def test_what_cannot_be_drawn_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def never(*given: Any, **more: Any) -> Any:
        calls.append(given)
        return refused("broken")

    monkeypatch.setattr("guiguan.apps.files.previews.preview", never)
    file = taken("图.jpg", picture_of())
    assert [preview_of(file), preview_of(file)] == [None, None]
    assert len(calls) == 1


def test_the_servers_own_fault_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    file = taken("图.jpg", picture_of())
    with monkeypatch.context() as patched:
        patched.setattr("guiguan.apps.files.previews.preview", lambda *given, **more: refused("unchecked"))
        assert preview_of(file) is None
    assert preview_of(file)


def test_a_preview_half_written_is_never_left(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file moves to its place when it is whole; nothing is written there."""
    file = taken("图.jpg", picture_of())

    def torn(*given: Any, **more: Any) -> None:
        raise OSError("power")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.files.storage.filesystem.file_move_safe", torn)
        with pytest.raises(OSError, match="power"):
            preview_of(file)
    assert list((data / "files" / "preview").iterdir()) == []
    assert list((data / "intake").iterdir()) == []
    assert preview_of(file)


def test_more_previews_than_the_machine_draws_at_once_are_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    file = taken("图.jpg", picture_of(1600, 1200))
    monkeypatch.setattr(previews, "_AT_ONCE", threading.BoundedSemaphore(1))
    monkeypatch.setattr(previews, "PATIENCE", 0.0)
    with previews._AT_ONCE:
        assert preview_of(file) is None
    assert preview_of(file) is not None  # nothing was kept of the time when there was none
