"""A lost second factor: two administrators, the person is told, and nobody does it alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from apps.accounts.conftest import with_phone
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from guiguan.apps.accounts.models import FactorReset, Person
from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.accounts.second_factor import decide_factor_reset, factor_of, propose_factor_reset
from guiguan.apps.audit.models import Record
from guiguan.apps.messages.models import Message
from guiguan.core.values.finding import InputError

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
AT = 1_775_000_000_000
WHY = "当面核对了工作证"


def protected(person: Person) -> Person:
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    Authenticator.objects.create(user=person, type=Authenticator.Type.RECOVERY_CODES, data={})
    return person


def rules(error: Any) -> list[str]:
    return [f.rule for f in error.value.findings]


def test_two_administrators_take_it_away_and_the_person_is_told(staff: Make, person: Make) -> None:
    screener = protected(with_phone(person("screener-zhang")))
    session = SessionStore()
    session.create()
    UserSession.objects.create(
        user=screener, session_key=session.session_key, ip="127.0.0.1", last_seen_at=timezone.now(), data={}
    )
    security, system = staff("security_admin"), staff("system_admin")
    reset = propose_factor_reset(security, AT, screener.pk, WHY)
    assert factor_of(screener) == "waits"
    assert Authenticator.objects.filter(user=screener).count() == 2  # nothing yet
    decide_factor_reset(system, AT + 1, reset.pk, True)
    assert factor_of(screener) == "off"
    assert not Authenticator.objects.filter(user=screener).exists()
    assert not SessionStore().exists(session.session_key)
    told = Message.objects.filter(person=screener.pk, template="second-factor-reset")
    assert sorted(told.values_list("channel", flat=True)) == ["site", "sms"]
    trail = Record.objects.filter(action__startswith="account.factor").order_by("sequence")
    assert [(r.action, r.by, r.subject) for r in trail] == [
        ("account.factor-propose", str(security.pk), f"person:{screener.pk}"),
        ("account.factor-reset", str(system.pk), f"person:{screener.pk}"),
    ]
    assert WHY not in str([r.detail for r in trail])
    with pytest.raises(InputError) as error:
        decide_factor_reset(system, AT + 2, reset.pk, True)
    assert rules(error) == ["factor.decided"]


def test_refused_it_changes_nothing_and_can_be_asked_for_again(staff: Make, person: Make) -> None:
    screener = protected(person())
    security = staff("security_admin")
    reset = propose_factor_reset(security, AT, screener.pk, WHY)
    decide_factor_reset(staff("system_admin"), AT, reset.pk, False)
    assert (factor_of(screener), FactorReset.objects.get().outcome) == ("on", "refused")
    assert not Message.objects.filter(template="second-factor-reset").exists()
    propose_factor_reset(security, AT, screener.pk, WHY)


@pytest.mark.parametrize("role", ["system_admin", "auditor", "lead"])
def test_nobody_else_asks_for_it(staff: Make, person: Make, role: str) -> None:
    other = staff(role, "one" if role == "lead" else "")
    with pytest.raises(Forbidden):
        propose_factor_reset(other, AT, protected(person()).pk, WHY)


def test_whoever_may_void_a_password_cannot_finish_it(staff: Make, person: Make) -> None:
    security = staff("security_admin")
    reset = propose_factor_reset(security, AT, protected(person()).pk, WHY)
    for by in (security, staff("security_admin"), staff("auditor")):
        with pytest.raises(Forbidden):
            decide_factor_reset(by, AT, reset.pk, True)


def test_an_administrator_decides_nothing_about_oneself(staff: Make) -> None:
    security, system = protected(staff("security_admin")), protected(staff("system_admin"))
    with pytest.raises(InputError) as error:
        propose_factor_reset(security, AT, security.pk, WHY)
    assert rules(error) == ["factor.self"]
    reset = propose_factor_reset(security, AT, system.pk, WHY)
    with pytest.raises(InputError) as error:
        decide_factor_reset(system, AT, reset.pk, True)
    assert rules(error) == ["factor.two"]
    decide_factor_reset(staff("system_admin"), AT, reset.pk, True)


def test_what_cannot_be_asked_for(staff: Make, person: Make) -> None:
    security = staff("security_admin")
    with pytest.raises(InputError) as error:
        propose_factor_reset(security, AT, person().pk, "略")
    assert rules(error) == ["factor.none", "factor.reason"]
    screener = protected(person())
    propose_factor_reset(security, AT, screener.pk, WHY)
    with pytest.raises(InputError) as error:
        propose_factor_reset(security, AT, screener.pk, WHY)
    assert rules(error) == ["factor.waits"]
