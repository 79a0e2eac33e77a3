"""Under which name failed sign-ins are counted, so that the lockout's own table holds no phone number."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.sealing import phone_index


def counted_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The person's user name, whether they typed it or their phone; for a number that nobody has, a part of its index."""
    given = credentials or {}
    typed = given.get("login") or given.get("phone") or given.get("username")
    if not typed and request is not None:
        typed = request.POST.get("login", "")
    text = str(typed or "").strip()
    if not text.lstrip("+").replace("-", "").replace(" ", "").isdigit():
        return text[:64].lower()
    index = phone_index(text)
    known = Person.objects.filter(phone_index=index).values_list("username", flat=True).first()
    return known or f"phone:{index[:24]}"
