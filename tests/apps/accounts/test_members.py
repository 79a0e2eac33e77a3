"""Invitations, leaving and handing over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from apps.accounts.conftest import with_phone

from guiguan.apps.accounts.members import (
    A_DAY_AT_MOST,
    NoSuchInvitation,
    accept_invitation,
    hand_over,
    invite_member,
    leave_unit,
    remove_member,
    withdraw_invitation,
)
from guiguan.apps.accounts.models import Invitation
from guiguan.apps.accounts.permission import Forbidden, held_by
from guiguan.apps.audit.models import Record
from guiguan.apps.messages.models import Message
from guiguan.core.values.finding import InputError

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
AT, DAY = 1_775_000_000_000, 86_400_000
PHONE = "13900005678"


def rule(error: pytest.ExceptionInfo[InputError]) -> str:
    return error.value.findings[0].rule


def test_the_invited_number_joins_once(person: Make, unit: Make) -> None:
    keeper, guest = person(), with_phone(person(), PHONE)
    own = unit(keeper)
    token = invite_member(keeper, AT, own.pk, "+86 139-0000-5678")
    assert accept_invitation(guest, AT + 1, token) == own
    assert {h.organisation for h in held_by(guest)} == {"", str(own.pk)}
    with pytest.raises(NoSuchInvitation):
        accept_invitation(guest, AT + 2, token)
    assert [r.action for r in Record.objects.order_by("sequence")] == ["member.invite", "member.join"]
    assert token not in str(list(Record.objects.values_list("detail", flat=True)))


def test_the_link_is_stored_as_its_digest_and_goes_out_by_sms(person: Make, unit: Make) -> None:
    keeper = person()
    token = invite_member(keeper, AT, unit(keeper).pk, PHONE)
    assert Invitation.objects.get().token_digest != token
    assert list(Message.objects.values_list("template", "channel")) == [("invitation", "sms")]


@pytest.mark.parametrize("later", [7 * DAY, 30 * DAY])
def test_after_seven_days_the_link_is_dead(person: Make, unit: Make, later: int) -> None:
    keeper, guest = person(), with_phone(person(), PHONE)
    token = invite_member(keeper, AT, unit(keeper).pk, PHONE)
    with pytest.raises(NoSuchInvitation):
        accept_invitation(guest, AT + later, token)


def test_nobody_else_can_use_the_link(person: Make, unit: Make) -> None:
    keeper = person()
    token = invite_member(keeper, AT, unit(keeper).pk, PHONE)
    unproven = with_phone(person(), PHONE)
    unproven.phone_verified = False
    unproven.save()
    for stranger in (with_phone(person(), "13900009999"), person(), unproven):
        with pytest.raises(NoSuchInvitation):
            accept_invitation(stranger, AT + 1, token)


def test_a_second_or_withdrawn_invitation_ends_the_first(person: Make, unit: Make) -> None:
    keeper, guest = person(), with_phone(person(), PHONE)
    own = unit(keeper)
    first, second = (invite_member(keeper, AT + n, own.pk, PHONE) for n in (0, 1))
    with pytest.raises(NoSuchInvitation):
        accept_invitation(guest, AT + 2, first)
    withdraw_invitation(keeper, AT + 2, own.pk, Invitation.objects.get(ended="").pk)
    with pytest.raises(NoSuchInvitation):
        accept_invitation(guest, AT + 3, second)


def test_a_number_is_not_flooded_with_invitations(person: Make, unit: Make) -> None:
    keeper = person()
    own = unit(keeper)
    for n in range(3):
        invite_member(keeper, AT + n, own.pk, PHONE)
    with pytest.raises(InputError) as error:
        invite_member(keeper, AT + 4, own.pk, PHONE)
    assert rule(error) == "member.often"


def test_withdrawing_makes_no_room_for_writing_to_any_number(person: Make, unit: Make) -> None:
    keeper = person()
    mine = unit(keeper)
    for n in range(A_DAY_AT_MOST):
        invite_member(keeper, AT, mine.pk, f"139{n:08d}")
        withdraw_invitation(keeper, AT, mine.pk, mine.invitations.get(ended="").pk)
    with pytest.raises(InputError) as error:
        invite_member(keeper, AT + DAY - 1, mine.pk, PHONE)
    assert rule(error) == "member.many-today"
    invite_member(keeper, AT + DAY, mine.pk, PHONE)
    assert Message.objects.count() == A_DAY_AT_MOST + 1


@pytest.mark.parametrize("phone", ["", "1390000567", "abc", "23900005678"])
def test_only_mobile_numbers_are_invited(person: Make, unit: Make, phone: str) -> None:
    keeper = person()
    with pytest.raises(InputError) as error:
        invite_member(keeper, AT, unit(keeper).pk, phone)
    assert rule(error) == "member.phone"


def test_teammate_and_stranger_invite_and_remove_nobody(person: Make, unit: Make) -> None:
    keeper, mate = person(), person()
    own = unit(keeper, mate)
    for by in (mate, person()):
        with pytest.raises(Forbidden):
            invite_member(by, AT, own.pk, PHONE)
        with pytest.raises(Forbidden):
            remove_member(by, AT, own.pk, mate.pk)
        with pytest.raises(Forbidden):
            hand_over(by, AT, own.pk, by.pk)


@pytest.mark.parametrize("state", ["waiting", "refused", "suspended"])
def test_a_unit_that_may_not_act_invites_nobody(person: Make, unit: Make, state: str) -> None:
    keeper = person()
    with pytest.raises(Forbidden):
        invite_member(keeper, AT, unit(keeper, state=state).pk, PHONE)


def test_the_keeper_hands_over_and_may_then_leave(person: Make, unit: Make) -> None:
    keeper, mate = person(), person()
    own = unit(keeper, mate)
    with pytest.raises(InputError) as error:
        leave_unit(keeper, AT, own.pk)
    assert rule(error) == "member.keeper"
    hand_over(keeper, AT, own.pk, mate.pk)
    assert [m.person for m in own.memberships.filter(keeper=True)] == [mate]
    leave_unit(keeper, AT, own.pk)
    leave_unit(keeper, AT, own.pk)
    assert [m.person for m in own.memberships.all()] == [mate]
    assert Record.objects.filter(action="member.leave").count() == 1


def test_nothing_is_handed_to_a_stranger(person: Make, unit: Make) -> None:
    keeper = person()
    own = unit(keeper)
    with pytest.raises(InputError) as error:
        hand_over(keeper, AT, own.pk, person().pk)
    assert rule(error) == "member.unknown"
    assert own.memberships.get(keeper=True).person == keeper


def test_a_removed_member_is_out_at_once(person: Make, unit: Make) -> None:
    keeper, mate = person(), person()
    own = unit(keeper, mate)
    remove_member(keeper, AT, own.pk, mate.pk)
    assert "applicant" not in {h.role for h in held_by(mate)}
