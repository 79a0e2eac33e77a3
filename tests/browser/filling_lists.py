"""Scenes for the walks through screening, endorsement, lists and batches; `filling.py` calls them by name."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

DAY = 86_400_000
HEAD = """
blueprint: 1
campaign: {slug}
title: {title}
organisers: {{host: [主办所], undertaker: [甲协会, 乙中心, 丙协会]}}
"""
REGIONS = (
    HEAD
    + """
routing:
  desks:
    - {{provinces: ["440000"], undertakers: [甲协会, 乙中心]}}
    - {{provinces: ["310000"], undertakers: [丙协会]}}
categories: [{{id: one, title: 综合办公系统}}]
form:
  - {{id: title, label: 方案名称, kind: text, max: 60, public: true}}
  - {{id: region, label: 省, kind: region}}
stages:
  - {{id: declare, kind: declaration, window: ["{start}", "{end}"]}}
  - {{id: check, kind: screening, who: host, undecided: fails, checklist: [申报主体符合申报要求], reasons: {{bad: 材料不全}}}}
  - {{id: initial, kind: panel, title: 分区域初评, who: undertaker, per_region: true, window: ["{start}", "{late}"], scale: {{low: 0, high: 100}}, criteria: [{{id: use, title: 实用, weight: 100}}], aggregate: {{by: sheet, method: mean, incomplete: drop_sheet}}}}
  - {{id: recommended, kind: selection, title: 推荐终评, by: initial, within: [province], lists: true, take: {{percent: 10, of: declare, rounding: {more}, minimum: 0, ties_at_cut: none}}}}
  - {{id: shown, kind: notice, title: 公示, working_days: 5}}
"""
)
ENDORSED = (
    HEAD
    + """
categories: [{{id: one, title: 市民服务类}}]
endorsers: {{list: [青岛市直部门, 中央和省驻青部门], kinds: [recommend], opinion: sealed}}
form:
  - {{id: title, label: 案例名称, kind: text, max: 60, public: true}}
  - {{id: endorsed_by, label: 推荐单位, kind: organisation, required: false}}
stages:
  - {{id: declare, kind: declaration, window: ["{start}", "{late}"]}}
  - {{id: check, kind: screening, title: 初步审核, undecided: passes, reasons: {{incomplete: 在线申报内容填写不完整}}}}
  - {{id: shown, kind: notice, title: 公示, working_days: 5}}
"""
)
ROLLING = (
    HEAD
    + """
categories: [{{id: society, title: 数字社会场景}}]
endorsers: {{list: [各设区市, 自治区各行业主管部门], kinds: [compile], opinion: none}}
form:
  - {{id: applicant, label: 申报单位, kind: organisation, public: true}}
  - {{id: title, label: 应用场景名称, kind: text, max: 60, public: true}}
  - id: list
    label: 多跨数字应用场景清单
    kind: rows
    columns:
      - {{id: need, label: 需求名称, group: 重大需求}}
      - {{id: responsible, label: 责任单位, group: 多跨场景应用}}
stages:
  - {{id: declare, kind: declaration, title: 征集申报, rolling: true, opens: 2025-01-01}}
  - {{id: compile, kind: endorsement, title: 汇总报送, by: 各市、各行业主管部门, needed: true, opinion: compile}}
  - {{id: review, kind: panel, title: 遴选评审, rolling: true, who: expert, scale: {{low: 0, high: 100}}, criteria: [{{id: use, title: 重大任务牵引, weight: 100}}], aggregate: {{by: sheet, method: mean, incomplete: drop_sheet}}}}
  - {{id: selected, kind: selection, by: review, take: {{at_least: "60"}}, lists: true}}
  - {{id: release, kind: release, title: 发布清单, every: half_year}}
"""
)


def regions(slug: str, rounding: str) -> dict[str, Any]:
    """Provinces of 25, 10 and 9 entries; two undertakers in the first, one in the second, none in the third."""
    campaign = _campaign(REGIONS, slug, "解决方案征集", rounding)
    for region, count in (("440300", 25), ("310101", 10), ("460100", 9)):
        unit = _unit(f"{slug}{region}", region)
        for n in range(1, count + 1):
            _entry(campaign, unit, f"{region[:2]}{n:03}", f"方案{region[:2]}{n:03}", region)
    return {
        "clerk": _staff("clerk", slug),
        "lead": _staff("lead", slug),
        "first": _staff("undertaker", slug, "440000"),
        "second": _staff("undertaker", slug, "440000", "二"),
        "shanghai": _staff("undertaker", slug, "310000", "沪"),
    }


def endorsed(slug: str) -> dict[str, Any]:
    """An entry that names a body, and somebody who sits for it."""
    from guiguan.apps.accounts.models import Person
    from guiguan.apps.endorsing.bodies import register_body, seat_person

    campaign = _campaign(ENDORSED, slug, "信息化典型案例评选", "")
    unit = _unit(f"{slug}示例公司", "370202")
    author = unit.memberships.get().person
    entry = _entry(campaign, unit, f"{slug}-1".upper(), "智慧教育平台", "370202", endorsed_by="青岛市教育局")
    sessions = {r: _staff(r, slug) for r in ("clerk", "screener", "endorser")}
    clerk = Person.objects.get(username=f"{slug}-clerk")
    body = register_body(clerk, _now(), slug, "青岛市教育局", "青岛市直部门")
    seat_person(clerk, _now(), body.pk, f"{slug}-endorser")
    return sessions | {"author": _session(author), "entry": str(entry.pk), "body": body.pk}


def scenarios(slug: str) -> dict[str, Any]:
    """A city with a county below it, scenarios in both, and the organiser's people."""
    from guiguan.apps.accounts.models import Person
    from guiguan.apps.endorsing.bodies import register_body, seat_person

    campaign = _campaign(ROLLING, slug, "广西数字应用场景征集", "")
    for n, (title, region) in enumerate(
        (("数智大市场", "450103"), ("智慧养老服务", "450103"), ("城市内涝预警", "450102")), 1
    ):
        rows = [{"need": f"{title}的需求", "responsible": "市场监管局"}]
        _entry(campaign, _unit(f"{slug}单位{n}", region), f"{slug}-{n}".upper(), title, region, list=rows)
    sessions = {
        "clerk": _staff("clerk", slug),
        "lead": _staff("lead", slug),
        "county": _staff("endorser", slug, name="县"),
        "city": _staff("endorser", slug, name="市"),
    }
    clerk = Person.objects.get(username=f"{slug}-clerk")
    city = register_body(clerk, _now(), slug, "南宁市", "各设区市", "450100")
    county = register_body(clerk, _now(), slug, "南宁市青秀区", "各设区市", "450103", city.pk)
    seat_person(clerk, _now(), city.pk, f"{slug}-endorser市")
    seat_person(clerk, _now(), county.pk, f"{slug}-endorser县")
    return sessions | {"city_body": city.pk, "county_body": county.pk}


def scan() -> dict[str, Any]:
    """A sealed page as PDF, in hexadecimal digits."""
    from guiguan.conf.demo.pictures import paper

    return {"pdf": paper("推荐意见").hex()}


def _campaign(text: str, slug: str, title: str, more: str) -> Any:
    from guiguan.apps.accounts.models import Person
    from guiguan.apps.campaigns.models import Campaign, Version

    today = datetime.fromtimestamp(_now() / 1000, UTC).date()
    days = {"start": -30, "end": -2, "late": 30}
    dates = {k: (today + timedelta(days=n)).isoformat() for k, n in days.items()}
    written = text.format(slug=slug, title=title, more=more, **dates)
    campaign = Campaign.objects.create(slug=slug, title=title, state="open", made_at=1, opened_at=1)
    campaign.in_force = Version.objects.create(
        campaign=campaign,
        number=1,
        text=written,
        sha256=hashlib.sha256(written.encode()).hexdigest(),
        by=Person.objects.create(username=f"{slug}-maker").pk,
        at=1,
        in_force_at=1,
    )
    campaign.save()
    return campaign


def _unit(name: str, region: str) -> Any:
    from guiguan.apps.accounts.models import Membership, Organisation, Person

    unit = Organisation.objects.create(
        kind="enterprise", name=name, address="示例路 1 号", region=region, state="approved", submitted_at=1
    )
    keeper = Person.objects.create(username=f"keeper-{name}")
    Membership.objects.create(organisation=unit, person=keeper, keeper=True, since=1)
    return unit


def _entry(campaign: Any, unit: Any, number: str, title: str, region: str, **answers: Any) -> Any:
    from guiguan.apps.entries.models import Answer, Entry, Submission

    at, by = _now() - 5 * DAY, unit.memberships.get().person_id
    entry = Entry.objects.create(
        campaign=campaign,
        organisation=unit,
        number=number,
        state="submitted",
        title=title,
        region=region,
        reminded=True,
        made_by=by,
        made_at=at,
        submitted_at=at,
    )
    values = {"title": title, **answers}
    for field, value in values.items():
        Answer.objects.create(entry=entry, field=field, value=value, revision=1, by=by, at=at)
    Submission.objects.create(
        entry=entry,
        number=1,
        kind="declaration",
        blueprint=1,
        answers=values,
        attachments={},
        sha256="0" * 64,
        by=by,
        at=at,
    )
    return entry


def _staff(role: str, slug: str, region: str = "", name: str = "") -> str:
    """The session of somebody who holds the role."""
    from guiguan.apps.accounts.grants import grant_first
    from guiguan.apps.accounts.models import Person

    person = Person.objects.create(username=f"{slug}-{role}{name}")
    grant_first(1, person, role, slug, (region,) if region else ())  # type: ignore[arg-type]  # a role's name
    return _session(person)


def _session(person: Any) -> str:
    from filling import session_of  # type: ignore[import-not-found]  # beside this file when it runs

    found: str = session_of(person)
    return found


def _now() -> int:
    return time.time_ns() // 1_000_000
