"""A campaign whose provinces declare 9, 10 and 25 entries: two undertakers in one of them, none in another."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field

from apps.conftest import make_person, make_staff, make_unit
from apps.entries.conftest import moment

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.recommending.listing import Place
from guiguan.apps.screening.deciding import decide_screening
from guiguan.apps.screening.judgement import Judgement

TEXT = """
blueprint: 1
campaign: {slug}
title: 解决方案征集
organisers: {{host: [主办所], undertaker: [甲协会, 乙中心, 丙协会]}}
routing:
  desks:
    - {{provinces: ["440000"], undertakers: [甲协会, 乙中心]}}
    - {{provinces: ["310000"], undertakers: [丙协会]}}
categories: [{{id: one, title: 一类}}]
form:
  - {{id: title, label: 名称, kind: text, max: 60}}
  - {{id: region, label: 省, kind: region}}
stages:
  - {{id: declare, kind: declaration, window: [2026-03-01, 2026-03-31]}}
  - {{id: check, kind: screening, who: host, undecided: fails, checklist: [主体合格], reasons: {{bad: 材料不全}}}}
  - id: initial
    kind: panel
    who: undertaker
    per_region: true
    window: [2026-04-01, 2026-04-30]
    scale: {{low: 0, high: 100}}
    criteria: [{{id: use, title: 实用, weight: 100}}]
    aggregate: {{by: sheet, method: mean, incomplete: drop_sheet}}
  - {{id: recommended, kind: selection, title: 推荐终评, by: initial, within: [province], lists: true, take: {{percent: 10, of: declare, rounding: {rounding}, minimum: 0, ties_at_cut: none}}}}
  - {{id: shown, kind: notice, title: 公示, window: [2026-05-10, 2026-05-24]}}
"""
DECLARED = moment("2026-03-20T10:00")
CHECKED = moment("2026-03-25T10:00")
AFTER = moment("2026-04-10T10:00")
SIZES = {"440300": 25, "310101": 10, "460100": 9}
_number = itertools.count(1)


@dataclass
class Scene:
    campaign: Campaign
    clerk: Person
    lead: Person
    first: Person  # both of Guangdong
    second: Person
    shanghai: Person
    units: dict[str, Organisation] = field(default_factory=dict)

    def place(self, province: str) -> Place:
        return Place(self.campaign.pk, "recommended", province)

    def entries(self, province: str) -> list[Entry]:
        return list(
            Entry.objects.filter(campaign=self.campaign, region__startswith=province[:2]).order_by("number")
        )

    def accept_all(self) -> None:
        """The host's formal review lets everybody pass."""
        for entry in Entry.objects.filter(campaign=self.campaign, state="submitted").order_by("number"):
            self.accept(entry)

    def accept(self, entry: Entry) -> None:
        submission = entry.submissions.get()
        decide_screening(
            self.clerk, CHECKED, submission.pk, "check", Judgement("accept", {"主体合格": "yes"})
        )


def make_scene(rounding: str = "floor", sizes: dict[str, int] | None = None) -> Scene:
    slug = f"xc-{next(_number)}"
    text = TEXT.format(slug=slug, rounding=rounding)
    campaign = Campaign.objects.create(slug=slug, title="解决方案征集", state="open", made_at=1, opened_at=1)
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
    scene = Scene(
        campaign,
        make_staff("clerk", slug),
        make_staff("lead", slug),
        make_staff("undertaker", slug, ("440000",)),
        make_staff("undertaker", slug, ("440000",)),
        make_staff("undertaker", slug, ("310000",)),
    )
    for region, count in (sizes or SIZES).items():
        scene.units[region] = make_unit(make_person())
        for n in range(1, count + 1):
            declare(scene, region, n)
    return scene


def declare(scene: Scene, region: str, n: int, at: int = DECLARED) -> Entry:
    """An entry of the region, handed in."""
    unit = scene.units[region]
    entry = Entry.objects.create(
        campaign=scene.campaign,
        organisation=unit,
        number=f"{region[:2]}{n:03}",
        state="submitted",
        title=f"方案{region[:2]}{n:03}",
        region=region,
        made_by=unit.memberships.get().person_id,
        made_at=at,
        submitted_at=at,
    )
    Submission.objects.create(
        entry=entry,
        number=1,
        kind="declaration",
        blueprint=1,
        answers={"title": entry.title, "region": region},
        attachments={},
        sha256="0" * 64,
        by=entry.made_by,
        at=at,
    )
    return entry
