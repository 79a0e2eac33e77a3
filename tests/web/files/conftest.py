"""An entry whose form takes pictures and scans, and everybody who may want to see them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from apps.conftest import make_person, make_staff, make_unit
from apps.entries.conftest import NOON, Scene, make_campaign
from apps.files.conftest import data, pdf_of, picture_of
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Attachment, Entry
from guiguan.apps.files.models import File
from guiguan.apps.files.services import take_file

__all__ = ["data"]

FORM = """
blueprint: 1
campaign: case
title: 案例征集
organisers: {host: [某局]}
categories: [{id: one, title: 一类, areas: [甲, 乙]}]
form:
  - {id: applicant, label: 申报单位, kind: organisation}
  - {id: title, label: 名称, kind: text, max: 10}
  - {id: area, label: 领域, kind: text}
  - {id: pictures, label: 案例图片, kind: pictures, at_most: 4, formats: [jpg], pixels: 800x600}
  - {id: scan, label: 盖章扫描件, kind: scan, formats: [pdf], megabytes: 1}
stages:
  - {id: declare, kind: declaration, window: [2026-03-01, 2026-03-31], clause: 三（一）}
  - {id: check, kind: screening, undecided: fails, reasons: {bad: 材料不全}}
"""
Browser = Callable[[Person | None], Client]


@pytest.fixture
def scene(db: None, data: Path) -> Scene:
    author, teammate, stranger = make_person(), make_person(), make_person()
    return Scene(
        make_campaign(FORM),
        make_unit(author, teammate, name="甲公司"),
        author,
        teammate,
        make_unit(stranger, name="乙公司"),
        stranger,
    )


@pytest.fixture
def entry(scene: Scene) -> Entry:
    return scene.draft()


@pytest.fixture
def everybody(scene: Scene) -> dict[str, Person | None]:
    make_campaign(FORM.replace("campaign: case", "campaign: other"), slug="other")
    former = make_person()
    gone = make_unit(former)
    gone.memberships.all().delete()
    return {
        "author": scene.author,
        "teammate": scene.teammate,
        "stranger": scene.stranger,
        "nobody in particular": former,
        "clerk": make_staff("clerk", "case"),
        "screener": make_staff("screener", "case"),
        "supervisor": make_staff("supervisor", "case"),
        "expert without this entry": make_staff("expert", "case"),
        "clerk of another": make_staff("clerk", "other"),
        "system administrator": make_staff("system_admin"),
        "visitor": None,
    }


def take(by: Person, name: str = "图.jpg", content: bytes | None = None) -> File:
    """A file that went through the real check."""
    given = content if content is not None else pdf_of() if name.endswith("pdf") else picture_of()
    return take_file(by.pk, NOON, SimpleUploadedFile(name, given), formats=(), megabytes=20)


def put(entry: Entry, by: Person, field: str = "pictures", name: str = "图.jpg") -> Attachment:
    return services.attach_file(by, NOON, entry.pk, field, take(by, name))
