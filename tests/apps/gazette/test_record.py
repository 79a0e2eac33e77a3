"""The table of public records: entries are added inside an act's transaction, one behind the other, and never change."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from guiguan.apps.audit.models import Record
from guiguan.apps.audit.queries import broken
from guiguan.apps.audit.services import record
from guiguan.apps.gazette.models import Entry, Log
from guiguan.apps.gazette.queries import RecordEntries, newest, newest_numbers
from guiguan.apps.gazette.services import publish, publish_all
from guiguan.core.integrity.merkle import leaf_hash

AT = 1_623_283_200_000


@pytest.mark.django_db
def test_entries_stand_one_behind_the_other_in_a_log_of_their_campaign() -> None:
    for campaign in ("one", "two", "one"):
        publish(campaign, "admin", AT, act="pause")
    made = publish_all("one", "case", AT, [{"entry": "a"}, {"entry": "b"}])
    assert [(e.campaign, e.number, e.kind) for e in Entry.objects.order_by("campaign", "number")] == [
        ("one", 0, "admin"),
        ("one", 1, "admin"),
        ("one", 2, "case"),
        ("one", 3, "case"),
        ("two", 0, "admin"),
    ]
    assert [bytes(e.entry) for e in made] == [
        b'{"c":"one","entry":"a","k":"case","t":1623283200000,"v":1}',
        b'{"c":"one","entry":"b","k":"case","t":1623283200000,"v":1}',
    ]
    assert [(i, e, leaf == leaf_hash(e)) for i, e, leaf in RecordEntries("one").read(3, 9)] == [
        (3, bytes(made[1].entry), True)
    ]
    assert newest_numbers(("admin", "tally")) == {("one", "admin"): 1, ("two", "admin"): 0}
    last = newest("one", "case")
    assert last is not None
    assert last.told["entry"] == "b"
    assert {log.campaign: log.folder for log in Log.objects.all()} == {"one": "one/a", "two": "two/a"}


@pytest.mark.django_db
def test_an_empty_list_adds_nothing() -> None:
    assert publish_all("one", "case", AT, []) == []
    assert RecordEntries("one").size() == 0


@pytest.mark.django_db(transaction=True)
def test_an_entry_without_an_act_is_refused() -> None:
    with pytest.raises(RuntimeError, match="belong into one transaction"):
        publish("one", "admin", AT, act="pause")
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_no_entry() -> None:
    class Lost(Exception):
        pass

    @transaction.atomic
    def act() -> None:
        record("duty", AT, "poll.pause", "poll:one/vote", campaign="one")
        publish("one", "admin", AT, act="pause")
        raise Lost

    with pytest.raises(Lost):
        act()
    assert (Entry.objects.count(), Record.objects.count()) == (0, 0)
    with transaction.atomic():
        assert publish("one", "admin", AT, act="pause").number == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE gazette_entry SET time = 1",
        "UPDATE gazette_entry SET entry = leaf WHERE number = 0",
        "DELETE FROM gazette_entry",
        *(["TRUNCATE gazette_entry"] if "postgres" in connection.vendor else []),
    ],
)
def test_the_database_refuses_to_change_an_entry(statement: str) -> None:
    publish("one", "admin", AT, act="pause")
    before = list(Entry.objects.values())
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(Entry.objects.values()) == before


@pytest.mark.django_db
def test_no_index_is_given_twice() -> None:
    made = publish("one", "admin", AT, act="pause")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.bulk_create(
            [Entry(campaign="one", number=0, kind="admin", time=AT, entry=made.entry, leaf=made.leaf)]
        )
    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_stand_in_one_row_without_a_gap() -> None:
    faults: list[BaseException] = []

    def act(n: int) -> None:
        try:
            for i in range(8):
                with transaction.atomic():
                    publish("one", "admin", AT + i, act="pause", n=n)
                    record("duty", AT, "poll.pause", "poll:one/vote", campaign="one")
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert list(Entry.objects.order_by("number").values_list("number", flat=True)) == list(range(32))
    assert list(broken()) == []
