"""A unit's registration that nothing is wrong with."""

from __future__ import annotations

import uuid
from typing import Any

from guiguan.apps.accounts.facts import UnitFacts
from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.sealing import PHONE, phone_index, sealer

FRIDAY = 1_775_179_800_000  # 2026-04-03 09:30 in China; from the 4th to the 6th is Qingming
GOOD_CODE = "91350100M000100Y43"  # the standard's own example
NOBODYS_IDENTITY = "11010519491231002X"  # the example of GB 11643


def facts(**changes: Any) -> UnitFacts:
    """What an enterprise fills in."""
    given: dict[str, Any] = {
        "kind": "enterprise",
        "name": "桂林示例科技有限公司",
        "address": "桂林市示例路 1 号",
        "region": "450300",
        "attribute": "民营企业",
        "type": "有限责任公司",
        "credit_code": GOOD_CODE,
        "letter": uuid.UUID(int=7),
        "contact": "张三丰",
        "identity": NOBODYS_IDENTITY,
    }
    return UnitFacts(**(given | changes))


def with_phone(person: Person, phone: str = "13800001234") -> Person:
    """The person with a proven number."""
    person.phone, person.phone_index = sealer().seal(phone, PHONE), phone_index(phone)
    person.phone_verified = True
    person.save()
    return person
