"""Fills the site that a browser test visits: `python filling.py NAME ARGUMENTS…` prints what the function returns as JSON.

The site's settings stand in the environment. Each function is one scene.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sys
import time
import warnings
from typing import Any
from uuid import UUID

NOON = 1_773_115_200_000
PICTURES = """
blueprint: 1
campaign: {slug}
title: 案例征集
organisers: {{host: [某局]}}
categories: [{{id: one, title: 一类, areas: [甲, 乙]}}]
form:
  - {{id: applicant, label: 申报单位, kind: organisation}}
  - {{id: title, label: 案例名称, kind: text, max: 30}}
  - {{id: area, label: 领域, kind: text}}
  - {{id: pictures, label: 案例图片, kind: pictures, count: 4, formats: [jpg], pixels: 800x600, public: true}}
  - {{id: photos, label: 现场照片, kind: pictures, at_most: 2, formats: [jpg], pixels: 800x600, pixels_are: minimum, required: false}}
  - {{id: scan, label: 签字盖章后的扫描件, kind: scan, formats: [pdf]}}
stages:
  - {{id: declare, kind: declaration, window: [2026-03-01, 2026-03-31], clause: 三（一）}}
  - {{id: check, kind: screening, undecided: fails, reasons: {{bad: 材料不全}}}}
"""


def entry_with_pictures(slug: str) -> dict[str, Any]:
    """A draft whose form takes pictures and scans, and the session of its author."""
    from guiguan.apps.accounts.models import Membership, Organisation, Person
    from guiguan.apps.campaigns.models import Campaign, Version
    from guiguan.apps.entries import services

    author = Person.objects.create(username=f"author-{slug}")
    unit = Organisation.objects.create(
        kind="enterprise", name="示例科技公司", address="示例路 1 号", state="approved", submitted_at=1
    )
    Membership.objects.create(organisation=unit, person=author, keeper=True, since=1)
    text = PICTURES.format(slug=slug)
    campaign = Campaign.objects.create(slug=slug, title="案例征集", state="open", made_at=1, opened_at=1)
    campaign.in_force = Version.objects.create(
        campaign=campaign,
        number=1,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        by=author.pk,
        at=1,
        in_force_at=1,
    )
    campaign.save()
    entry = services.start_entry(author, NOON, campaign, unit)
    return {"entry": str(entry.pk), "session": session_of(author)}


def guangxi_draft(slug: str) -> dict[str, Any]:
    """A draft in Guangxi's call of 2021, which takes entries now, with all files but the form itself; its author and a screener."""
    from guiguan.apps.accounts.models import Grant, Membership, Organisation, Person
    from guiguan.apps.campaigns.models import Campaign, Version
    from guiguan.apps.entries import services
    from guiguan.apps.entries.models import Attachment
    from guiguan.shipped import shipped_blueprint

    author = Person.objects.create(username=f"author-{slug}")
    screener = Person.objects.create(username=f"screener-{slug}")
    unit = Organisation.objects.create(
        kind="enterprise",
        name="示例科技公司",
        address="示例路 1 号",
        state="approved",
        submitted_at=1,
        region="450100",
    )
    Membership.objects.create(organisation=unit, person=author, keeper=True, since=1)
    shipped = shipped_blueprint("guangxi-2021")
    assert shipped is not None
    text = shipped.decode().replace("campaign: guangxi-2021", f"campaign: {slug}", 1)
    text = text.replace("window: [2021-05-07, 2021-06-06]", "window: [2026-01-01, 2046-12-31]", 1)
    campaign = Campaign.objects.create(
        slug=slug, title="广西信息化优秀案例征集评选活动", state="open", made_at=1, opened_at=1
    )
    campaign.in_force = Version.objects.create(
        campaign=campaign, number=1, text=text, sha256=hashlib.sha256(text.encode()).hexdigest(), by=author.pk, at=1, in_force_at=1
    )  # fmt: skip
    campaign.save()
    Grant.objects.create(person=screener, role="screener", campaign=slug, by="installation", at=1)
    clerk = Person.objects.create(username=f"clerk-{slug}")
    Grant.objects.create(person=clerk, role="clerk", campaign=slug, by="installation", at=1)
    entry = services.start_entry(author, NOON, campaign, unit)
    for field, kind, count in (("pictures", "jpg", 4), ("evidence", "pdf", 1), ("commitment", "pdf", 1)):
        for position in range(1, count + 1):
            file = _kept(author, kind)
            Attachment.objects.create(
                entry=entry, field=field, position=position, file=file.pk, revision=1, by=author.pk, at=NOON
            )
    return {
        "entry": str(entry.pk),
        "session": session_of(author),
        "screener": session_of(screener),
        "campaign": slug,
        "clerk": session_of(clerk),
    }


def _kept(by: Any, kind: str) -> Any:
    """A good file of the kind, in the storage."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from guiguan.apps.files.models import File
    from guiguan.bench.uploads import good_file

    content = good_file(kind)  # type: ignore[arg-type]  # one of the kinds
    digest = hashlib.sha256(content).hexdigest()
    file = File(
        name=f"材料.{kind}",
        kind=kind,
        size=len(content),
        sha256=digest,
        original_sha256=digest,
        by=by.pk,
        at=NOON,
    )
    file.stored = default_storage.save(f"{file.pk.hex}.{kind}", ContentFile(content))
    file.save()
    return file


def files_of(entry_id: str, field: str) -> dict[str, Any]:
    """What stands in a field: name, kind, pixels and digest of each file, and how many uploads are unfinished."""
    from guiguan.apps.entries.models import Attachment
    from guiguan.apps.files.models import File, Upload

    rows = Attachment.objects.filter(entry_id=UUID(entry_id), field=field, removed_at=None).order_by(
        "position", "at"
    )
    files = [File.objects.get(pk=row.file) for row in rows]
    return {
        "files": [[f.name, f.kind, f.width, f.height, f.original_sha256] for f in files],
        "unfinished": Upload.objects.filter(file=None).count(),
    }


def open_campaign(slug: str, shipped: str, anchor: str) -> dict[str, Any]:
    """A shipped campaign of its own, open, with its dates moved so that `anchor` is today; the demo's people work in it."""
    import time

    from guiguan.apps.accounts.grants import grant_first
    from guiguan.apps.accounts.models import CodeSent, Person
    from guiguan.apps.campaigns.opening import put_in_force
    from guiguan.apps.campaigns.services import create_campaign
    from guiguan.conf.demo.people import username_of

    CodeSent.objects.all().delete()  # as if the codes of earlier walks had been sent long ago
    now = time.time_ns() // 1_000_000
    before = now - 190 * 86_400_000
    lead = Person.objects.get(username=username_of("lead"))
    create_campaign(lead, before, _moved(slug, shipped, anchor))
    put_in_force(lead, before, slug, 1, accept_warnings=True)
    for role in ("screener", "clerk", "supervisor"):
        person = Person.objects.get(username=username_of(role))
        grant_first(before, person, role, slug)
    return opened(slug)


def time_passes(slug: str, shipped: str, anchor: str) -> dict[str, Any]:
    """The campaign stands where it stands when `anchor` is today: its dates are moved instead of the clock."""
    from guiguan.apps.campaigns.models import Campaign, Version

    text = _moved(slug, shipped, anchor)
    campaign = Campaign.objects.select_related("in_force").get(pk=slug)
    assert campaign.in_force is not None
    Version.objects.filter(pk=campaign.in_force.pk).update(
        text=text, sha256=hashlib.sha256(text.encode()).hexdigest()
    )
    return opened(slug)


def opened(slug: str) -> dict[str, Any]:
    """The campaign's title, and its blueprint as it is in force."""
    from guiguan.apps.campaigns.models import Campaign

    campaign = Campaign.objects.select_related("in_force").get(pk=slug)
    assert campaign.in_force is not None
    return {"title": campaign.title, "text": campaign.in_force.text}


def _moved(slug: str, shipped: str, anchor: str) -> str:
    import datetime as dt
    from zoneinfo import ZoneInfo

    from guiguan.conf.demo.dates import Sample, moved
    from guiguan.shipped import shipped_blueprint

    content = shipped_blueprint(shipped)
    assert content is not None
    today = dt.datetime.now(ZoneInfo("Asia/Shanghai")).date()
    text = moved(content.decode(), Sample(slug, shipped, anchor, 0), today)
    return text.replace("（演示）", f"（{slug}）", 1)


def staff_with_password(username: str, password: str) -> dict[str, Any]:
    """A security administrator who signs in with a password."""
    from guiguan.apps.accounts.grants import grant_first
    from guiguan.apps.accounts.models import Person

    person = Person.objects.create(username=username)
    person.set_password(password)
    person.save()
    grant_first(NOON, person, "security_admin")
    return {"person": str(person.pk)}


def vote(slug: str, entries: str, stage: str) -> dict[str, Any]:
    """A campaign whose vote is open, by these keys of its stage."""
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[1]))
    import voting
    from apps import conftest
    from voting import make_vote, opened

    # names are counted in each process; several fill one site
    conftest._number = voting._number = itertools.count(time.time_ns())
    return {"poll": opened(make_vote(slug, int(entries), **json.loads(stage))).pk}


def ballots(slug: str) -> dict[str, Any]:
    """What is stored: choices and channel of each ballot."""
    from guiguan.apps.votes.models import Ballot, Poll

    poll = Poll.objects.get(campaign=slug)
    rows = Ballot.objects.filter(poll=poll.pk, kind="ballot").order_by("time").values_list("entry", flat=True)
    found = [json.loads(bytes(row)) for row in rows]
    return {"ballots": [[b["choices"], b.get("ch", "")] for b in found]}


def session_of(person: Any) -> str:
    """The key of a session in which the person is signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from guiguan.conf.run import start_django

        start_django()
    import filling_lists  # type: ignore[import-not-found]  # beside this file when it runs

    scenes = vars(filling_lists) | globals()
    print(json.dumps(scenes[sys.argv[1]](*sys.argv[2:])))
