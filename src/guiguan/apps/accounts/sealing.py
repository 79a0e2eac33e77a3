"""Personal data in and out of its seal, one name for each purpose."""

from __future__ import annotations

import re

from guiguan.apps.sealer import sealer as sealer

PHONE = "person.phone"
NAME = "person.name"
EMAIL = "person.email"
IDENTITY = "person.identity"


def same_phone(text: str) -> str:
    """One way to write a number: digits, with +86 and separators taken off."""
    digits = re.sub(r"[\s\-()（）]", "", text)
    return digits.removeprefix("+86").removeprefix("0086") if len(digits) > 11 else digits


def phone_index(phone: str) -> str:
    """What a phone is found by."""
    return sealer().blind(same_phone(phone), PHONE)


def masked_phone(phone: str) -> str:
    """138****1234."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 7 else "****"


def masked_name(name: str) -> str:
    """王**: the first character, and a star for each other."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


def masked_identity(number: str) -> str:
    """The first three and the last two characters."""
    return f"{number[:3]}{'*' * 13}{number[-2:]}" if len(number) >= 15 else "****"
