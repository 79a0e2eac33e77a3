"""Members of a unit: invited by phone, leaving, and handing over. Each unit has exactly one keeper."""

from __future__ import annotations

import secrets
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from guiguan.apps.accounts.deadline import day_of
from guiguan.apps.accounts.models import Invitation, Membership, Organisation, Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.accounts.sealing import PHONE, masked_phone, phone_index, same_phone, sealer
from guiguan.apps.accounts.units import ask_keeper
from guiguan.apps.audit.services import record
from guiguan.apps.messages.services import queue
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError

DAYS, DAY = 7, 86_400_000
OPEN_AT_MOST = 20
A_DAY_AT_MOST = 50
"""Invitations of one unit; withdrawing one does not free its place, or a unit could write to any number without end."""


class NoSuchInvitation(LookupError):
    """No open invitation answers to this link and this person: it was used, withdrawn, is too old, or is for another number."""


@transaction.atomic
def invite_member(by: Person, at: int, unit_id: UUID, phone: str) -> str:
    """The number has a link for joining that works once, for seven days, for its owner alone; returns the link's token.
    An open invitation to the same number ends. Raises Forbidden; InputError."""
    unit = _own_unit(by, unit_id)
    number = same_phone(phone)
    index = phone_index(number)
    _check_invited(unit, number, index, at)
    unit.invitations.filter(phone_index=index, ended="").update(ended="withdrawn")
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        organisation=unit,
        token_digest=_digest(token),
        phone_index=index,
        phone=sealer().seal(number, PHONE),
        by=by,
        at=at,
        expires_at=at + DAYS * DAY,
    )
    queue(
        at,
        "invitation",
        once=f"invitation:{invitation.pk}",
        person=Person.objects.filter(phone_index=index).values_list("pk", flat=True).first(),
        channels=("sms",),
        to={"sms": number},
        facts={"unit": unit.name, "until": _day(invitation.expires_at)},
        link=f"/units/invitation/{token}",
    )
    record(str(by.pk), at, "member.invite", f"organisation:{unit.pk}", invitation=str(invitation.pk))
    return token


@transaction.atomic
def withdraw_invitation(by: Person, at: int, unit_id: UUID, invitation_id: UUID) -> None:
    """The link no longer works. Raises Forbidden."""
    unit = _own_unit(by, unit_id)
    if unit.invitations.filter(pk=invitation_id, ended="").update(ended="withdrawn"):
        record(
            str(by.pk),
            at,
            "member.uninvite",
            f"organisation:{unit.pk}",
            invitation=str(invitation_id),
        )


def open_invitation(person: Person, at: int, token: str) -> Invitation:
    """The invitation that the link stands for, if it is for this person and still open. Raises NoSuchInvitation."""
    found = (
        Invitation.objects.select_related("organisation")
        .filter(token_digest=_digest(token), ended="", expires_at__gt=at, organisation__state="approved")
        .first()
    )
    if found is None or not person.phone_verified or person.phone_index != found.phone_index:
        raise NoSuchInvitation
    return found


@transaction.atomic
def accept_invitation(by: Person, at: int, token: str) -> Organisation:
    """The person is a member of the unit; the link is used up. Raises Forbidden, NoSuchInvitation."""
    ask(by, "invitation.accept")
    unit_id = open_invitation(by, at, token).organisation_id
    unit = Organisation.objects.select_for_update().get(pk=unit_id)
    invitation = open_invitation(by, at, token)  # again, now that nobody else can use it
    invitation.ended = "accepted"
    invitation.save(update_fields=["ended"])
    Membership.objects.get_or_create(organisation=unit, person=by, defaults={"since": at})
    record(str(by.pk), at, "member.join", f"organisation:{unit.pk}", invitation=str(invitation.pk))
    return unit


@transaction.atomic
def leave_unit(by: Person, at: int, unit_id: UUID) -> None:
    """The person is no member any more. Raises InputError for the keeper, who must hand over first."""
    unit = Organisation.objects.select_for_update().get(pk=unit_id)
    mine = unit.memberships.filter(person=by).first()
    if mine is None:
        return
    ask(by, "account.own", About(person=str(by.pk)))
    if mine.keeper:
        raise _keeper_stays()
    mine.delete()
    record(str(by.pk), at, "member.leave", f"organisation:{unit.pk}")


@transaction.atomic
def remove_member(by: Person, at: int, unit_id: UUID, person_id: UUID) -> None:
    """The person is no member any more, from their next request on. Raises Forbidden; InputError for the keeper."""
    unit = _own_unit(by, unit_id)
    theirs = unit.memberships.filter(person_id=person_id).first()
    if theirs is None:
        return
    if theirs.keeper:
        raise _keeper_stays()
    theirs.delete()
    record(str(by.pk), at, "member.remove", f"organisation:{unit.pk}", person=str(person_id))


@transaction.atomic
def hand_over(by: Person, at: int, unit_id: UUID, person_id: UUID) -> None:
    """The other member keeps the unit's account from now on. Raises Forbidden; InputError where it is no member."""
    unit = _own_unit(by, unit_id)
    if person_id == by.pk:
        return
    theirs = unit.memberships.filter(person_id=person_id, person__is_active=True).first()
    if theirs is None:
        raise InputError(
            Finding(
                "member.unknown",
                "对方不是本单位的成员；请先邀请其加入，再移交。",
                "that person is no member of the unit; invite them first",
            )
        )
    unit.memberships.filter(person=by).update(keeper=False)
    unit.memberships.filter(pk=theirs.pk).update(keeper=True)
    record(str(by.pk), at, "member.hand-over", f"organisation:{unit.pk}", person=str(person_id))


def _own_unit(by: Person, unit_id: UUID) -> Organisation:
    """The approved unit, locked, of which `by` is the keeper."""
    unit = Organisation.objects.select_for_update().get(pk=unit_id)
    ask(by, "organisation.members", About(organisation=str(unit.pk)))
    ask_keeper(by, "organisation.members", unit)
    return unit


def _check_invited(unit: Organisation, number: str, index: str, at: int) -> None:
    if not (number.isascii() and number.isdigit() and len(number) == 11 and number[0] == "1"):
        raise InputError(
            Finding("member.phone", "请填写 11 位手机号码。", "give a mobile number of 11 digits")
        )
    if unit.memberships.filter(person__phone_index=index).exists():
        raise InputError(
            Finding(
                "member.already",
                f"{masked_phone(number)} 已是本单位成员。",
                "this number belongs to a member already",
            )
        )
    if unit.invitations.filter(ended="", expires_at__gt=at).count() >= OPEN_AT_MOST:
        raise InputError(
            Finding(
                "member.many",
                f"已有 {OPEN_AT_MOST} 个邀请尚未接受；请先撤回不再需要的邀请。",
                f"{OPEN_AT_MOST} invitations are open; withdraw those no longer needed",
            )
        )
    if unit.invitations.filter(at__gt=at - DAY).count() >= A_DAY_AT_MOST:
        raise InputError(
            Finding(
                "member.many-today",
                f"一天最多发 {A_DAY_AT_MOST} 个邀请，今天已经发完；请明天再发。",
                f"a unit sends {A_DAY_AT_MOST} invitations a day, and these have been sent; try again tomorrow",
            )
        )
    if unit.invitations.filter(phone_index=index, at__gt=at - DAY).count() >= 3:
        raise InputError(
            Finding(
                "member.often",
                "今天已向该号码发过 3 次邀请；请提醒对方查收短信，或明天再发。",
                "three invitations went to this number today; try again tomorrow",
            )
        )


def _keeper_stays() -> InputError:
    return InputError(
        Finding(
            "member.keeper",
            "账号管理人不能直接退出；请先把管理人移交给其他成员。",
            "the keeper cannot leave; hand over to another member first",
        )
    )


def _day(at: int) -> str:
    day = day_of(at)
    return f"{day.month}月{day.day}日"


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
