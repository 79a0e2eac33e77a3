"""Two campaigns with long texts and pictures, several units, and those who review."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from uuid import uuid4
from zoneinfo import ZoneInfo

from apps.conftest import make_person, make_staff, make_unit
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Attachment, Entry
from guiguan.apps.files.models import File
from guiguan.apps.likeness.printing import compare_declarations
from guiguan.core.values.moment import parse_instant

TEXT = """
blueprint: 1
campaign: {slug}
title: 案例征集
duplicates: {duplicates}
organisers: {{host: [某局]}}
categories: [{{id: one, title: 一类}}]
form:
  - {{id: title, label: 名称, kind: text}}
  - {{id: mobile, label: 手机, kind: phone, required: false}}
  - {{id: summary, label: 案例简介, kind: text, lines: true, help: 重点说明案例是什么、能干什么、什么效果}}
  - {{id: effect, label: 实施效果, kind: text, lines: true, required: false}}
  - {{id: pictures, label: 图片, kind: pictures, required: false}}
stages:
  - {{id: declare, kind: declaration, window: [2026-03-01, 2026-03-31]}}
  - {{id: check, kind: screening, undecided: fails, reasons: {{bad: 材料不全}}}}
"""
_number = itertools.count(1)
AT = int(parse_instant("2026-03-10T12:00", ZoneInfo("Asia/Shanghai")))
LONG = (
    "灵渠水务数据平台归集全市水库、河道、管网和泵站的实时数据，建立统一的水务数据目录和共享接口，"
    "实现来水、供水、排水、节水四个环节的一网统管，值班人员在一个页面上就能看到预警并调度处置，"
    "上线以来累计处置积水点一百二十六处，平均处置时间由四十分钟缩短到十一分钟，群众投诉下降六成。"
)
OTHER = (
    "智慧农贸市场监管系统以食用农产品合格证为抓手，把入场登记、快速检测、交易结算和追溯查询连成一条线，"
    "商户用手机即可完成报备，监管部门按风险等级安排抽检，不合格批次十分钟内下架并通知全部下游摊位。"
)


@dataclass
class Scene:
    """One campaign under way."""

    campaign: Campaign
    screener: Person

    def unit(self, region: str = "450100") -> Organisation:
        unit = make_unit(make_person())
        unit.region = region
        unit.save(update_fields=["region"])
        return unit

    def draft(self, unit: Organisation, summary: str = LONG, title: str = "名称") -> Entry:
        by = keeper(unit)
        entry = services.start_entry(by, AT, self.campaign, unit)
        for field, value in {"title": title, "summary": summary}.items():
            services.save_answer(by, AT, entry.pk, field, value, 0)
        return Entry.objects.get(pk=entry.pk)

    def handed_in(
        self,
        unit: Organisation,
        summary: str = LONG,
        title: str = "名称",
        picture: bytes | None = None,
        at: int = AT,
    ) -> Entry:
        entry = self.draft(unit, summary, title)
        if picture is not None:
            put_picture(entry, keeper(unit), picture)
        services.submit_entry(keeper(unit), at, entry.pk)
        return Entry.objects.get(pk=entry.pk)


def keeper(unit: Organisation) -> Person:
    return unit.memberships.get(keeper=True).person


def put_picture(entry: Entry, by: Person, content: bytes) -> None:
    """A picture that the check let through, in the field of pictures."""
    file = File(
        pk=uuid4(),
        name="图.jpg",
        kind="jpg",
        size=len(content),
        sha256="0",
        original_sha256="0",
        by=by.pk,
        at=AT,
    )
    file.stored = default_storage.save(f"{file.pk}.jpg", ContentFile(content))
    file.save()
    Attachment.objects.create(
        entry=entry, field="pictures", position=1, file=file.pk, revision=1, by=by.pk, at=AT
    )


def make_scene(duplicates: str = "this_campaign") -> Scene:
    slug = f"alike-{next(_number)}"
    text = TEXT.format(slug=slug, duplicates=duplicates)
    campaign = Campaign.objects.create(
        slug=slug, title=f"案例征集 {slug}", state="open", made_at=1, opened_at=1
    )
    campaign.in_force = Version.objects.create(
        campaign=campaign,
        number=1,
        text=text,
        sha256=f"{slug:0>64}",
        by=make_person().pk,
        at=1,
        in_force_at=1,
    )
    campaign.save()
    return Scene(campaign, make_staff("screener", slug))


def photo(seed: int, size: tuple[int, int] = (640, 480), quality: int = 90) -> bytes:
    """A JPEG of a made-up picture; the same seed is the same picture."""
    import io
    import random

    from PIL import Image, ImageDraw

    chance = random.Random(seed)
    picture = Image.new("RGB", (640, 480), (180, 190, 200))
    draw = ImageDraw.Draw(picture)
    for _ in range(18):
        x, y = chance.randrange(600), chance.randrange(440)
        draw.rectangle(
            (x, y, x + chance.randrange(40, 300), y + chance.randrange(40, 240)),
            fill=tuple(chance.choices(range(256), k=3)),
        )
    held = io.BytesIO()
    picture.resize(size).save(held, "JPEG", quality=quality)
    return held.getvalue()


def compare_all(at: int) -> int:
    """Everything that waits is compared, however slow the machine is; how many."""
    done = 0
    while some := compare_declarations(at):
        done += some
    return done
