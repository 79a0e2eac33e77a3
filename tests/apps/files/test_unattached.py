"""Files that nobody attached are gone after thirty days; whatever something holds stays, wherever it is held."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from apps.conftest import make_person, make_unit
from apps.entries.conftest import make_campaign
from apps.files.conftest import MADE
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.models import Download
from guiguan.apps.entries.models import Attachment, Entry, Submission
from guiguan.apps.files import unattached
from guiguan.apps.files.models import File, Upload
from guiguan.apps.files.unattached import DAY, TERM, forget_unattached

pytestmark = pytest.mark.django_db
CAMPAIGN = """
blueprint: 1
campaign: held
title: 文件
organisers: {host: [某局]}
categories: [{id: one, title: 一类}]
form:
  - {id: applicant, label: 申报单位, kind: organisation}
  - {id: title, label: 名称, kind: text, max: 300}
stages:
  - {id: declare, kind: declaration, window: [2026-03-01, 2026-03-31]}
"""


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    monkeypatch.setattr(unattached, "_asked", set())


def kept(at: int = MADE, sha256: str = "") -> File:
    stored = default_storage.save(f"{uuid.uuid4().hex}.pdf", ContentFile(b"%PDF"))
    digest = sha256 or uuid.uuid4().hex * 2
    return File.objects.create(
        name="a.pdf",
        kind="pdf",
        size=4,
        sha256=digest,
        original_sha256=digest,
        stored=stored,
        by=uuid.uuid4(),
        at=at,
    )


def test_after_thirty_days_what_nobody_attached_is_gone_from_everywhere() -> None:
    old, young = kept(), kept(MADE + 1)
    drawn = [
        default_storage.save(f"preview/{old.sha256}-{shape}", ContentFile(b"x"))
        for shape in ("480x360.jpg", "1100x1560.jpg", "1100x1560-1.jpg", "240x180.webp")
    ]
    other = default_storage.save(f"preview/{young.sha256}-480x360.jpg", ContentFile(b"x"))
    Upload.objects.create(name="a", size=4, received=4, by=old.by, at=MADE, purpose="", file=old.pk)
    assert forget_unattached(MADE + TERM) == 1
    assert [f.pk for f in File.objects.all()] == [young.pk]
    assert not default_storage.exists(old.stored)
    assert [name for name in drawn if default_storage.exists(name)] == []
    assert default_storage.exists(other)
    assert not Upload.objects.exists()
    record = Record.objects.get(action="file.forget")
    assert (record.by, record.subject, record.detail) == (
        "files.unattached",
        f"file:{old.pk}",
        {"sha256": old.sha256},
    )


def test_it_looks_once_a_day(django_assert_num_queries: Any) -> None:
    assert forget_unattached(MADE + TERM) == 0
    kept()
    with django_assert_num_queries(0):
        assert forget_unattached(MADE + TERM + 1) == 0
    assert forget_unattached(MADE + TERM + DAY) == 1


def test_whatever_holds_a_file_keeps_it() -> None:
    by = make_person()
    unit = make_unit(by)
    campaign = make_campaign(CAMPAIGN, "held")
    entry = Entry.objects.create(campaign=campaign, organisation=unit, made_by=by.pk, made_at=MADE)
    files = {name: kept() for name in ("licence", "letter", "download", "attached", "removed", "submitted")}
    unit.licence, unit.letter = files["licence"].pk, files["letter"].pk
    unit.save()
    Download.objects.create(campaign=campaign, document="form", file=files["download"].pk)
    for place, name in enumerate(("attached", "removed"), 1):
        Attachment.objects.create(
            entry=entry,
            field="f",
            position=place,
            file=files[name].pk,
            revision=1,
            by=by.pk,
            at=MADE,
            removed_at=MADE if name == "removed" else None,
        )
    Submission.objects.create(
        entry=entry,
        number=1,
        kind="declaration",
        blueprint=1,
        answers={},
        attachments={"f": [{"file": str(files["submitted"].pk)}]},
        sha256="0",
        by=by.pk,
        at=MADE,
    )
    lonely = kept()
    assert forget_unattached(MADE + 2 * TERM) == 1
    assert {f.pk for f in File.objects.all()} == {f.pk for f in files.values()}
    assert not File.objects.filter(pk=lonely.pk).exists()
    assert all(default_storage.exists(f.stored) for f in files.values())


def test_a_preview_that_another_file_shares_stays() -> None:
    kept(sha256="a" * 64)
    kept(MADE + 1, sha256="a" * 64)
    preview = default_storage.save(f"preview/{'a' * 64}-480x360.jpg", ContentFile(b"x"))
    assert forget_unattached(MADE + TERM) == 1
    assert default_storage.exists(preview)


def test_no_whole_column_is_read_while_the_file_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    file = kept()
    monkeypatch.setattr(unattached, "unattached", lambda at: [file.pk])
    with CaptureQueriesContext(connection) as asked:
        assert forget_unattached(MADE + TERM) == 1
    looked = [q["sql"] for q in asked if q["sql"].startswith("SELECT") and 'FROM "entries_' in q["sql"]]
    assert looked != []
    assert [sql for sql in looked if file.pk.hex not in sql.replace("-", "")] == []


def test_what_is_attached_at_this_very_moment_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    file, unit = kept(), make_unit(make_person())
    found = unattached.unattached(MADE + TERM)
    assert found == [file.pk]
    unit.licence = file.pk
    unit.save()
    monkeypatch.setattr(unattached, "unattached", lambda at: found)
    assert forget_unattached(MADE + TERM) == 0
    assert File.objects.filter(pk=file.pk).exists()
