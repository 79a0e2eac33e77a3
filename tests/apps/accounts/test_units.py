"""Registering, correcting and changing a unit."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from apps.accounts.conftest import FRIDAY, GOOD_CODE, NOBODYS_IDENTITY, facts, with_phone

from guiguan.apps.accounts.approving import approve_unit, refuse_unit
from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.accounts.permission import Forbidden, held_by
from guiguan.apps.accounts.sealing import IDENTITY, sealer
from guiguan.apps.accounts.units import change_unit, register_unit, resubmit_unit
from guiguan.apps.audit.models import Record
from guiguan.core.values.finding import InputError

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


def rules(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [finding.rule for finding in error.value.findings]


def test_a_registered_unit_waits_until_the_second_working_day(person: Make) -> None:
    by = person()
    unit = register_unit(by, FRIDAY, facts())
    assert (unit.state, unit.decide_until) == (
        "waiting",
        datetime.date(2026, 4, 8),
    )  # 4 to 6 April are Qingming
    assert [(m.person, m.keeper) for m in unit.memberships.all()] == [(by, True)]
    assert [(a.act, a.at) for a in unit.acts.all()] == [("submit", FRIDAY)]
    assert "applicant" not in {h.role for h in held_by(by)}


def test_the_identity_number_lies_sealed_and_not_on_record(person: Make) -> None:
    by = person()
    register_unit(by, FRIDAY, facts())
    by.refresh_from_db()
    assert NOBODYS_IDENTITY.encode() not in bytes(by.identity)
    assert sealer().unseal(bytes(by.identity), IDENTITY) == NOBODYS_IDENTITY
    record = Record.objects.get(action="organisation.register")
    assert (record.by, record.detail) == (str(by.pk), {"kind": "enterprise"})


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"name": ""}, ["unit.name"]),
        ({"name": "甲" * 121}, ["unit.name"]),
        ({"address": " "}, ["unit.address"]),
        ({"region": "999999"}, ["unit.region"]),
        ({"attribute": "随便"}, ["unit.attribute"]),
        ({"type": ""}, ["unit.type"]),
        ({"letter": None}, ["unit.letter"]),
        ({"contact": ""}, ["unit.contact"]),
        ({"identity": "110105194912310021"}, ["unit.identity"]),
        ({"unit_kind": "branch"}, ["unit.group"]),
        ({"kind": "individual"}, ["unit.kind"]),
        ({"name": "", "identity": ""}, ["unit.name", "unit.identity"]),
    ],
)
def test_every_fault_is_found_and_nothing_is_kept(
    person: Make, changes: dict[str, Any], wanted: list[str]
) -> None:
    with pytest.raises(InputError) as error:
        register_unit(person(), FRIDAY, facts(**changes))
    assert rules(error) == wanted
    assert not Organisation.objects.exists()


def test_a_wrong_check_character_does_not_block(person: Make) -> None:
    assert register_unit(person(), FRIDAY, facts(credit_code="91350100M000100Y4A")).credit_code.endswith("4A")


def test_a_code_is_kept_in_one_way_of_writing(person: Make) -> None:
    unit = register_unit(person(), FRIDAY, facts(credit_code="91350100m000100y43"))
    assert unit.credit_code == GOOD_CODE


def test_one_code_registers_once_and_the_second_learns_how_to_join(person: Make) -> None:
    keeper = with_phone(person("keeper-of-it"))
    register_unit(keeper, FRIDAY, facts())
    with pytest.raises(InputError) as error:
        register_unit(person(), FRIDAY + 1, facts(name="另一名称"))
    assert rules(error) == ["unit.registered"]
    said = error.value.findings[0].zh + error.value.findings[0].en
    assert "邀请" in said
    assert not [word for word in ("keeper-of-it", "张", "138") if word in said]


def test_a_refused_code_may_be_registered_anew(person: Make, staff: Make) -> None:
    unit = register_unit(person(), FRIDAY, facts())
    refuse_unit(staff("clerk", "xc"), FRIDAY + 1, unit.pk, "授权书没有盖章")
    assert register_unit(person(), FRIDAY + 2, facts()).state == "waiting"


def test_a_second_click_makes_no_second_unit(person: Make) -> None:
    by = person()
    register_unit(by, FRIDAY, facts(credit_code=""))
    with pytest.raises(InputError) as error:
        register_unit(by, FRIDAY, facts(credit_code=""))
    assert rules(error) == ["unit.waiting"]
    assert Organisation.objects.count() == 1


def test_a_stranger_registers_nothing(db: None) -> None:
    with pytest.raises(Forbidden):
        register_unit(Person(is_active=False), FRIDAY, facts())


def test_a_branch_finds_its_group_by_code_or_name(person: Make, unit: Make) -> None:
    group = unit(name="示例集团有限公司")
    Organisation.objects.filter(pk=group.pk).update(credit_code="91450000000000000X")
    by_code = register_unit(
        person(), FRIDAY, facts(credit_code="", unit_kind="branch", group="91450000000000000X")
    )
    by_name = register_unit(
        person(), FRIDAY, facts(credit_code="", unit_kind="subsidiary", group="示例集团有限公司")
    )
    unknown = register_unit(person(), FRIDAY, facts(credit_code="", unit_kind="branch", group="别的集团"))
    assert [u.parent for u in (by_code, by_name, unknown)] == [group, group, None]
    assert unknown.parent_name == "别的集团"


def test_a_refused_unit_hands_in_again_without_typing_the_identity_again(person: Make, staff: Make) -> None:
    by = person()
    unit = register_unit(by, FRIDAY, facts())
    refuse_unit(staff("clerk", "xc"), FRIDAY + 1, unit.pk, "名称不全")
    unit = resubmit_unit(by, FRIDAY + 2, unit.pk, facts(name="桂林示例科技股份有限公司", identity=""))
    assert (unit.state, unit.reason, unit.name) == ("waiting", "", "桂林示例科技股份有限公司")
    assert [a.act for a in unit.acts.order_by("pk")] == ["submit", "refuse", "resubmit"]


def test_only_the_keeper_hands_in_again(person: Make, staff: Make) -> None:
    unit = register_unit(person(), FRIDAY, facts())
    refuse_unit(staff("clerk", "xc"), FRIDAY + 1, unit.pk, "名称不全")
    with pytest.raises(Forbidden):
        resubmit_unit(person(), FRIDAY + 2, unit.pk, facts())


def test_a_waiting_unit_is_not_handed_in_again(person: Make) -> None:
    by = person()
    unit = register_unit(by, FRIDAY, facts())
    with pytest.raises(InputError) as error:
        resubmit_unit(by, FRIDAY + 1, unit.pk, facts())
    assert rules(error) == ["unit.state"]


def test_the_keeper_changes_the_address_and_not_the_name(person: Make, staff: Make) -> None:
    by, other = person(), person()
    unit = register_unit(by, FRIDAY, facts())
    approve_unit(staff("clerk", "xc"), FRIDAY + 1, unit.pk)
    unit.memberships.create(person=other, since=1)
    new = {"address": "新路 2 号", "region": "450300", "attribute": "民营企业", "type": "有限责任公司"}
    with pytest.raises(Forbidden):
        change_unit(other, FRIDAY + 2, unit.pk, **new)
    with pytest.raises(Forbidden):
        change_unit(person(), FRIDAY + 2, unit.pk, **new)
    assert change_unit(by, FRIDAY + 2, unit.pk, **new).address == "新路 2 号"
    assert Record.objects.get(action="organisation.change").detail == {"fields": ["address"]}
    change_unit(by, FRIDAY + 3, unit.pk, **new)
    assert Record.objects.filter(action="organisation.change").count() == 1
