"""Finds the entry or unit that an address names, and what it is for permission."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import about, find_entry
from guiguan.core.permissions.table import About


def entry_by_id(person: Person | None, entry_id: UUID, **rest: object) -> tuple[Entry, About]:
    """The entry with its campaign and unit. Raises Http404."""
    entry = find_entry(entry_id)
    if entry is None:
        raise Http404
    return entry, about(entry)
