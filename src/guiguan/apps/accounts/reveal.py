"""Personal data opened for somebody who has a reason for it; every opening is on record."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from guiguan.apps.accounts.models import Organisation, Person, Reveal
from guiguan.apps.accounts.permission import ask
from guiguan.apps.accounts.sealing import IDENTITY, NAME, PHONE, sealer
from guiguan.apps.audit.services import record
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.plain import plain, unkept

SHORTEST, LONGEST = 4, 500


@dataclass(frozen=True)
class Contact:
    """A unit's keeper in plain text."""

    name: str
    phone: str
    identity: str


@transaction.atomic
def reveal_contact(by: Person, at: int, unit_id: UUID, reason: str) -> Contact:
    """The keeper's name, phone and identity number; that they were opened and the digest of the reason are on record.
    Raises Forbidden; InputError without a reason."""
    unit = Organisation.objects.get(pk=unit_id)
    ask(by, "organisation.reveal", About(organisation=str(unit.pk)))
    odd = unkept("reveal.reason", reason, zh="理由", en="the reason")
    if odd:
        raise InputError(*odd)
    why = plain(reason)
    if not SHORTEST <= len(why) <= LONGEST:
        raise InputError(
            Finding(
                "reveal.reason",
                f"请写明查看个人信息的理由（{SHORTEST} 至 {LONGEST} 个字，现有 {len(why)} 个），会记入审计。",
                f"say why you open personal data ({SHORTEST} to {LONGEST} characters, found {len(why)}); it goes on record",
            )
        )
    person = unit.memberships.select_related("person").get(keeper=True).person
    opened = Reveal.objects.create(by=by, person=person, at=at, reason=why)
    record(
        str(by.pk),
        at,
        "organisation.reveal",
        f"organisation:{unit.pk}",
        person=str(person.pk),
        fields=["name", "phone", "identity"],
        reveal=opened.pk,
        reason=sha256(opened.reason.encode()).hexdigest(),
    )
    return Contact(
        name=_open(bytes(person.name), NAME),
        phone=_open(bytes(person.phone), PHONE),
        identity=_open(bytes(person.identity), IDENTITY),
    )


def _open(sealed: bytes, purpose: str) -> str:
    return sealer().unseal(sealed, purpose) if sealed else ""
