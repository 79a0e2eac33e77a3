"""Masked names of those who acted. The trail itself holds ids alone."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.sealing import NAME, masked_name, sealer


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """By id, in one query; what is no id, such as a duty's name, is left out."""
    people = {uuid for text in ids if (uuid := _uuid(text))}
    return {
        str(p.pk): masked_name(sealer().unseal(bytes(p.name), NAME)) if p.name else p.username
        for p in Person.objects.filter(pk__in=people)
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
