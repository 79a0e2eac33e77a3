"""One act about suspected ballots: written beside what it did, then told to the audit trail; a crash in between loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connections, transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.audit.models import Record
from guiguan.apps.audit.services import record
from guiguan.apps.votes.brushing.telling import tell_staff
from guiguan.apps.votes.models import BrushingAct, Poll
from guiguan.apps.votes.public_record import publish_brushing_act
from guiguan.apps.votes.queries import read_document
from guiguan.apps.votes.services.acting import ballots_database, name_of
from guiguan.core.blueprint.guard import Guard
from guiguan.core.permissions.table import About

LATE = 60_000
_LOCK = 0x6272  # advisory locks of this class, one number for each vote


@contextmanager
def brushing(by: Person | str | None, action: str, poll_id: int) -> Iterator[Poll]:
    """The vote's suspected ballots are held in the ballots' database, inside a transaction of the site's, and the person may do this; a
    duty, named by a text, may by its nature. The vote's row is not held: to write many cases takes long, and ballots land meanwhile. Acts made inside are in the audit trail when all is done. Raises Forbidden, Poll.DoesNotExist."""
    with transaction.atomic():
        with transaction.atomic(using=ballots_database()):
            _alone(poll_id)
            poll = Poll.objects.get(pk=poll_id)
            if not isinstance(by, str):
                ask(by, action, About(campaign=poll.campaign))
            yield poll
        tell(BrushingAct.objects.filter(poll=poll_id, recorded=None))


def _alone(poll_id: int) -> None:
    """Acts about one vote's suspected ballots come one after another; SQLite has one writer anyway."""
    connection = connections[ballots_database()]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, poll_id])


def write_act(poll: Poll, subject: str, by: Person | str | None, at: int, action: str, **detail: Any) -> None:
    """The act stands beside what it did; inside `brushing`. Nobody's name is "public"."""
    who = "public" if by is None else name_of(by)
    BrushingAct.objects.create(poll=poll.pk, subject=subject, action=action, by=who, at=at, detail=detail)


def tell(acts: Any) -> int:
    """These acts are in the audit trail, each once, and those whom they concern have their messages."""
    told = 0
    for act in acts.order_by("pk"):
        poll = Poll.objects.get(pk=act.poll)
        campaign, name = poll.campaign, f"brushing.{act.action}"
        found = Record.objects.filter(campaign=campaign, action=name, detail__act=act.pk).first()
        if found is None:
            found = record(act.by, act.at, name, act.subject, campaign=campaign, act=act.pk, **act.detail)
            publish_brushing_act(act, poll, found)
            tell_staff(act, campaign)
        BrushingAct.objects.filter(pk=act.pk).update(recorded=found.sequence)
        told += 1
    return told


def tell_late(at: int) -> int:
    """Acts whose record a crash left out stand in the trail; how many."""
    with transaction.atomic():
        return tell(BrushingAct.objects.filter(recorded=None, at__lt=at - LATE))


def guard_of(poll: Poll) -> Guard:
    """What the rules of this vote say against brushing, as they were when it opened."""
    return read_document(poll.document).rule.stage.guard


def zone_of(poll: Poll) -> ZoneInfo:
    return read_document(poll.document).rule.zone
