"""Guangxi's call taking entries, one unit's draft in it, and Word files for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.conftest import make_person, make_unit
from django.core.files.uploadedfile import SimpleUploadedFile

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Entry
from guiguan.apps.files.models import File
from guiguan.apps.files.services import take_file
from guiguan.shipped import shipped_blueprint

AT = 1_773_115_200_000
WALK = Path(__file__).parents[2] / "browser" / "data" / "walk.docx"


@dataclass(frozen=True)
class WordScene:
    campaign: Campaign
    unit: Organisation
    keeper: Person
    mate: Person
    stranger: Person
    entry: Entry


def word_scene(blueprint: str = "guangxi-2021") -> WordScene:
    keeper, mate, stranger = (make_person() for _ in range(3))
    unit = make_unit(keeper, mate, name="示例科技公司")
    unit.region = "450100"
    unit.save()
    make_unit(stranger)
    shipped = shipped_blueprint(blueprint)
    assert shipped is not None
    text = shipped.decode().replace("window: [2021-05-07, 2021-06-06]", "window: [2026-01-01, 2046-12-31]", 1)
    campaign = Campaign.objects.create(slug="gx", title="征集", state="open", made_at=1, opened_at=1)
    campaign.in_force = Version.objects.create(
        campaign=campaign, number=1, text=text, sha256="0" * 64, by=keeper.pk, at=1, in_force_at=1
    )
    campaign.save()
    return WordScene(campaign, unit, keeper, mate, stranger, services.start_entry(keeper, AT, campaign, unit))


def taken(by: Person, content: bytes | None = None, name: str = "表.docx", kind: str = "docx") -> File:
    uploaded: Any = SimpleUploadedFile(name, WALK.read_bytes() if content is None else content)
    return take_file(by.pk, AT, uploaded, formats=(kind,), megabytes=20)
