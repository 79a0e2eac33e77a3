"""What the privacy notice promises to delete is deleted: traces of the network after 190 days, identity numbers 30 days after
they were checked. Duties of the worker, which asks every second: each looks through its tables once an hour."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from guiguan.apps.accounts.models import CodeSent, Invitation, Person, UnitAct
from guiguan.apps.audit.services import record
from guiguan.apps.messages.occasions import OCCASIONS, Occasions

HOUR, DAY = 3_600_000, 86_400_000
TRACES = 190 * DAY  # the law wants logs of the network for six months at least
IDENTITY = 30 * DAY
_AT_ONCE = 500  # rows in one transaction: nobody waits long for the only writer of SQLite


def forget_old_traces(at: int, occasions: Occasions = OCCASIONS) -> int:
    """Addresses and devices of sign-ins and lockouts, and invitations, are gone 190 days after they were last of use; what counted
    codes, a day after; ended sessions, at once. How many rows."""
    return occasions.once(f"traces:{at // HOUR}", lambda: sum(_emptied(rows) for rows in _old(at)))


def forget_identities(at: int, occasions: Occasions = OCCASIONS) -> int:
    """Who registered units has no identity number here any more, 30 days after the last of them was decided on; how many people."""
    return occasions.once(f"identities:{at // HOUR}", lambda: sum(_forgotten(at, pk) for pk in _checked(at)))


def _old(at: int) -> Iterator[QuerySet[Any]]:
    last = _moment(at - TRACES)
    yield AccessLog.objects.filter(attempt_time__lte=last)
    yield AccessAttempt.objects.filter(attempt_time__lte=last)
    yield AccessFailureLog.objects.filter(attempt_time__lte=last)
    yield UserSession.objects.filter(last_seen_at__lte=last)
    yield Session.objects.filter(expire_date__lte=_moment(at))
    yield CodeSent.objects.filter(at__lte=at - DAY)
    yield Invitation.objects.filter(expires_at__lte=at - TRACES)


def _emptied(rows: QuerySet[Any]) -> int:
    done = 0
    while found := list(rows.order_by().values_list("pk", flat=True)[:_AT_ONCE]):
        rows.model._default_manager.filter(pk__in=found).delete()
        done += len(found)
    return done


def _checked(at: int) -> list[UUID]:
    """The people whose identity number has served its purpose."""
    handed_in = UnitAct.objects.filter(by=OuterRef("pk"), act__in=("submit", "resubmit"))
    late = UnitAct.objects.filter(
        organisation=OuterRef("organisation"), act__in=("approve", "refuse"), at__gt=at - IDENTITY
    )
    decided = UnitAct.objects.filter(organisation=OuterRef("organisation"), act__in=("approve", "refuse"))
    needed = handed_in.filter(Exists(late)) | handed_in.filter(organisation__state="waiting")
    people = Person.objects.exclude(identity=b"").filter(Exists(handed_in.filter(Exists(decided))))
    return list(people.exclude(Exists(needed)).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _forgotten(at: int, person_id: UUID) -> bool:
    """Asked again with the person locked: they may be registering another unit at this very moment."""
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.pk not in _checked(at):
        return False
    person.identity = b""
    person.save(update_fields=["identity"])
    record("accounts.identities", at, "account.identity-forgotten", f"person:{person.pk}")
    return True


def _moment(at: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(at / 1000, datetime.UTC)
