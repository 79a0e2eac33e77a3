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
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
