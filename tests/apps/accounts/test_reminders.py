"""Registrations to be decided on: staff hear of them once a day, nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from apps.accounts.conftest import FRIDAY, facts

from guiguan.apps.accounts.approving import approve_unit
from guiguan.apps.accounts.grants import end_grant, grant_first
from guiguan.apps.accounts.reminders import remind_units_due
from guiguan.apps.accounts.units import register_unit
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.occasions import Occasions
from guiguan.apps.messages.sealing import SUBJECT, TEXT, opened

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
DAY = 86_400_000
EVE = FRIDAY + 4 * DAY  # 7 April; what was handed in on Friday is due on the 8th, after Qingming


def sent() -> list[tuple[str, str]]:
    found = Message.objects.filter(template="unit-due")
    return [(str(m.person), m.channel) for m in found.order_by("made_at")]


def test_from_the_day_before_on_clerks_and_leads_are_told_once_a_day(person: Make, staff: Make) -> None:
    register_unit(person(), FRIDAY, facts())
    clerk = staff("clerk", "xc")
    for role in ("screener", "supervisor", "undertaker", "expert"):
        staff(role, "xc")
    occasions = Occasions()
    assert remind_units_due(EVE - DAY, occasions) == 0
    for n in range(3):  # the worker asks every second
        remind_units_due(EVE + n, occasions)
    assert sent() == [(str(clerk.pk), "site")]
    remind_units_due(EVE + 2, Occasions())  # another process, or this one after a restart
    assert len(sent()) == 1
    remind_units_due(EVE + DAY, occasions)
    remind_units_due(EVE + 2 * DAY, occasions)  # late now, and still nobody has decided
    assert len(sent()) == 3


def test_the_message_says_how_many_and_the_earliest_day(person: Make, staff: Make) -> None:
    lead = staff("lead", "xc")
    staff("lead", "gx")
    register_unit(person(), FRIDAY, facts())
    register_unit(person(), FRIDAY, facts(credit_code="", name="柳州示例科技有限公司"))
    assert remind_units_due(EVE, Occasions()) == 2
    message = Message.objects.get(template="unit-due", person=lead.pk)
    assert opened(bytes(message.subject), SUBJECT) == "2个单位的注册申请待审核"
    assert "最早的办理期限为2026-04-08" in opened(bytes(message.text), TEXT)
    assert message.link == "/organiser/units/"


def test_nobody_is_told_of_what_is_decided_or_after_the_role_has_ended(person: Make, staff: Make) -> None:
    unit = register_unit(person(), FRIDAY, facts())
    clerk, gone, closed = staff("clerk", "xc"), staff("clerk", "xc"), staff("lead", "xc")
    end_grant(staff("security_admin"), FRIDAY, gone.grants.get())
    closed.is_active = False
    closed.save()
    assert remind_units_due(EVE, Occasions()) == 1
    approve_unit(clerk, EVE + 1, unit.pk)
    assert remind_units_due(EVE + DAY, Occasions()) == 0
    assert sent() == [(str(clerk.pk), "site")]


def test_somebody_with_the_role_in_two_campaigns_gets_one_message(person: Make, staff: Make) -> None:
    register_unit(person(), FRIDAY, facts())
    clerk = staff("clerk", "xc")
    grant_first(FRIDAY, clerk, "lead", "gx")
    assert remind_units_due(EVE, Occasions()) == 1
    assert sent() == [(str(clerk.pk), "site")]
