"""The members of a unit: who they are, inviting, leaving, removing, handing over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.accounts.members import (
    hand_over,
    invite_member,
    leave_unit,
    remove_member,
    withdraw_invitation,
)
from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.accounts.queries import members_of, open_invitations
from guiguan.apps.accounts.sealing import PHONE, masked_phone, sealer
from guiguan.core.values.finding import InputError
from guiguan.web.applicant.units_found import approved, membership, with_parts
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.units_shown import moment

_BOTH = ("GET", "HEAD", "POST")
_Found = tuple[Organisation, dict[str, UUID]]


@door("organisation.members", approved, methods=_BOTH)
def members(request: HttpRequest, unit: Organisation) -> HttpResponse:
    """The members; for the keeper also the open invitations and the field to invite by phone."""
    person = _person(request)
    keeper = unit.memberships.filter(person=person, keeper=True).exists()
    fault, typed = "", ""
    if request.method == "POST":
        typed = request.POST.get("phone", "")[:20]
        try:
            invite_member(person, now(), unit.pk, typed)
        except InputError as error:
            fault = error.findings[0].text(request.LANGUAGE_CODE[:2])
        else:
            messages.success(request, _("邀请短信已发出，7 天内有效。"))
            return redirect("units-members", unit=unit.pk)
    invitations: list[dict[str, Any]] = [
        {
            "id": one.pk,
            "phone": masked_phone(sealer().unseal(bytes(one.phone), PHONE)),
            "until": moment(one.expires_at),
        }
        for one in (open_invitations(unit, now()) if keeper else ())
    ]
    rows = [
        {"member": one, "since": moment(one.since), "me": one.person == person.pk} for one in members_of(unit)
    ]
    return render(
        request,
        "applicant/units/members.html",
        {
            "unit": unit,
            "keeper": keeper,
            "rows": rows,
            "invitations": invitations,
            "fault": fault,
            "typed": typed,
        },
    )


@door("organisation.members", with_parts, methods=_BOTH)
def remove(request: HttpRequest, found: _Found) -> HttpResponse:
    """Asks first; then the member is none any more."""
    unit, parts = found
    if request.method == "POST":
        return _done(request, unit, remove_member, parts["member"], done=_("已移出本单位。"))
    return _ask(
        request,
        unit,
        _("移出这名成员？"),
        _("对方将立即不能再代表本单位办理，已填写的内容保留。"),
        _("移出"),
        danger=True,
    )


@door("organisation.members", with_parts, methods=_BOTH)
def give(request: HttpRequest, found: _Found) -> HttpResponse:
    """Asks first; then the other member keeps the unit's account."""
    unit, parts = found
    if request.method == "POST":
        return _done(request, unit, hand_over, parts["member"], done=_("管理人已移交。"))
    return _ask(
        request,
        unit,
        _("移交账号管理人？"),
        _("移交后由对方邀请成员、修改资料，您仍是本单位成员。如需收回，须由对方移交给您。"),
        _("移交"),
        danger=False,
    )


@door("organisation.members", with_parts, methods=("POST",))
def withdraw(request: HttpRequest, found: _Found) -> HttpResponse:
    unit, parts = found
    return _done(request, unit, withdraw_invitation, parts["invitation"], done=_("邀请已撤回。"))


@door("organisation.apply", membership, methods=_BOTH)
def leave(request: HttpRequest, unit: Organisation) -> HttpResponse:
    """Asks first; then the person is no member any more."""
    if request.method == "POST":
        try:
            leave_unit(_person(request), now(), unit.pk)
        except InputError as error:
            messages.error(request, error.findings[0].text(request.LANGUAGE_CODE[:2]))
            return redirect("units-unit", unit=unit.pk)
        messages.success(request, _("您已退出 %(unit)s。") % {"unit": unit.name})
        return redirect("units-home")
    text = _("退出后不能再代表该单位办理；如需再次加入，须由管理人重新邀请。")
    return _ask(request, unit, _("退出本单位？"), text, _("退出"), danger=True, back="units-unit")


def _done(request: HttpRequest, unit: Organisation, service: Any, target: UUID, *, done: str) -> HttpResponse:
    try:
        service(_person(request), now(), unit.pk, target)
    except InputError as error:
        messages.error(request, error.findings[0].text(request.LANGUAGE_CODE[:2]))
    else:
        messages.success(request, done)
    return redirect("units-members", unit=unit.pk)


def _ask(
    request: HttpRequest,
    unit: Organisation,
    title: str,
    text: str,
    confirm: str,
    *,
    danger: bool,
    back: str = "units-members",
) -> HttpResponse:
    context = {"unit": unit, "title": title, "text": text, "confirm": confirm, "danger": danger, "back": back}
    return render(request, "applicant/units/confirm.html", context)


def _person(request: HttpRequest) -> Person:
    person = person_of(request)
    assert person is not None  # the door leads everybody else to signing in
    return person
