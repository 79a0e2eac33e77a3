"""The organiser decides on registrations, and may suspend a unit."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from guiguan.apps.accounts.models import Organisation, Person, UnitAct
from guiguan.apps.accounts.permission import Forbidden, ask
from guiguan.apps.accounts.sealing import PHONE, sealer
from guiguan.apps.accounts.units import moved
from guiguan.apps.audit.services import record
from guiguan.apps.messages.services import queue
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.plain import plain, unkept

REASON_AT_MOST = 500
TOLD_BY = {
    "approve": "unit-approved",
    "refuse": "unit-refused",
    "suspend": "unit-suspended",
    "restore": "unit-restored",
}
"""The message that tells the unit's keeper of an act."""


@transaction.atomic
def approve_unit(by: Person, at: int, unit_id: UUID) -> Organisation:
    """The unit may declare, and its keeper is told. Raises Forbidden (also to a member of the unit); InputError."""
    return _decide(by, at, unit_id, "organisation.approve", "approve", "")


@transaction.atomic
def refuse_unit(by: Person, at: int, unit_id: UUID, reason: str) -> Organisation:
    """The unit reads why and may hand in again. Raises Forbidden; InputError without a reason."""
    return _decide(by, at, unit_id, "organisation.approve", "refuse", _reason(reason))


@transaction.atomic
def suspend_unit(by: Person, at: int, unit_id: UUID, reason: str) -> Organisation:
    """The unit's members can do nothing for it until it is restored. Raises Forbidden; InputError without a reason."""
    return _decide(by, at, unit_id, "organisation.suspend", "suspend", _reason(reason))


@transaction.atomic
def restore_unit(by: Person, at: int, unit_id: UUID, reason: str) -> Organisation:
    """The unit may act again. Raises Forbidden; InputError without a reason."""
    return _decide(by, at, unit_id, "organisation.suspend", "restore", _reason(reason))


def _decide(by: Person, at: int, unit_id: UUID, action: str, act: str, reason: str) -> Organisation:
    unit = Organisation.objects.select_for_update().get(pk=unit_id)
    ask(by, action, About(organisation=str(unit.pk)))
    if unit.memberships.filter(person=by).exists():  # nobody decides on the unit that they belong to
        raise Forbidden(action, About(organisation=str(unit.pk)))
    unit.state = moved(unit, act)
    unit.decided_at, unit.decided_by, unit.reason = at, by, reason
    unit.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    done = UnitAct.objects.create(organisation=unit, act=act, at=at, by=by, reason=reason)
    _tell(unit, at, act, reason, done)
    record(str(by.pk), at, f"organisation.{act}", f"organisation:{unit.pk}")
    return unit


def _tell(unit: Organisation, at: int, act: str, reason: str, done: UnitAct) -> None:
    keeper = unit.memberships.select_related("person").get(keeper=True).person
    to = {"sms": sealer().unseal(bytes(keeper.phone), PHONE)} if keeper.phone_index else {}
    facts = {"unit": unit.name} | ({} if act == "approve" else {"reason": reason})
    queue(
        at,
        TOLD_BY[act],
        once=f"unit:{unit.pk}:{done.pk}",
        person=keeper.pk,
        channels=("sms", "site"),
        to=to,
        facts=facts,
        link=f"/units/{unit.pk}",
    )


def _reason(text: str) -> str:
    odd = unkept("unit.reason", text, zh="理由", en="the reason")
    if odd:
        raise InputError(*odd)
    reason = plain(text)
    if not reason:
        raise InputError(
            Finding(
                "unit.reason", "请写明理由，单位会原样看到。", "give the reason; the unit reads it as it is"
            )
        )
    if len(reason) > REASON_AT_MOST:
        raise InputError(
            Finding(
                "unit.reason",
                f"理由有 {len(reason)} 字，最多 {REASON_AT_MOST} 字。",
                f"the reason has {len(reason)} characters, at most {REASON_AT_MOST} are kept",
            )
        )
    return reason
