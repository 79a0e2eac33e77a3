"""Where a person can be told of something."""

from __future__ import annotations

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.sealing import PHONE, sealer


def reached_at(person: Person) -> dict[str, str]:
    """The phone under "sms", as the outbox wants it; empty while nobody has proven that the number is theirs."""
    if not person.phone or not person.phone_verified:
        return {}
    return {"sms": sealer().unseal(bytes(person.phone), PHONE)}
