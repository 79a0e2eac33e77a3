"""What the privacy notice promises to delete: there until the last millisecond, gone at the next."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from apps.accounts.conftest import FRIDAY, NOBODYS_IDENTITY, facts
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiguan.apps.accounts.approving import approve_unit, refuse_unit, restore_unit, suspend_unit
from guiguan.apps.accounts.forgetting import DAY, IDENTITY, TRACES, forget_identities, forget_old_traces
from guiguan.apps.accounts.models import CodeSent, Invitation, Organisation, Person
from guiguan.apps.accounts.sealing import IDENTITY as PURPOSE
from guiguan.apps.accounts.sealing import sealer
from guiguan.apps.accounts.units import register_unit, resubmit_unit
from guiguan.apps.audit.models import Record
from guiguan.apps.messages.occasions import Occasions

pytestmark = pytest.mark.django_db
Make = Callable[..., Person]


def moment(at: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(at / 1000, datetime.UTC)


def traces_of(person: Person, at: int) -> None:
    """A sign-in, a wrong password and a device, all of the moment `at`."""
    for table in (AccessLog, AccessAttempt):
        extra = {"failures_since_start": 1} if table is AccessAttempt else {}
        row = table.objects.create(username=person.username, ip_address="203.0.113.9", **extra)
        table.objects.filter(pk=row.pk).update(attempt_time=moment(at))
    UserSession.objects.create(
        user=person, ip="203.0.113.9", session_key=uuid.uuid4().hex, last_seen_at=moment(at)
    )


def traces() -> tuple[int, int, int]:
    return AccessLog.objects.count(), AccessAttempt.objects.count(), UserSession.objects.count()


def test_traces_of_the_network_are_kept_for_190_days_and_not_longer(person: Make) -> None:
    traces_of(person(), FRIDAY)
    assert forget_old_traces(FRIDAY + TRACES - 1, Occasions()) == 0
    assert traces() == (1, 1, 1)
    assert forget_old_traces(FRIDAY + TRACES, Occasions()) == 3
    assert traces() == (0, 0, 0)


def test_what_counted_codes_goes_after_a_day_and_an_ended_session_at_once() -> None:
    CodeSent.objects.create(phone_index="p", network="n", at=FRIDAY)
    Session.objects.create(session_key="k", session_data="", expire_date=moment(FRIDAY + DAY))
    assert forget_old_traces(FRIDAY + DAY - 1, Occasions()) == 0
    assert forget_old_traces(FRIDAY + DAY, Occasions()) == 2


def test_the_phone_of_somebody_invited_goes_with_the_invitation(
    person: Make, unit: Callable[..., Organisation]
) -> None:
    keeper = person()
    Invitation.objects.create(
        organisation=unit(keeper),
        token_digest="d",
        phone_index="i",
        phone=b"x",
        by=keeper,
        at=1,
        expires_at=FRIDAY,
    )
    assert forget_old_traces(FRIDAY + TRACES - 1, Occasions()) == 0
    assert forget_old_traces(FRIDAY + TRACES, Occasions()) == 1


def test_the_tables_are_asked_once_an_hour() -> None:
    occasions = Occasions()
    forget_old_traces(FRIDAY, occasions)
    forget_identities(FRIDAY, occasions)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        forget_old_traces(FRIDAY + 1, occasions)
        forget_identities(FRIDAY + 1, occasions)
    assert len(asked) == 0


def identity_of(person: Person) -> str:
    person.refresh_from_db()
    return sealer().unseal(bytes(person.identity), PURPOSE) if person.identity else ""


def test_an_identity_number_is_kept_until_30_days_after_approval(person: Make, staff: Make) -> None:
    keeper, clerk = person(), staff("clerk", "xc")
    unit = register_unit(keeper, FRIDAY, facts())
    assert forget_identities(FRIDAY + 400 * DAY, Occasions()) == 0  # nobody has checked it yet
    approve_unit(clerk, FRIDAY, unit.pk)
    assert forget_identities(FRIDAY + IDENTITY - 1, Occasions()) == 0
    assert identity_of(keeper) == NOBODYS_IDENTITY
    assert forget_identities(FRIDAY + IDENTITY, Occasions()) == 1
    assert identity_of(keeper) == ""
    last = Record.objects.order_by("-sequence")[0]
    assert (last.by, last.action, last.subject, last.detail) == (
        "accounts.identities",
        "account.identity-forgotten",
        f"person:{keeper.pk}",
        {},
    )
    assert forget_identities(FRIDAY + IDENTITY + DAY, Occasions()) == 0


def test_suspending_and_restoring_a_unit_keeps_no_identity_number_longer(person: Make, staff: Make) -> None:
    keeper, lead = person(), staff("lead", "xc")
    unit = register_unit(keeper, FRIDAY, facts())
    approve_unit(lead, FRIDAY, unit.pk)
    suspend_unit(lead, FRIDAY + 29 * DAY, unit.pk, "核查")
    restore_unit(lead, FRIDAY + 29 * DAY, unit.pk, "核查完毕")
    assert forget_identities(FRIDAY + IDENTITY, Occasions()) == 1


def test_a_registration_handed_in_again_keeps_it_until_the_new_decision(person: Make, staff: Make) -> None:
    keeper, clerk = person(), staff("clerk", "xc")
    unit = register_unit(keeper, FRIDAY, facts())
    refuse_unit(clerk, FRIDAY, unit.pk, "照片不清")
    resubmit_unit(keeper, FRIDAY + 20 * DAY, unit.pk, facts(identity=""))
    assert forget_identities(FRIDAY + IDENTITY, Occasions()) == 0
    refuse_unit(clerk, FRIDAY + 40 * DAY, unit.pk, "仍不清")
    assert forget_identities(FRIDAY + 70 * DAY - 1, Occasions()) == 0
    assert forget_identities(FRIDAY + 70 * DAY, Occasions()) == 1


def test_another_registration_of_the_same_person_that_waits_keeps_it(person: Make, staff: Make) -> None:
    keeper, clerk = person(), staff("clerk", "xc")
    approve_unit(clerk, FRIDAY, register_unit(keeper, FRIDAY, facts()).pk)
    second = register_unit(keeper, FRIDAY + DAY, facts(name="另一个示例单位", credit_code="", identity=""))
    assert forget_identities(FRIDAY + IDENTITY, Occasions()) == 0
    approve_unit(clerk, FRIDAY + IDENTITY, second.pk)
    assert forget_identities(FRIDAY + 2 * IDENTITY, Occasions()) == 1
