"""Deciding on registrations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from apps.accounts.conftest import FRIDAY, GOOD_CODE, NOBODYS_IDENTITY, facts, with_phone

from guiguan.apps.accounts.approving import approve_unit, refuse_unit, restore_unit, suspend_unit
from guiguan.apps.accounts.models import Organisation, Reveal
from guiguan.apps.accounts.permission import Forbidden, held_by
from guiguan.apps.accounts.queries import bare_name, overdue, units_waiting, warnings_about
from guiguan.apps.accounts.reveal import reveal_contact
from guiguan.apps.accounts.units import register_unit
from guiguan.apps.audit.models import Record
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.sealing import TEXT, opened
from guiguan.core.values.finding import InputError

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
DAY = 86_400_000


def test_an_approved_unit_may_declare_and_its_keeper_is_told_once_by_each_channel(
    person: Make, staff: Make
) -> None:
    by = with_phone(person())
    unit = register_unit(by, FRIDAY, facts())
    approve_unit(staff("clerk", "xc"), FRIDAY + 1, unit.pk)
    assert str(unit.pk) in {h.organisation for h in held_by(by)}
    sent = Message.objects.filter(person=by.pk).values_list("template", "channel").order_by("channel")
    assert list(sent) == [("unit-approved", "site"), ("unit-approved", "sms")]
    assert Record.objects.filter(action="organisation.approve").count() == 1


def test_of_two_decisions_the_second_finds_the_state_changed(person: Make, staff: Make) -> None:
    unit, clerk = register_unit(person(), FRIDAY, facts()), staff("clerk", "xc")
    refuse_unit(clerk, FRIDAY + 1, unit.pk, "授权书没有盖章")
    with pytest.raises(InputError) as error:
        approve_unit(clerk, FRIDAY + 2, unit.pk)
    assert [f.rule for f in error.value.findings] == ["unit.state"]
    unit.refresh_from_db()
    assert (unit.state, unit.reason) == ("refused", "授权书没有盖章")
    assert Message.objects.filter(template="unit-approved").count() == 0


@pytest.mark.parametrize("reason", ["", "  ", "长" * 501])
def test_nobody_is_refused_without_a_reason_that_can_be_read(person: Make, staff: Make, reason: str) -> None:
    unit = register_unit(person(), FRIDAY, facts())
    with pytest.raises(InputError):
        refuse_unit(staff("clerk", "xc"), FRIDAY + 1, unit.pk, reason)
    unit.refresh_from_db()
    assert unit.state == "waiting"


@pytest.mark.parametrize("role", ["supervisor", "screener", "undertaker", "expert"])
def test_other_roles_decide_nothing(person: Make, staff: Make, role: str) -> None:
    unit = register_unit(person(), FRIDAY, facts())
    with pytest.raises(Forbidden):
        approve_unit(staff(role, "xc"), FRIDAY + 1, unit.pk)


def test_nobody_decides_on_their_own_unit(person: Make, staff: Make) -> None:
    clerk = staff("clerk", "xc")
    unit = register_unit(clerk, FRIDAY, facts())
    with pytest.raises(Forbidden):
        approve_unit(clerk, FRIDAY + 1, unit.pk)


def test_a_suspended_unit_can_do_nothing_until_restored(person: Make, staff: Make) -> None:
    by, lead = person(), staff("lead", "xc")
    unit = register_unit(by, FRIDAY, facts())
    approve_unit(lead, FRIDAY + 1, unit.pk)
    with pytest.raises(Forbidden):
        suspend_unit(staff("clerk", "xc"), FRIDAY + 2, unit.pk, "资料不实")
    suspend_unit(lead, FRIDAY + 2, unit.pk, "资料不实")
    assert "applicant" not in {h.role for h in held_by(by)}
    restore_unit(lead, FRIDAY + 3, unit.pk, "已核实")
    assert "applicant" in {h.role for h in held_by(by)}


def test_the_keeper_is_told_of_suspending_and_restoring_with_the_reason(person: Make, staff: Make) -> None:
    by, lead = with_phone(person()), staff("lead", "xc")
    unit = register_unit(by, FRIDAY, facts())
    approve_unit(lead, FRIDAY + 1, unit.pk)
    suspend_unit(lead, FRIDAY + 2, unit.pk, "资料不实")
    with pytest.raises(InputError):
        suspend_unit(lead, FRIDAY + 2, unit.pk, "再点一次")
    restore_unit(lead, FRIDAY + 3, unit.pk, "已核实")
    sent = Message.objects.filter(person=by.pk).exclude(template="unit-approved")
    assert sorted(sent.values_list("template", "channel")) == [
        ("unit-restored", "site"),
        ("unit-restored", "sms"),
        ("unit-suspended", "site"),
        ("unit-suspended", "sms"),
    ]
    told = opened(bytes(sent.get(template="unit-suspended", channel="site").text), TEXT)
    assert "原因：资料不实" in told


def test_the_queue_has_the_longest_waiting_first_and_knows_what_is_late(person: Make) -> None:
    late = register_unit(person(), FRIDAY, facts())
    fresh = register_unit(person(), FRIDAY + 2 * DAY, facts(credit_code=""))
    assert list(units_waiting()) == [late, fresh]
    assert [overdue(late, FRIDAY + n * DAY) for n in (5, 6)] == [False, True]  # due on 8 April, five days on


def test_doubts_are_shown_to_whoever_decides(person: Make, staff: Make) -> None:
    clerk = staff("clerk", "xc")
    before = register_unit(person(), FRIDAY, facts())
    refuse_unit(clerk, FRIDAY + 1, before.pk, "不符")
    approve_unit(
        clerk,
        FRIDAY + 1,
        register_unit(person(), FRIDAY, facts(credit_code="", name="桂林示例科技有限责任公司")).pk,
    )
    again = register_unit(person(), FRIDAY + 2, facts())
    assert [f.rule for f in warnings_about(again)] == [
        "unit.no-licence",
        "unit.refused-before",
        "unit.similar",
    ]
    Organisation.objects.filter(pk=again.pk).update(credit_code=GOOD_CODE[:-1] + "X")
    again.refresh_from_db()
    assert "credit-code.check" in [f.rule for f in warnings_about(again)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("桂林示例科技有限公司", "桂林示例科技（集团）有限责任公司", True),
        ("桂林示例科技有限公司", "柳州示例科技有限公司", False),
    ],
)
def test_names_are_compared_without_their_legal_form(one: str, other: str, same: bool) -> None:
    assert (bare_name(one) == bare_name(other)) is same


def test_personal_data_opens_for_a_reason_that_stays_on_record(person: Make, staff: Make) -> None:
    unit, lead = register_unit(with_phone(person()), FRIDAY, facts()), staff("lead", "xc")
    opened = reveal_contact(lead, FRIDAY + 1, unit.pk, "核对授权书")
    assert (opened.name, opened.phone, opened.identity) == ("张三丰", "13800001234", NOBODYS_IDENTITY)
    assert Reveal.objects.get().reason == "核对授权书"
    record = Record.objects.get(action="organisation.reveal")
    assert "核对授权书" not in str(record.detail)
    assert NOBODYS_IDENTITY not in str(record.detail)


def test_personal_data_stays_shut_without_reason_or_role(person: Make, staff: Make) -> None:
    unit = register_unit(person(), FRIDAY, facts())
    with pytest.raises(InputError):
        reveal_contact(staff("lead", "xc"), FRIDAY + 1, unit.pk, " ")
    for stranger in (staff("clerk", "xc"), person()):
        with pytest.raises(Forbidden):
            reveal_contact(stranger, FRIDAY + 1, unit.pk, "想看看")
    assert not Reveal.objects.exists()
