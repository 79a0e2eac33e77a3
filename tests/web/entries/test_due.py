"""The overview says what is due now, and offers only what can be done now."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from apps.conftest import make_person, make_unit
from apps.entries.conftest import make_campaign
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Entry

pytestmark = pytest.mark.django_db
As = Callable[[Person | None], Client]
TEXT = """
blueprint: 1
campaign: due
title: 征集
organisers: {host: [某局]}
categories: [{id: one, title: 一类}]
form:
  - {id: applicant, label: 申报单位, kind: organisation, section: 单位}
  - {id: title, label: 名称, kind: text, max: 60, section: 报名}
  - {id: about, label: 说明, kind: text, max: 60, section: 正文}
stages:
  - {id: register, kind: registration, window: [2026-03-01, 2026-03-10], needed: false, form: [title], clause: 一}
  - {id: declare, kind: declaration, window: [2026-03-15, 2026-03-31], clause: 二}
"""


def shown(as_person: As, entry: Entry, day: str) -> str:
    with time_machine.travel(f"{day}T12:00:00+08:00", tick=False):
        return as_person(Person.objects.get(pk=entry.made_by)).get(f"/entries/{entry.pk}/").content.decode()


@pytest.fixture
def entry() -> Entry:
    by = make_person()
    at = 1_772_500_000_000  # 2026-03-03
    made = services.start_entry(by, at, make_campaign(TEXT, "due"), make_unit(by))
    services.accept_reminder(by, at, made.pk)
    return made


def test_while_people_register_only_registering_is_offered(entry: Entry, as_person: As) -> None:
    page = shown(as_person, entry, "2026-03-05")
    assert "报名：2026-03-01 至 2026-03-10（含当天），只需填好“报名”。" in page
    assert "正式申报：2026-03-15 至 2026-03-31（含当天），须填好全部内容。" in page
    assert "提交报名" in page
    assert "提交申报" not in page


def test_between_the_windows_neither_is_offered(entry: Entry, as_person: As) -> None:
    page = shown(as_person, entry, "2026-03-12")
    assert "提交报名" not in page
    assert "提交申报" not in page
    assert "放弃这份草稿" in page


def test_while_people_declare_declaring_is_offered(entry: Entry, as_person: As) -> None:
    page = shown(as_person, entry, "2026-03-15")
    assert "提交申报" in page
    assert "报名：2026-03-01" not in page  # what is over is not due


def test_what_is_settled_has_no_empty_heading(entry: Entry, as_person: As) -> None:
    Entry.objects.filter(pk=entry.pk).update(state="accepted", number="DUE-00001", submitted_at=1)
    page = shown(as_person, entry, "2026-03-20")
    assert "<h2>办理</h2>" not in page
    assert "须填好全部内容" not in page


def test_every_step_leads_back_to_the_overview(entry: Entry, as_person: As) -> None:
    with time_machine.travel("2026-03-05T12:00:00+08:00", tick=False):
        browser = as_person(Person.objects.get(pk=entry.made_by))
        page = browser.get(f"/entries/{entry.pk}/form/2/").content.decode()
    assert f'<a href="/entries/{entry.pk}/">返回总览</a>' in page
