"""Fills a new demo site once; starting it again keeps what is there."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.opening import put_in_force
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.campaigns.services import close_campaign, create_campaign
from guiguan.apps.entries import services
from guiguan.conf.demo.ballots import cast_some
from guiguan.conf.demo.dates import SAMPLES, Sample, moved
from guiguan.conf.demo.entries import fill as fill_entry
from guiguan.conf.demo.entries import generated_rows, hand_in_all
from guiguan.conf.demo.going_on import (
    collect_and_release,
    crowded,
    endorse,
    recommend,
    register_endorser,
)
from guiguan.conf.demo.people import (
    GRANTED,
    PASSWORD,
    SECOND_LEAD,
    make_applicant,
    make_staff,
    username_of,
)
from guiguan.conf.demo.screening import screen
from guiguan.core.permissions.roles import ROLE_TITLES
from guiguan.shipped import shipped_blueprint

VOTING = "gx-demo"
_DAY = 86_400_000


def fill(data: Path, address: str) -> None:
    """The demo's data is there, and `demo.json` beside it says where and how to sign in: one for each role, and others of a role."""
    now = time.time_ns() // 1_000_000
    if not Person.objects.filter(username=username_of("lead")).exists():
        _people(now)
        for sample in SAMPLES:
            _campaign(sample, now)
    _write(data, address)


def _people(now: int) -> None:
    make_staff(now - 200 * _DAY, tuple(s.slug for s in SAMPLES))
    make_applicant(now - 200 * _DAY)


def _campaign(sample: Sample, now: int) -> None:
    """Made and opened long before its windows, filled with what was handed in up to now."""
    today = dt.datetime.fromtimestamp(now / 1000, ZoneInfo("Asia/Shanghai")).date()
    lead = Person.objects.get(username=username_of("lead"))
    before = now - 190 * _DAY
    create_campaign(lead, before, moved(_shipped(sample.shipped), sample, today))
    put_in_force(lead, before, sample.slug, 1, accept_warnings=True)
    campaign = Campaign.objects.select_related("in_force").get(pk=sample.slug)
    rows = generated_rows(blueprint_of(campaign), sample.slug, sample.entries)
    rows = crowded(rows, blueprint_of(campaign).routing is not None)
    made = hand_in_all(campaign, rows[:-1], now)
    register_endorser(campaign, now)
    endorse(campaign, made, now)
    screen(campaign, made, now, sample.slug in ("gx-demo", "gx-done"))
    recommend(campaign, now)
    collect_and_release(campaign, now)
    if sample.slug == VOTING:
        cast_some(campaign, now)
    if sample.closed:
        close_campaign(lead, now, sample.slug)
    elif sample.slug == "xc-demo":
        _draft_of_applicant(campaign, rows[-1], now)


def _shipped(name: str) -> str:
    content = shipped_blueprint(name)
    assert content is not None, name
    return content.decode()


def _draft_of_applicant(campaign: Campaign, row: dict[str, str], now: int) -> None:
    """The demo applicant has one entry, pre-registered and half filled in, to go on with."""
    author = Person.objects.get(username=username_of("applicant"))
    unit = author.memberships.select_related("organisation")[0].organisation
    begun = now - 30 * _DAY
    entry = services.start_entry(author, begun, campaign, unit)
    services.accept_reminder(author, begun, entry.pk)
    fill_entry(entry, blueprint_of(campaign), row, author, begun, share=0.45)
    services.preregister_entry(author, begun, entry.pk)


def _write(data: Path, address: str) -> None:
    roles = (*GRANTED, "applicant", "person")
    sign_ins = [
        {"role": r, "title": ROLE_TITLES[r][0], "username": username_of(r), "password": PASSWORD}
        for r in roles
    ]
    others = [
        {"role": "lead", "title": ROLE_TITLES["lead"][0], "username": SECOND_LEAD, "password": PASSWORD}
    ]
    campaigns = {s.slug: f"{address}/campaigns/{s.slug}/" for s in SAMPLES}
    found = {"address": address, "campaigns": campaigns, "sign_ins": sign_ins, "others": others}
    (data / "demo.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
