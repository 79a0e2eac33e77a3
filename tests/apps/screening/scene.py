"""A campaign whose entries are screened, with people on both sides."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from apps.conftest import make_person, make_staff, make_unit

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.accounts.sealing import PHONE, phone_index, sealer
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.screening.judgement import Fault, Judgement
from guiguan.core.values.moment import parse_instant

TEXT = """
blueprint: 1
campaign: {slug}
title: 案例征集
organisers: {{host: [某局]}}
categories: [{{id: one, title: 一类, areas: [甲, 乙]}}, {{id: two, title: 二类}}]
applicants: {{quotas: [{{per: [applicant], max: 2, clause: 二（一）}}]}}
two_persons: [{two}]
form:
  - {{id: applicant, label: 申报单位, kind: organisation, section: 单位}}
  - {{id: mobile, label: 手机, kind: phone}}
  - {{id: title, label: 名称, kind: text, max: 60, section: 案例}}
  - {{id: category, label: 类别, kind: choice, options: [一类, 二类]}}
  - {{id: area, label: 领域, kind: text, required: false}}
  - {{id: partners, label: 合作单位, kind: rows, required: false, columns: [{{id: who, label: 单位名}}, {{id: part, label: 分工}}]}}
stages:
  - {{id: declare, kind: declaration, window: [2026-09-01, 2026-10-20], clause: 三（一）}}
  - {{id: check, kind: screening, undecided: fails, checklist: [{points}], reasons: {{bad: 材料不全, late: 超过时间}}{correction}}}
{more}
  - {{id: vote, kind: notice, title: 公示, window: [2026-11-10, 2026-11-16]}}
"""
PAPER = "  - {id: paper, kind: paper, copies: 5, until: 2026-10-25, contents: [申报表, 承诺书], marked: 申报材料, address: 某局}"
TERM = ", correction: {working_days: 2, times: 1}"
_number = itertools.count(1)


def moment(text: str) -> int:
    """Milliseconds of a time in the campaign's zone."""
    return int(parse_instant(text, ZoneInfo("Asia/Shanghai")))


AT = moment("2026-09-29T10:00")
DECIDED = moment("2026-09-30T15:00")  # a Wednesday; the holidays last from 1 to 7 October
POINTS = ("主体合格", "材料齐全")
YES = dict.fromkeys(POINTS, "yes")
ACCEPT = Judgement("accept", YES)
RETURN = Judgement("return", {}, (Fault("title", "名称太短"), Fault("", "缺盖章")), note="请尽快")
REFUSE = Judgement("refuse", {}, (), "bad", "缺少盖章页")


def with_phone(person: Person, phone: str) -> Person:
    """The person with a proven number."""
    person.phone, person.phone_index = sealer().seal(phone, PHONE), phone_index(phone)
    person.phone_verified = True
    person.save()
    return person


@dataclass
class Scene:
    """A campaign under way, one unit that declares, one screener."""

    campaign: Campaign
    unit: Organisation
    author: Person
    screener: Person

    def handed_in(self, title: str = "名称", at: int = AT, unit: Organisation | None = None) -> Entry:
        """An entry of the unit (or of another, by its keeper), handed in."""
        by = unit.memberships.get(keeper=True).person if unit else self.author
        entry = services.start_entry(by, at, self.campaign, unit or self.unit)
        answers = {"mobile": "13900001111", "title": title, "category": "一类", "area": "甲"}
        for field, value in answers.items():
            services.save_answer(by, at, entry.pk, field, value, 0)
        services.submit_entry(by, at, entry.pk)
        return Entry.objects.get(pk=entry.pk)

    def draft(self, at: int = AT, unit: Organisation | None = None) -> Entry:
        """An entry of the unit (or of another, by its keeper), begun."""
        by = unit.memberships.get(keeper=True).person if unit else self.author
        return services.start_entry(by, at, self.campaign, unit or self.unit)

    def another(self, region: str = "450300") -> Organisation:
        """One more unit with a keeper of its own."""
        unit = make_unit(make_person())
        unit.region = region
        unit.save(update_fields=["region"])
        return unit


def make_scene(*, term: bool = True, two: bool = False, points: bool = True, more: str = "") -> Scene:
    slug = f"case-{next(_number)}"
    text = TEXT.format(
        slug=slug,
        two="screening" if two else "void",
        points=", ".join(POINTS) if points else "",
        correction=TERM if term else "",
        more=more,
    )
    lead = make_staff("lead", slug)
    campaign = Campaign.objects.create(slug=slug, title="案例征集", state="open", made_at=1, opened_at=1)
    version = Version.objects.create(
        campaign=campaign, number=1, text=text, sha256=f"{slug:0>64}", by=lead.pk, at=1, in_force_at=1
    )
    campaign.in_force = version
    campaign.save()
    author = with_phone(make_person(), f"138{next(_number):08d}")
    unit = make_unit(author)
    unit.region = "450100"
    unit.save(update_fields=["region"])
    return Scene(campaign, unit, author, make_staff("screener", slug))


def newest(entry: Entry) -> int:
    """The submission that a screener sees."""
    return Submission.objects.filter(entry=entry).latest("number").pk


def rules_of(error: Exception) -> list[str]:
    return [f.rule for f in error.findings]  # type: ignore[attr-defined]  # an InputError
