"""A round of duties: each is done, whatever becomes of the others, and its mark is left."""

from __future__ import annotations

import pytest

from guiguan.apps.messages.models import DutyRun
from guiguan.conf import worker
from guiguan.conf.worker import NOTED_EVERY, Duty, Rounds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)  # the test's own transaction


def given(monkeypatch: pytest.MonkeyPatch, **duties: Duty) -> Rounds:
    monkeypatch.setattr(worker, "duties", lambda: duties)
    return Rounds()


def broken(at: int) -> int:
    raise OSError("13800001234")


def test_one_that_fails_keeps_no_other_from_running(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds = given(monkeypatch, first=broken, second=lambda at: 3)
    assert rounds.once(5) == 3
    assert "duty first" in caplog.text
    assert list(DutyRun.objects.order_by("name").values_list("name", "at", "done", "failed_at", "fault")) == [
        ("first", 5, 0, 5, "OSError"),
        ("second", 5, 3, None, ""),
    ]


def test_a_worker_that_is_to_stop_begins_no_further_duty(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def duty(name: str) -> Duty:
        return lambda at: done.append(name) or 1

    rounds = given(monkeypatch, first=duty("first"), second=duty("second"))
    assert rounds.once(5, lambda: "first" in done) == 1
    assert done == ["first"]
    assert rounds.once(6) == 2


def test_an_idle_worker_leaves_its_mark_every_quarter_of_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = given(monkeypatch, only=lambda at: 0)
    start = 10 * NOTED_EVERY
    for at in (start, start + 1, start + NOTED_EVERY - 1):
        rounds.once(at)
        assert DutyRun.objects.get().at == start
    rounds.once(start + NOTED_EVERY)
    assert DutyRun.objects.get().at == start + NOTED_EVERY


def test_what_was_done_is_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = given(monkeypatch, only=lambda at: at)
    for at in (1, 2, 3):
        rounds.once(at)
    assert DutyRun.objects.get().done == 6


def test_a_mark_that_cannot_be_left_does_not_stop_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = given(monkeypatch, only=lambda at: 2)

    def full(*mark: object) -> None:
        raise OSError

    monkeypatch.setattr(worker, "note_run", full)
    assert rounds.once(5) == 2
    assert rounds.owed == {"only": 2}


def test_messages_are_delivered_by_the_worker() -> None:
    assert "messages.deliver" in worker.duties()
