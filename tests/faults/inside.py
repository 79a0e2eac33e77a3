"""The site's database and files as seen from inside, in a process of its own, while no server runs.

`python inside.py` with the site's settings in the environment; reads one command a line, answers one line of JSON.
make N    the tables, a campaign that is declaring, and N signed-in members of units with an entry each
queue N   N urgent text messages wait for the worker
look      everything that a client was promised, as it stands
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

TEXT = """
blueprint: 1
campaign: faults
title: 断电演练
organisers: {{host: [某局]}}
categories: [{{id: one, title: 一类}}]
applicants: {{quotas: [{{per: [applicant], max: 3}}]}}
form:
  - {{id: applicant, label: 申报单位, kind: organisation, section: 单位}}
  - {{id: contact, label: 联系人, kind: person, required: false}}
  - {{id: mobile, label: 手机, kind: phone, required: false}}
  - {{id: title, label: 名称, kind: text, max: 300, section: 案例}}
  - {{id: summary, label: 简介, kind: text, lines: true, required: false}}
  - {{id: effect, label: 成效, kind: text, lines: true, required: false}}
  - {{id: partners, label: 合作单位, kind: list, of: organisation, max: 3, required: false}}
  - {{id: scenes, label: 场景, kind: rows, required: false, columns: [{{id: name, label: 名称}}, {{id: use, label: 用途}}]}}
  - {{id: papers, label: 材料, kind: files, formats: [docx], required: false}}
stages:
  - {{id: declare, kind: declaration, window: [{start}, {end}]}}
"""


def start() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from guiguan.conf.run import start_django

        start_django()


def make(clients: int) -> list[dict[str, Any]]:
    """The tables and the scene; for each client its session and its entry."""
    from guiguan.apps.accounts.models import Membership, Organisation, Person
    from guiguan.apps.accounts.sealing import NAME, PHONE, phone_index, sealer
    from guiguan.apps.campaigns.models import Campaign, Version
    from guiguan.apps.entries import services
    from guiguan.conf.run import prepare

    prepare()
    at, today = time.time_ns() // 1_000_000, dt.datetime.now(dt.UTC).date()
    text = TEXT.format(start=today - dt.timedelta(30), end=today + dt.timedelta(30))
    campaign = Campaign.objects.create(
        slug="faults", title="断电演练", state="open", made_at=at, opened_at=at
    )
    campaign.in_force = Version.objects.create(
        campaign=campaign,
        number=1,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        by=Person.objects.create(username="lead").pk,
        at=at,
        in_force_at=at,
    )
    campaign.save()
    made = []
    for number in range(clients):
        phone = f"1380000{number:04}"
        person = Person.objects.create(
            username=f"client-{number}",
            name=sealer().seal(f"申报人{number}", NAME),
            phone=sealer().seal(phone, PHONE),
            phone_index=phone_index(phone),
            phone_verified=True,
        )
        unit = Organisation.objects.create(
            kind="enterprise",
            name=f"示例单位{number}",
            address="示例路 1 号",
            state="approved",
            submitted_at=at,
        )
        Membership.objects.create(organisation=unit, person=person, keeper=True, since=at)
        entry = services.start_entry(person, at, campaign, unit)
        title = f"案例{number}"
        revision = services.save_answer(person, at, entry.pk, "title", title, 1)
        made.append(
            {"session": session_of(person), "entry": str(entry.pk), "title": title, "revision": revision}
        )
    return made


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


def queue(count: int) -> int:
    """So many messages, urgent ones so that they go out at any hour."""
    from django.db import transaction

    from guiguan.apps.messages.models import Message
    from guiguan.apps.messages.services import queue as put

    before = Message.objects.filter(template="unit-approved").count()
    for number in range(before, before + count):
        with transaction.atomic():
            put(
                time.time_ns() // 1_000_000,
                "unit-approved",
                once=f"fault-{number}",
                person=None,
                channels=("sms",),
                to={"sms": f"1390000{number:04}"},
                facts={"unit": "示例公司"},
                urgent=True,
            )
    return before + count


def look() -> dict[str, Any]:
    """Every entry with its answers, files, acts and records; every upload; what is wrong with the trail and the messages."""
    from guiguan.apps.audit.queries import broken
    from guiguan.apps.entries.models import Entry
    from guiguan.apps.entries.queries import blueprint_of
    from guiguan.core.blueprint.lookup import fields

    alone()
    entries = list(
        Entry.objects.select_related("campaign__in_force").prefetch_related("answers", "submissions")
    )
    known = fields(blueprint_of(entries[0].campaign))
    return {
        "entries": {str(e.pk): entry_seen(e, known) for e in entries},
        "uploads": uploads_seen(),
        "broken": list(broken()),
        **messages_seen(),
    }


def alone() -> None:
    """Nobody else is at work in the database: a killed client's statement may still run on PostgreSQL for a moment."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(asked)
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("others are still at work in the database after ten seconds")


def entry_seen(entry: Any, known: Any) -> dict[str, Any]:
    from guiguan.apps.audit.models import Record
    from guiguan.apps.entries.sealing import unpack

    records = Record.objects.filter(subject=f"entry:{entry.pk}", action="entry.save").order_by("sequence")
    return {
        "state": entry.state,
        "revision": entry.revision,
        "answers": {a.field: [unpack(known[a.field], a.value), a.revision] for a in entry.answers.all()},
        "saves": [[r.detail["field"], r.detail["revision"]] for r in records],
        "files": files_seen(entry),
        "submissions": [s.number for s in entry.submissions.order_by("number")],
    }


def files_seen(entry: Any) -> list[str]:
    """The digest as handed in of each file that stands in the entry, in order; '!' before one whose bytes are not whole."""
    from django.core.files.storage import default_storage

    from guiguan.apps.files.models import File

    rows = entry.attachments.filter(removed_at=None, field="papers").order_by("position", "at")
    found = []
    for attachment in rows:
        file = File.objects.get(pk=attachment.file)
        with default_storage.open(file.stored) as content:
            whole = hashlib.sha256(content.read()).hexdigest() == file.sha256
        found.append(("" if whole else "!") + file.original_sha256)
    return found


def uploads_seen() -> dict[str, list[Any]]:
    """Of each upload: bytes received, whether it became a file, and the digest of the bytes on the disk up to there."""
    from django.conf import settings

    from guiguan.apps.files.models import Upload

    found = {}
    for upload in Upload.objects.all():
        lying = (settings.GUIGUAN_DATA / "uploads" / upload.pk.hex).read_bytes()[: upload.received]
        found[str(upload.pk)] = [upload.received, upload.file is not None, hashlib.sha256(lying).hexdigest()]
    return found


def messages_seen() -> dict[str, Any]:
    """Messages of one occasion more than once; sent ones that the gateway never had, and the other way round; how many are open."""
    from collections import Counter

    from django.conf import settings

    from guiguan.apps.entries.models import Submission
    from guiguan.apps.messages.models import Message

    rows = list(Message.objects.values_list("id", "once", "channel", "state"))
    occasions = Counter((once, channel) for _, once, channel, _ in rows)
    taken = {path.stem.removeprefix("sms-") for path in (settings.GUIGUAN_DATA / "outbox").glob("sms-*.json")}
    sent = {one.hex for one, _, channel, state in rows if channel == "sms" and state == "sent"}
    begun = {one.hex for one, _, _, state in rows if state in ("sending", "unsure", "waiting")}
    told = Message.objects.filter(template="entry-submitted")
    return {
        "doubled": [list(o) for o, n in occasions.items() if n > 1],
        "never_taken": sorted(sent - taken),
        "never_noted": sorted(taken - sent - begun),
        "sending": sum(state == "sending" for *_, state in rows),
        "sent": len(sent),
        "told": sorted(told.values_list("channel", flat=True)),
        "handed_in": Submission.objects.count(),
    }


COMMANDS: dict[str, Callable[..., Any]] = {"make": make, "queue": queue, "look": look}


def main() -> None:
    from django.db import connection, connections

    for line in sys.stdin:
        command, *rest = line.split()
        answer: Any = COMMANDS[command](*map(int, rest))
        connections.close_all()  # so that the next start meets the database as the crash left it
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone
        print(json.dumps(answer, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    start()
    main()
