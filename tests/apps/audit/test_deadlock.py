"""Two services that meet on one row and on the chain's lock: one waits for the other, and neither for ever."""

from __future__ import annotations

import threading
import time

import pytest
from apps.conftest import make_person, make_unit
from django.db import connection, transaction

from guiguan.apps.audit.models import Record
from guiguan.apps.audit.queries import broken
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.entries.models import Entry


def somebody_waits() -> bool:
    """Whether another connection to this database waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite 只有一个写者 (SQLite has one writer)")
def test_a_foreign_key_is_checked_before_the_chain_is_locked() -> None:
    campaign = Campaign.objects.create(slug="case", title="案例", made_at=1)
    person = make_person()
    unit = make_unit(person)
    locked = threading.Event()
    faults: list[Exception] = []

    def begin() -> None:
        """Names the campaign's row by a foreign key, then writes its record."""
        try:
            assert locked.wait(10)
            with transaction.atomic():
                Entry.objects.create(campaign=campaign, organisation=unit, made_by=person.pk, made_at=1)
                record("b", 2, "entry.start", "entry:b")
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=begin)
    other.start()
    with transaction.atomic():
        Campaign.objects.select_for_update().get(pk=campaign.pk)
        locked.set()
        until = time.monotonic() + 10
        while not somebody_waits():
            assert time.monotonic() < until
        record("a", 1, "entry.submit", "entry:a")
    other.join(20)
    assert faults == []
    assert list(Record.objects.order_by("sequence").values_list("by", flat=True)) == ["a", "b"]
    assert list(broken()) == []
