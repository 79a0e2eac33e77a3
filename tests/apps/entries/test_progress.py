"""The progress query: who finds what, without a trace of anybody, and never more often than allowed."""

from __future__ import annotations

import pytest
from apps.screening.scene import AT, DECIDED, PAPER, REFUSE, RETURN, Scene, make_scene, newest, with_phone
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiguan.apps.accounts.models import Membership, Person
from guiguan.apps.accounts.sealing import PHONE, sealer
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.progress import entry_with
from guiguan.apps.screening.deciding import decide_screening
from guiguan.apps.screening.duties import expire_corrections
from guiguan.apps.screening.models import ProgressTry
from guiguan.apps.screening.progress import timeline_of
from guiguan.apps.screening.tries import (
    DAY,
    HOUR,
    PER_ADDRESS,
    PER_NUMBER,
    TooManyTries,
    count_try,
    forget_tries,
    same_number,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def screened(db: None) -> Scene:
    return make_scene(more=PAPER)


def phone_of(person: Person) -> str:
    return sealer().unseal(bytes(person.phone), PHONE)


def test_maker_and_keeper_find_the_entry_and_nobody_else(screened: Scene) -> None:
    maker = with_phone(Person.objects.create(username="maker"), "13700000001")
    member = with_phone(Person.objects.create(username="member"), "13700000002")
    for person in (maker, member):
        Membership.objects.create(organisation=screened.unit, person=person, since=1)
    entry = screened.handed_in()
    Entry.objects.filter(pk=entry.pk).update(made_by=maker.pk)
    assert entry.number is not None
    assert entry_with(entry.number, "137-0000-0001") == entry
    assert entry_with(entry.number, phone_of(screened.author)) == entry
    for phone in ("13700000002", "13799999999", "", "abc"):
        assert entry_with(entry.number, phone) is None
    assert entry_with("NO-SUCH-1", phone_of(screened.author)) is None


def test_every_wrong_pair_takes_the_same_path(screened: Scene) -> None:
    entry = screened.handed_in()
    assert entry.number is not None
    asked = []
    for number, phone in ((entry.number, "13799999999"), ("NO", phone_of(screened.author)), ("NO", "x")):
        with CaptureQueriesContext(connection) as queries:
            assert entry_with(number, phone) is None
        asked.append(len(queries))
    assert asked == [1, 1, 1]


def test_a_number_is_read_however_it_is_typed() -> None:
    assert same_number(" case-1-０0001 ") == "CASE-1-00001"


def test_an_address_has_ten_tries_an_hour() -> None:
    for n in range(PER_ADDRESS):
        count_try(f"N{n}", address="10.0.0.1", at=AT + n)
    with pytest.raises(TooManyTries):
        count_try("N", address="10.0.0.1", at=AT + PER_ADDRESS)
    count_try("N", address="10.0.0.2", at=AT + PER_ADDRESS)
    with pytest.raises(TooManyTries):
        count_try("N", address="10.0.0.1", at=AT + HOUR - 1)
    count_try("N", address="10.0.0.1", at=AT + HOUR)


def test_a_subscribers_whole_net_counts_as_one_address() -> None:
    for n in range(PER_ADDRESS):
        count_try(f"N{n}", address=f"2001:db8::{n + 1}", at=AT)
    with pytest.raises(TooManyTries):
        count_try("N", address="2001:db8::ffff", at=AT)


def test_a_number_has_twenty_tries_a_day_from_wherever_however_typed() -> None:
    for n in range(PER_NUMBER):
        count_try("case-1" if n % 2 else "CASE-1 ", address=f"10.0.1.{n}", at=AT + n)
    with pytest.raises(TooManyTries):
        count_try("CASE-1", address="10.0.2.1", at=AT + DAY - 1)
    count_try("CASE-1", address="10.0.2.1", at=AT + DAY)


def test_tries_hold_neither_number_nor_address_and_are_forgotten_after_a_day() -> None:
    count_try("CASE-1", address="10.0.0.1", at=AT)
    row = ProgressTry.objects.get()
    assert "CASE" not in row.number
    assert "10.0" not in row.network
    assert forget_tries(AT + DAY - 1) == 0
    assert forget_tries(AT + DAY) == 1


def steps(entry: Entry, at: int) -> list[tuple[str, str]]:
    return [(s.what, s.state) for s in timeline_of(Entry.objects.get(pk=entry.pk), at)]


def test_the_timeline_from_handing_in_over_a_return_to_what_comes_next(screened: Scene) -> None:
    entry = screened.handed_in()
    assert steps(entry, AT) == [("submitted", "done"), ("reviewing", "now"), ("stage", "next")]
    decide_screening(screened.screener, DECIDED, newest(entry), "check", RETURN)
    assert steps(entry, DECIDED)[1:3] == [("return", "done"), ("correcting", "now")]
    services.submit_entry(screened.author, DECIDED + 1, entry.pk)
    decide_screening(screened.screener, DECIDED + 2, newest(entry), "check", REFUSE)
    assert steps(entry, DECIDED + 3) == [
        ("submitted", "done"),
        ("return", "done"),
        ("resubmitted", "done"),
        ("refuse", "stopped"),
    ]
    reasons = [s.reason for s in timeline_of(Entry.objects.get(pk=entry.pk), DECIDED + 3)]
    assert reasons == ["", "", "", "材料不全"]  # the blueprint's words; the note is for who signs in


def test_a_correction_that_lapsed_ends_the_timeline(screened: Scene) -> None:
    entry = screened.handed_in()
    decide_screening(screened.screener, DECIDED, newest(entry), "check", RETURN)
    expire_corrections(DECIDED + 30 * DAY)
    assert steps(entry, DECIDED + 30 * DAY)[-1] == ("expired", "stopped")


def test_who_has_pre_registered_is_told_of_declaring(screened: Scene) -> None:
    entry = screened.draft()
    Entry.objects.filter(pk=entry.pk).update(state="preregistered")
    titles = [s.title for s in timeline_of(Entry.objects.get(pk=entry.pk), AT)]
    assert titles == ["申报", "形式审查", "公示"]
