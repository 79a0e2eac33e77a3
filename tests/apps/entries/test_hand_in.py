"""Handing in: complete, in time, within the quotas, kept whole; and never twice."""

from __future__ import annotations

import threading

import pytest
from apps.entries.conftest import NOON, Scene, moment
from django.db import connection

from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.messages.models import Message
from guiguan.core.values.finding import InputError


def test_a_complete_entry_gets_its_number_and_is_kept_whole(scene: Scene) -> None:
    entry = scene.filled()
    submission = services.submit_entry(scene.author, NOON, entry.pk)
    entry.refresh_from_db()
    assert (entry.state, entry.number, entry.submitted_at) == ("submitted", "CASE-00001", NOON)
    assert submission.answers["title"] == "名称"
    assert set(submission.answers["mobile"]) == {"sealed"}
    assert [f["name"] for f in submission.attachments["pictures"]] == ["图.jpg"]
    assert (submission.number, submission.kind, submission.blueprint) == (1, "declaration", 1)
    record = Record.objects.order_by("-sequence")[0]
    assert (record.action, record.detail) == ("entry.submit", {"sha256": submission.sha256})
    assert Message.objects.filter(template="entry-submitted", person=scene.author.pk).count() == 1


def test_an_incomplete_entry_is_told_everything_at_once_and_stays_a_draft(scene: Scene) -> None:
    entry = scene.draft()
    with pytest.raises(services.NotReady) as fault:
        services.submit_entry(scene.author, NOON, entry.pk)
    assert [f.field for f in fault.value.faults] == ["mobile", "title", "area", "pictures"]
    entry.refresh_from_db()
    assert (entry.state, entry.number) == ("draft", None)
    assert not Submission.objects.exists()


def test_a_second_click_is_told_so_and_makes_no_second_version(scene: Scene) -> None:
    entry = scene.filled()
    services.submit_entry(scene.author, NOON, entry.pk)
    with pytest.raises(InputError, match="已经提交"):
        services.submit_entry(scene.author, NOON, entry.pk)
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(("when", "late"), [("2026-03-31T23:59:59.999", False), ("2026-04-01T00:00", True)])
def test_the_last_millisecond_counts_and_the_next_does_not(scene: Scene, when: str, late: bool) -> None:
    entry = scene.filled()
    if late:
        with pytest.raises(InputError, match=r"申报已于 2026-03-31 24:00 截止（通知三（一））"):
            services.submit_entry(scene.author, moment(when), entry.pk)
    else:
        services.submit_entry(scene.author, moment(when), entry.pk)


def test_two_of_one_area_are_one_too_many(scene: Scene) -> None:
    first, second = scene.filled("甲"), scene.filled("甲")
    services.submit_entry(scene.author, NOON, first.pk)
    with pytest.raises(InputError, match="二（二）"):
        services.submit_entry(scene.author, NOON, second.pk)
    services.withdraw_entry(scene.author, NOON, first.pk)
    services.submit_entry(scene.author, NOON, second.pk)
    with pytest.raises(InputError, match="二（二）"):
        services.submit_entry(scene.author, NOON, first.pk)


def test_a_stranger_neither_hands_in_nor_takes_back(scene: Scene) -> None:
    entry = scene.filled()
    for act in (services.submit_entry, services.withdraw_entry, services.preregister_entry):
        with pytest.raises(Forbidden):
            act(scene.stranger, NOON, entry.pk)
    entry.refresh_from_db()
    assert entry.state == "draft"


def test_handing_in_again_keeps_number_and_first_time(scene: Scene) -> None:
    entry = scene.filled()
    services.submit_entry(scene.author, NOON, entry.pk)
    services.withdraw_entry(scene.author, NOON + 1, entry.pk)
    services.save_answer(scene.author, NOON + 2, entry.pk, "title", "改名", 99)
    again = services.submit_entry(scene.teammate, NOON + 3, entry.pk)
    entry.refresh_from_db()
    assert (entry.number, entry.submitted_at, again.number) == ("CASE-00001", NOON, 2)
    assert [s.answers["title"] for s in Submission.objects.order_by("number")] == ["名称", "改名"]


def test_an_accepted_entry_cannot_be_withdrawn(scene: Scene) -> None:
    entry = scene.filled()
    services.submit_entry(scene.author, NOON, entry.pk)
    Entry.objects.update(state="accepted")
    with pytest.raises(InputError, match="不能撤回"):
        services.withdraw_entry(scene.author, NOON, entry.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_handed_in_at_once_only_one_takes_the_last_place(scene: Scene) -> None:
    """Both would fit alone; together they break the quota of one per area."""
    entries = [scene.filled("甲"), scene.filled("甲")]
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def hand_in(entry: Entry) -> None:
        start.wait()
        try:
            services.submit_entry(scene.author, NOON, entry.pk)
            outcomes.append("in")
        except InputError as error:
            outcomes.append(error.findings[0].rule)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_in, args=(e,)) for e in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["entries.over-quota", "in"]
    assert sorted(Entry.objects.values_list("number", flat=True), key=str) == ["CASE-00001", None]
