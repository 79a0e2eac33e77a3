"""A campaign that is declaring, two units with members, and entries in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from apps.conftest import make_person, make_unit

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Entry
from guiguan.core.values.moment import parse_instant

TEXT = """
blueprint: 1
campaign: case
title: 案例征集
organisers: {host: [某局]}
warning: {standing: 请勿填报涉密内容, gate: 保密提醒}
categories: [{id: one, title: 一类, areas: [甲, 乙]}]
applicants:
  as_one: [branch]
  quotas:
    - {per: [applicant], max: 3, clause: 二（一）}
    - {per: [applicant, area], max: 1, clause: 二（二）}
form:
  - {id: applicant, label: 申报单位, kind: organisation, section: 单位}
  - {id: mobile, label: 手机, kind: phone}
  - {id: title, label: 名称, kind: text, max: 10, section: 案例}
  - {id: area, label: 领域, kind: text}
  - {id: pictures, label: 图片, kind: pictures, count: 1}
  - {id: partners, label: 合作单位, kind: list, of: organisation, max: 2, required: false}
stages:
  - {id: declare, kind: declaration, window: [2026-03-01, 2026-03-31], clause: 三（一）}
  - {id: check, kind: screening, undecided: fails, reasons: {bad: 材料不全}}
"""


def moment(text: str) -> int:
    """Milliseconds of a time in the campaign's zone."""
    return int(parse_instant(text, ZoneInfo("Asia/Shanghai")))


NOON = moment("2026-03-10T12:00")


@dataclass
class Scene:
    """Who is there: two teammates of one unit, somebody of another."""

    campaign: Campaign
    unit: Organisation
    author: Person
    teammate: Person
    other_unit: Organisation
    stranger: Person

    def draft(self, by: Person | None = None, unit: Organisation | None = None) -> Entry:
        """An entry whose reminder is accepted."""
        entry = services.start_entry(by or self.author, NOON, self.campaign, unit or self.unit)
        services.accept_reminder(by or self.author, NOON, entry.pk)
        return entry

    def filled(self, area: str = "甲", **answers: str) -> Entry:
        """An entry that can be handed in."""
        entry = self.draft()
        for field, value in ({"mobile": "13800000000", "title": "名称", "area": area} | answers).items():
            services.save_answer(self.author, NOON, entry.pk, field, value, 0)
        put_file(entry, self.author)
        entry.refresh_from_db()
        return entry


def put_file(entry: Entry, by: Person, field: str = "pictures") -> None:
    """A file that the check let through, in a field."""
    from uuid import uuid4

    from guiguan.apps.files.models import File

    file = File.objects.create(
        name="图.jpg",
        kind="jpg",
        size=1,
        sha256="0" * 64,
        original_sha256="0" * 64,
        stored=uuid4().hex,
        by=by.pk,
        at=NOON,
    )
    services.attach_file(by, NOON, entry.pk, field, file)


def make_campaign(text: str = TEXT, slug: str = "case") -> Campaign:
    """The campaign, open under this text."""
    import hashlib

    campaign = Campaign.objects.create(slug=slug, title="案例征集", state="open", made_at=1, opened_at=1)
    campaign.in_force = Version.objects.create(
        campaign=campaign,
        number=1,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        by=make_person().pk,
        at=1,
        in_force_at=1,
    )
    campaign.save()
    return campaign


@pytest.fixture
def scene(db: None) -> Scene:
    author, teammate, stranger = make_person(), make_person(), make_person()
    return Scene(
        make_campaign(),
        make_unit(author, teammate, name="甲公司"),
        author,
        teammate,
        make_unit(stranger, name="乙公司"),
        stranger,
    )


@pytest.fixture
def scene_of(db: None) -> Callable[[str, str], Campaign]:
    return make_campaign
