"""A campaign whose vote is open today, with entries that everybody may read, for tests of voting."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import time
from typing import Any
from zoneinfo import ZoneInfo

from apps.conftest import make_person, make_unit
from apps.entries.conftest import make_campaign

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.votes.models import Count, Poll
from guiguan.apps.votes.queries import Vote, votes_of
from guiguan.apps.votes.services import open_poll

ZONE = ZoneInfo("Asia/Shanghai")
DAY = 86_400_000
SECRET = "机密联系人"
_number = itertools.count(1)

TEXT = """
blueprint: 1
campaign: {slug}
title: 案例征集
organisers: {{host: [某局]}}
categories: [{{id: one, title: 一类}}, {{id: two, title: 二类}}]
two_persons: {two}
{extra}
form:
  - {{id: applicant, label: 申报单位, kind: organisation, section: 单位, public: true}}
  - {{id: contact, label: 联系人, kind: person}}
  - {{id: mobile, label: 手机, kind: phone, public: true}}
  - {{id: title, label: 名称, kind: text, max: 30, section: 案例, public: true}}
  - {{id: category, label: 类别, kind: choice, options: [一类, 二类], public: true}}
  - {{id: summary, label: 简介, kind: text, max: 200, public: true}}
  - {{id: honours, label: 获奖, kind: list, of: text, max: 3, public: true, required: false}}
  - {{id: budget, label: 投资, kind: text, max: 30}}
documents: [{{id: guide, title: 评选指南, kind: guide, clause: 附件4}}]
stages:
  - {{id: declare, kind: declaration, window: [2020-01-01, 2020-01-31]}}
  - {{id: check, kind: screening, undecided: {undecided}, reasons: {{bad: 材料不全}}}}
  - id: vote
    kind: ballots
    window: [{first}, {last}]
    {stage}
  - id: experts
    kind: panel
    who: expert
    scale: {{low: 0, high: 100}}
    criteria: [{{id: new, title: 创新, weight: 100, guide: 看有没有新意}}]
    aggregate: {{by: sheet, method: mean, incomplete: drop_sheet}}
rankings:
  - id: final
    of: vote
    parts:
      - {{from: vote, weight: 20, mapping: share_of_maximum, over: all}}
      - {{from: experts, weight: 80, mapping: none}}
    rounding: {{digits: 2, mode: half_up, at: [composite]}}
    last: shared
awards: [{{id: best, title: 最佳, by: final, take: {{count: 1}}}}]
"""
STAGE: dict[str, Any] = {
    "voter": ["wechat"],
    "choices": {"exactly": 2},
    "repeated": "refuse_ballot",
    "unknown": "refuse_ballot",
    "limits": [{"per": ["voter", "entry", "day"], "max": 1, "over": "refuse_ballot"}],
    "counts": "shown",
    "channels": {"news": "某新闻网"},
}


def now() -> int:
    return time.time_ns() // 1_000_000


def day(offset: int) -> str:
    """Today in the campaign's zone, or so many days from it."""
    return (dt.datetime.now(ZONE).date() + dt.timedelta(days=offset)).isoformat()


def make_vote(
    slug: str = "case",
    entries: int = 4,
    first: int = -1,
    last: int = 1,
    two: str = "[]",
    extra: str = "",
    undecided: str = "passes",
    **stage: Any,
) -> Campaign:
    """An open campaign with a vote from yesterday to tomorrow and accepted entries; the vote itself is not opened yet."""
    keys = "\n    ".join(f"{k}: {json.dumps(v, ensure_ascii=False)}" for k, v in (STAGE | stage).items())
    text = TEXT.format(
        slug=slug, first=day(first), last=day(last), stage=keys, two=two, extra=extra, undecided=undecided
    )
    campaign = make_campaign(text, slug)
    for n in range(1, entries + 1):
        make_entry(campaign, n)
    return campaign


def make_entry(campaign: Campaign, n: int, state: str = "accepted") -> Entry:
    """An entry that was handed in; two of its answers are nobody's business."""
    author = make_person()
    entry = Entry.objects.create(
        campaign=campaign,
        organisation=make_unit(author, name=f"单位{next(_number)}"),
        number=f"{campaign.pk.upper()}-{n:05}",
        state=state,
        title=f"案例{n}",
        category="一类",
        made_by=author.pk,
        made_at=1,
        submitted_at=1_578_000_000_000,
    )
    answers = {
        "contact": SECRET,
        "mobile": "13800001111",
        "title": f"案例{n}",
        "category": "一类" if n % 2 else "二类",
        "summary": f"简介{n}",
        "honours": ["甲奖", "乙奖"],
        "budget": "九千万",
    }
    Submission.objects.create(
        entry=entry,
        number=1,
        kind="declaration",
        blueprint=1,
        answers=answers,
        attachments={},
        sha256="0" * 64,
        by=author.pk,
        at=1_578_000_000_000,
    )
    return entry


def vote_of(campaign: Campaign, at: int | None = None) -> Vote:
    return votes_of(Campaign.objects.select_related("in_force").get(pk=campaign.pk), at or now())[0]


def opened(campaign: Campaign) -> Poll:
    """The vote is open, as the clock opens it."""
    return open_poll("votes.open", now(), campaign.pk, "vote")


def count(campaign: Campaign, entry: str, votes: int, channel: str = "") -> None:
    """So many votes are counted."""
    Count.objects.create(
        campaign=campaign.pk, stage="vote", day=day(0), entry=entry, channel=channel, votes=votes
    )
