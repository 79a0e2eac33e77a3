"""50,000 entries of the screening queue as Excel and as CSV, through the page itself: how long until the file is whole."""

from __future__ import annotations

import os
import tempfile
import time
from typing import Any

from guiguan.bench.figure import Figure

ENTRIES, UNITS, ROUNDS = 50_000, 500, 3
SLUG = "bench-export"
TEXT = """
blueprint: 1
campaign: bench-export
title: 导出基准
organisers: {host: [主办]}
categories: [{id: all, title: 全部}, {id: more, title: 其他}]
form: [{id: title, label: 名称, kind: text}]
stages:
  - {id: declare, kind: declaration}
  - {id: check, kind: screening, undecided: fails, reasons: {bad: 材料不全}}
"""


def measure() -> list[Figure]:
    """The median of three downloads of each kind from a database of its own, made for this."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(GUIGUAN_DATA=folder, GUIGUAN_DEMO="true")
        os.environ.pop("DATABASE_URL", None)
        from guiguan.conf.run import prepare

        prepare()
        viewer = _fill()
        figures = []
        for kind, required in (("xlsx", 10.0), ("csv", None)):
            seconds, busy, size = zip(*(_download(viewer, kind) for _ in range(ROUNDS)), strict=True)
            figures.append(Figure(f"queue_50k_{kind}", "s", sorted(seconds)[ROUNDS // 2], required=required))
            figures.append(Figure(f"queue_50k_{kind}_processor", "s", sorted(busy)[ROUNDS // 2]))
            figures.append(Figure(f"size_{kind}", "MB", size[0] / 2**20))
        return figures


def _fill() -> Any:
    import hashlib

    from guiguan.apps.accounts.models import Grant, Organisation, Person
    from guiguan.apps.campaigns.models import Campaign, Version
    from guiguan.apps.entries.models import Entry, Submission

    viewer = Person.objects.create(username="bench")
    Grant.objects.create(person=viewer, role="screener", campaign=SLUG, by="installation", at=1)
    campaign = Campaign.objects.create(slug=SLUG, title="导出基准", state="open", made_at=1, opened_at=1)
    campaign.in_force = Version.objects.create(
        campaign=campaign,
        number=1,
        text=TEXT,
        sha256=hashlib.sha256(TEXT.encode()).hexdigest(),
        by=viewer.pk,
        at=1,
        in_force_at=1,
    )
    campaign.save()
    units = Organisation.objects.bulk_create(
        Organisation(
            kind="enterprise",
            name=f"广西示例科技有限公司{n}",
            address="某路",
            state="approved",
            submitted_at=1,
        )
        for n in range(UNITS)
    )
    entries = Entry.objects.bulk_create(
        (
            Entry(
                campaign=campaign,
                organisation=units[n % UNITS],
                number=f"BENCH-{n:05d}",
                state="submitted",
                title=f"数字应用场景建设与数据共享平台（第 {n} 件）",
                category="全部" if n % 3 else "其他",
                region=("450100", "450300", "450200")[n % 3],
                made_by=viewer.pk,
                made_at=n,
                submitted_at=n,
            )
            for n in range(ENTRIES)
        ),
        batch_size=5_000,
    )
    Submission.objects.bulk_create(
        (
            Submission(
                entry=e,
                number=1,
                kind="declaration",
                blueprint=1,
                answers={},
                attachments={},
                sha256="0",
                by=viewer.pk,
                at=n,
            )
            for n, e in enumerate(entries)
        ),
        batch_size=5_000,
    )
    return viewer


def _download(viewer: Any, kind: str) -> tuple[float, float, int]:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(viewer, backend="allauth.account.auth_backends.AuthenticationBackend")
    start, began = time.perf_counter(), time.process_time()
    answer: Any = client.get(f"/organiser/screening/{SLUG}/?format={kind}")
    if answer.status_code != 200:
        raise RuntimeError(f"the page answered {answer.status_code}")
    size = sum(len(part) for part in answer.streaming_content)
    return time.perf_counter() - start, time.process_time() - began, size
