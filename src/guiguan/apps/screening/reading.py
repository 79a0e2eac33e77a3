"""Who has an entry open to review it, so that two people do not do the same work unawares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.queries import named
from guiguan.apps.entries.models import Entry
from guiguan.apps.screening.models import Reading

FOR = 1_800_000  # half an hour, in ms
_AGAIN = 60_000


@transaction.atomic
def note_reading(by: Person, at: int, entry: Entry) -> None:
    """The others see for half an hour that this person reads the entry; nobody is kept from deciding. No act on the entry,
    so nothing is recorded; written at most once a minute. The page asks permission."""
    row, fresh = Reading.objects.get_or_create(entry=entry, person=by, defaults={"at": at})
    if not fresh and at - row.at >= _AGAIN:
        Reading.objects.filter(pk=row.pk).update(at=at)


def readers(entries: Collection[UUID], at: int, but: Person) -> dict[UUID, list[str]]:
    """The names of the others who read each of these entries now."""
    rows = (
        Reading.objects.filter(entry__in=entries, at__gt=at - FOR)
        .exclude(person=but)
        .select_related("person")
        .order_by("at")
    )
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        found[row.entry_id].append(named(row.person) or row.person.username)
    return dict(found)
