"""The scene of the benchmark `site`: one campaign of the Guangxi kind with thousands of entries, and people signed in.

`python -m guiguan.bench.site_scene ENTRIES USERS STAFF` fills the database that the environment names, in bulk, and prints the
people as JSON. What the services would have written is written here without them; no service is measured by it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from guiguan.core.blueprint.form import FormField, ListField, RowsField, UploadField
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import Value

SLUG, SEED, UNITS = "bench-site", "bench-site", 1_000
DECLARING = "2021-06-01"
"""A day of the notice on which declaring is open; it becomes today."""


def fill(entries: int, users: int, staff: int) -> dict[str, Any]:
    """Tables, campaign, units, entries (one draft for each user, the others handed in), people with their sessions."""
    from guiguan.conf.demo.dates import Sample, moved
    from guiguan.conf.run import prepare
    from guiguan.shipped import shipped_blueprint

    prepare()
    from django.db import transaction

    from guiguan.apps.campaigns.models import Campaign, Version
    from guiguan.apps.campaigns.queries import blueprint_of
    from guiguan.conf.demo.entries import generated_rows

    at = time.time_ns() // 1_000_000
    sample = Sample(SLUG, "guangxi-2021", DECLARING, entries)
    text = moved((shipped_blueprint(sample.shipped) or b"").decode(), sample, dt.datetime.now(dt.UTC).date())
    with transaction.atomic():
        campaign = Campaign.objects.create(
            slug=SLUG, title="站点基准", state="open", made_at=at, opened_at=at
        )
        digest = hashlib.sha256(text.encode()).hexdigest()
        campaign.in_force = Version.objects.create(
            campaign=campaign, number=1, text=text, sha256=digest, by=uuid.uuid4(), at=at, in_force_at=at
        )
        campaign.save()
        rows = generated_rows(blueprint_of(campaign), SEED, entries)
        return _people_and_entries(campaign, blueprint_of(campaign), rows, users, staff, at)


def _people_and_entries(
    campaign: Any, blueprint: Blueprint, rows: list[dict[str, str]], users: int, staff: int, at: int
) -> dict[str, Any]:
    from guiguan.apps.accounts.models import Grant, Membership, Person
    from guiguan.apps.accounts.sealing import NAME, sealer
    from guiguan.core.blueprint.sections import sections_of

    people = Person.objects.bulk_create(
        Person(username=f"bench-{n}", name=sealer().seal(f"用户{n}", NAME)) for n in range(users + staff)
    )
    units = make_units(max(UNITS, users), at)
    Membership.objects.bulk_create(
        Membership(organisation=unit, person=person, keeper=True, since=at)
        for unit, person in zip(units, people[:users], strict=False)
    )
    Grant.objects.bulk_create(
        Grant(person=p, role="screener", campaign=campaign.pk, by="bench", at=at) for p in people[users:]
    )
    made = make_entries(campaign, blueprint, rows, units, people, at, drafts=users)
    sessions = [_session(p) for p in people]
    return {
        "campaign": campaign.pk,
        "steps": len(sections_of(blueprint)),
        "applicants": [
            {"session": s, "entry": str(e.pk)} for s, e in zip(sessions[:users], made[:users], strict=True)
        ],
        "staff": [{"session": s} for s in sessions[users:]],
        "handed_in": [str(e.pk) for e in made[users:]],
    }


def make_units(count: int, at: int) -> list[Any]:
    """So many approved units."""
    from guiguan.apps.accounts.models import Organisation

    return Organisation.objects.bulk_create(
        Organisation(
            kind="enterprise",
            name=f"基准单位{n}",
            address="示例路 1 号",
            state="approved",
            region="450100",
            submitted_at=at,
        )
        for n in range(count)
    )


def make_entries(
    campaign: Any,
    blueprint: Blueprint,
    rows: Sequence[dict[str, str]],
    units: Sequence[Any],
    people: Sequence[Any],
    at: int,
    *,
    drafts: int = 0,
    state: str = "submitted",
) -> list[Any]:
    """An entry for each row, the first ones drafts of their own people, the others handed in and in this state."""
    from guiguan.apps.entries.models import Answer, Attachment, Entry, Submission
    from guiguan.apps.entries.sealing import pack
    from guiguan.apps.files.models import File

    made, answers, submissions, files, attachments = [], [], [], [], []
    for n, row in enumerate(rows):
        draft, by, moment = n < drafts, people[n % (drafts or len(people))].pk, at - (len(rows) - n) * 60_000
        entry = Entry(
            campaign=campaign,
            organisation=units[n % len(units)],
            number=None if draft else f"B{n:05}",
            state="draft" if draft else state,
            title=row.get("title", "")[:300],
            category=row.get("category", "")[:200],
            region="450100",
            revision=len(row),
            reminded=True,
            made_by=by,
            made_at=moment,
            submitted_at=None if draft else moment,
        )
        values = {f.id: pack(f, value) for f, value in _values(blueprint, row)}
        made.append(entry)
        answers += [
            Answer(entry=entry, field=k, value=v, revision=1, by=by, at=moment) for k, v in values.items()
        ]
        if not draft:
            submissions.append(
                Submission(
                    entry=entry,
                    number=1,
                    kind="declaration",
                    blueprint=1,
                    answers=values,
                    attachments={},
                    sha256="0" * 64,
                    by=by,
                    at=moment,
                )
            )
        for field, place in _places(blueprint):
            file = _file(by, moment)
            files.append(file)
            attachments.append(
                Attachment(
                    entry=entry, field=field, position=place, file=file.pk, revision=1, by=by, at=moment
                )
            )
    every: list[tuple[Any, list[Any]]] = [
        (Entry, made),
        (Answer, answers),
        (Submission, submissions),
        (File, files),
        (Attachment, attachments),
    ]
    for model, found in every:
        model.objects.bulk_create(found, batch_size=400)
    return made


def _values(blueprint: Blueprint, row: dict[str, str]) -> Iterator[tuple[FormField, Value]]:
    for field in blueprint.form:
        text = row.get(field.id, "")
        if isinstance(field, UploadField | RowsField) or not text:
            continue
        several = isinstance(field, ListField) or field.kind == "choices"
        yield field, [t for t in re.split("[;；]", text) if t] if several else text


def _places(blueprint: Blueprint) -> Iterator[tuple[str, int]]:
    for field in blueprint.form:
        if isinstance(field, UploadField):
            for place in range(field.count or 1):
                yield field.id, place + 1


def _file(by: uuid.UUID, at: int) -> Any:
    from guiguan.apps.files.models import File

    return File(
        name="图片.jpg",
        kind="jpg",
        size=100_000,
        sha256="0" * 64,
        original_sha256="0" * 64,
        width=800,
        height=600,
        stored=uuid.uuid4().hex,
        by=by,
        at=at,
    )


def _session(person: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    print(json.dumps(fill(*map(int, sys.argv[1:4]))))
