"""The trail is append-only, and whoever goes around the program is found out."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from guiguan.apps.audit.export import begin_export
from guiguan.apps.audit.models import Record
from guiguan.apps.audit.queries import Wanted, broken, everything, exported, head, matching, stands
from guiguan.apps.audit.services import record
from guiguan.core.evidence.canonical import NotCanonical, decode
from guiguan.core.evidence.chain import START, digest_of

pytestmark = pytest.mark.django_db
NOWHERE = "0b6a3e2e-5a3c-4d7e-9c39-3f6d1f3c0a11"


def write(many: int = 5) -> None:
    for number in range(1, many + 1):
        with transaction.atomic():
            record("somebody", number, "entry.submit", f"entry:{number}", campaign="gx", files=[number, "名"])


def by_hand(*statements: str) -> None:
    """What somebody with the database's password could do: lift the guard, and change what is there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_record DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS audit_no_update")
            cursor.execute("DROP TRIGGER IF EXISTS audit_no_delete")
        for statement in statements:
            cursor.execute(statement)


def test_an_untouched_chain_holds() -> None:
    write()
    assert list(broken()) == []
    assert Record.objects.get(sequence=1).previous == START
    assert head() == (5, Record.objects.get(sequence=5).digest)


def test_an_empty_trail_holds_and_has_no_head() -> None:
    assert (list(broken()), head()) == ([], None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_record SET action = 'x' WHERE sequence = 1",
        "DELETE FROM audit_record WHERE sequence = 1",
    ],
)
def test_the_database_itself_refuses(statement: str) -> None:
    write(2)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Record.objects.count() == 2


def test_the_program_is_refused_like_anybody() -> None:
    write(2)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Record.objects.filter(sequence=1).update(by="x")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Record.objects.filter(sequence=1).delete()


@pytest.mark.skipif(
    "connection.vendor == 'sqlite'", reason="SQLite has no TRUNCATE; emptying it is a DELETE, tested above"
)
def test_postgresql_refuses_to_empty_the_trail() -> None:
    write(2)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE audit_record")


@pytest.mark.parametrize(
    "change",
    ["at = 99", "by = 'x'", "action = 'x'", "campaign = 'x'", "subject = 'x'", "detail = '{}'"],
)
def test_a_changed_field_is_found(change: str) -> None:
    write()
    by_hand(f"UPDATE audit_record SET {change} WHERE sequence = 3")
    assert list(broken()) == [(3, "changed")]


def test_a_detail_that_could_never_have_been_recorded_is_found_and_stops_nothing() -> None:
    write()
    by_hand("""UPDATE audit_record SET detail = '{"x": 1.5}' WHERE sequence = 3""")
    assert list(broken()) == [(3, "changed")]
    lines = [decode(line.rstrip(b"\n")) for line in exported(5)]
    assert [line["sequence"] for line in lines] == [1, 2, 3, 4, 5]
    assert sorted(lines[2]) == ["fault", "sequence"]


@pytest.mark.skipif(connection.vendor == "postgresql", reason="its jsonb holds nothing else")
@pytest.mark.parametrize("text", ["{", "[" * 100_000, "9" * 5_000], ids=["broken", "deep", "long"])
def test_a_detail_that_nobody_can_read_is_found_and_hides_nothing(text: str) -> None:
    write()
    by_hand(
        "PRAGMA ignore_check_constraints = ON",
        f"UPDATE audit_record SET detail = '{text}' WHERE sequence = 3",
        "PRAGMA ignore_check_constraints = OFF",
    )
    by_hand("UPDATE audit_record SET action = 'x' WHERE sequence = 5")
    assert list(broken()) == [(3, "changed"), (5, "changed")]
    assert [decode(line.rstrip(b"\n"))["sequence"] for line in exported(5)] == [1, 2, 3, 4, 5]


def test_a_changed_record_with_a_new_digest_is_found_at_the_next() -> None:
    write()
    row = Record.objects.get(sequence=3)
    content = {
        "action": "x",
        "at": 3,
        "by": row.by,
        "campaign": "gx",
        "detail": row.detail,
        "subject": row.subject,
    }
    digest = digest_of(3, content, row.previous)
    by_hand(f"UPDATE audit_record SET action = 'x', digest = '{digest}' WHERE sequence = 3")
    assert list(broken()) == [(4, "previous")]


def test_a_record_taken_out_of_the_middle_is_found() -> None:
    write()
    by_hand("DELETE FROM audit_record WHERE sequence = 3")
    assert list(broken()) == [(3, "missing"), (4, "previous")]


def test_two_records_that_changed_places_are_found() -> None:
    write()
    by_hand(
        "UPDATE audit_record SET sequence = 99 WHERE sequence = 2",
        "UPDATE audit_record SET sequence = 2 WHERE sequence = 3",
        "UPDATE audit_record SET sequence = 3 WHERE sequence = 99",
    )
    assert {number for number, _ in broken()} == {2, 3, 4}


def test_a_record_taken_off_the_end_is_found_only_by_the_head_that_was_written_down() -> None:
    write()
    written_down = head()
    assert written_down is not None
    by_hand("DELETE FROM audit_record WHERE sequence = 5")
    assert list(broken()) == []  # the chain alone cannot know
    assert not stands(*written_down)


def test_a_head_that_was_written_down_stands_while_the_trail_grows() -> None:
    write(2)
    written_down = head()
    assert written_down is not None
    write(3)
    assert stands(*written_down)
    assert not stands(written_down[0], "0" * 64)


def test_the_export_is_canonical_recorded_and_can_be_checked_by_anybody() -> None:
    write(3)
    until = begin_export(NOWHERE, 9)  # type: ignore[arg-type]  # any id will do
    lines = [decode(line.rstrip(b"\n")) for line in exported(until)]
    assert [line["sequence"] for line in lines] == [1, 2, 3, 4]
    assert lines[3]["content"]["action"] == "audit.export"
    before = START
    for line in lines:
        assert line["previous"] == before
        before = digest_of(line["sequence"], line["content"], before)
        assert line["digest"] == before
    write(1)
    assert len(list(exported(until))) == 4


def test_looking_for() -> None:
    write(3)
    with transaction.atomic():
        record("other", 50, "role.grant", "person:1")
    found = {
        "action": Wanted(action="role."),
        "subject": Wanted(subject="entry:2"),
        "by": Wanted(by="other"),
        "day": Wanted(since=2, before=4),
        "nothing": Wanted(),
    }
    assert {k: [r.sequence for r in matching(everything(), w)] for k, w in found.items()} == {
        "action": [4],
        "subject": [2],
        "by": [4],
        "day": [3, 2],
        "nothing": [4, 3, 2, 1],
    }


@pytest.mark.django_db(transaction=True)
def test_an_act_and_its_record_stand_or_fall_together() -> None:
    with pytest.raises(RuntimeError, match="one transaction"):
        record("x", 1, "entry.submit", "entry:1")
    with transaction.atomic():
        record("x", 1, "entry.submit", "entry:1")
        transaction.set_rollback(True)
    assert Record.objects.count() == 0


@pytest.mark.skipif(
    "connection.vendor == 'sqlite'",
    reason="threads share the tests' SQLite in memory; one writer at a time is SQLite's own rule",
)
@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_no_gap_and_no_fork() -> None:
    begin = threading.Barrier(8)
    failures: list[Exception] = []

    def writer() -> None:
        begin.wait()
        try:
            write(25)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=writer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert list(broken()) == []
    assert list(Record.objects.values_list("sequence", flat=True)) == list(range(1, 201))


def test_nothing_but_ggc1_values_can_be_recorded() -> None:
    with pytest.raises(NotCanonical), transaction.atomic():
        record("x", 1, "entry.submit", "entry:1", score=1.5)
    assert Record.objects.count() == 0
