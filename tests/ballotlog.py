"""Stored ballots without a ballot box, for tests of the log: rows as the box writes them, and ways to damage them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connections

from guiguan.apps.votes.log import ballots_asked
from guiguan.apps.votes.models import Poll
from guiguan.apps.votes.voters import keys
from guiguan.box.rows import COLUMNS, SIGNAL_COLUMNS, Stored
from guiguan.box.signals import sealed_signals
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.values.canonical import encode
from guiguan.core.values.moment import Instant, Window, day_of
from guiguan.core.votes.document import PollDocument, poll_text
from guiguan.core.votes.rule import BallotRule

ZONE = ZoneInfo("Asia/Shanghai")
START = 1_623_254_400_000  # 2021-06-10 00:00 in Asia/Shanghai
DAY = 86_400_000
CASES = ("c1", "c2", "c3", "c4")


def make_poll(campaign: str = "gx-demo", state: str = "open", **stage: Any) -> Poll:
    """A vote of at most three of four cases, each once a day for one voter; `stage` changes what the blueprint says."""
    about = {
        "id": "vote",
        "kind": "ballots",
        "window": ["2021-06-10", "2021-06-12"],
        "voter": ["account"],
        "choices": {"at_most": 3},
        "repeated": "refuse_ballot",
        "unknown": "refuse_ballot",
        "limits": [{"per": ["voter", "entry", "day"], "max": 1, "over": "refuse_ballot"}],
        "counts": "shown",
    }
    rule = BallotRule(
        Ballots.model_validate(about | stage),
        ZONE,
        Window(Instant(START), Instant(START + 3 * DAY)),
        frozenset(CASES),
        frozenset(CASES),
    )
    keys().make(campaign)
    return Poll.objects.create(
        campaign=campaign,
        stage=rule.stage.id,
        state=state,
        document=poll_text(PollDocument(campaign, "0" * 64, rule)),
    )


def stored(
    poll: Poll,
    writer: int,
    batch: int,
    place: int,
    choices: Sequence[str] = ("c1", "c2"),
    *,
    voter: int = 0,
    time: int = START,
    **more: Any,
) -> Stored:
    """One ballot as a row; its salt and pseudonym follow from its place, so that every run has the same bytes."""
    who = hashlib.sha256(f"{voter or (writer, batch, place)}".encode()).digest()[:16]
    day = str(day_of(time, ZONE))
    salt = hashlib.sha256(f"salt {writer} {batch} {place}".encode()).hexdigest()[:32]
    nym = hashlib.sha256(who + day.encode()).hexdigest()[:32]
    entry = encode(
        {"c": poll.campaign, "choices": list(choices), "day": day, "k": "ballot", "nym": nym, "s": poll.stage}
        | {"salt": salt, "t": time, "v": 1, **more}
    )
    return Stored(writer, batch, place, who, poll.pk, "ballot", day, time, b"", entry, leaf_hash(entry))


def store(*rows: Stored) -> None:
    """The rows are in the table, and noted as the box notes them."""
    seen(*rows)
    sealed = sealed_signals(keys().signal, [])
    note = "ON CONFLICT (writer, batch) DO UPDATE SET entries = votes_signal.entries + excluded.entries RETURNING batch"
    with ballots_asked() as ask:
        for (writer, batch), entries in Counter(row[:2] for row in rows).items():
            values = [writer, batch, rows[0].time, sealed, entries]
            ask(f"INSERT INTO votes_signal ({SIGNAL_COLUMNS}) VALUES (%s, %s, %s, %s, %s) {note}", values)


def seen(*rows: Stored) -> None:
    """The rows are in the table, whatever is noted of them."""
    marks = ", ".join(["%s"] * len(Stored._fields))
    with ballots_asked() as ask:
        for row in rows:
            ask(f"INSERT INTO votes_ballot ({COLUMNS}) VALUES ({marks}) RETURNING batch", list(row))


def store_batch(poll: Poll, writer: int, batch: int, count: int, **more: Any) -> list[Stored]:
    """One batch of ballots by different voters, a millisecond after the one before."""
    rows = [stored(poll, writer, batch, i, time=START + batch, **more) for i in range(count)]
    store(*rows)
    return rows


def tamper(statement: str, parameters: Sequence[Any], table: str = "votes_ballot") -> None:
    """Somebody with all rights over the database has changed it, past the guard of the table."""
    alias = settings.BALLOTS_ALIAS if table.startswith("votes_") else "default"
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement, parameters)
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
        )
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(statement, parameters)
        for _, sql in triggers:
            cursor.execute(sql)
