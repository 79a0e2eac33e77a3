"""The worker ends corrections to the millisecond, and says everything once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from apps.screening.scene import AT, DECIDED, RETURN, Scene, moment, newest

from guiguan.apps.audit.models import Record
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Entry
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.occasions import Occasions
from guiguan.apps.screening.deciding import decide_screening
from guiguan.apps.screening.duties import expire_corrections, remind_corrections

UNTIL = moment("2026-10-10T00:00")


def returned(scene: Scene) -> Entry:
    entry = scene.handed_in()
    decide_screening(scene.screener, DECIDED, newest(entry), "check", RETURN)
    return entry


def test_a_correction_that_did_not_come_ends_at_its_term_and_not_before(scene: Scene) -> None:
    entry = returned(scene)
    assert expire_corrections(UNTIL - 1) == 0
    assert expire_corrections(UNTIL) == 1
    assert expire_corrections(UNTIL + 1) == 0
    entry.refresh_from_db()
    assert (entry.state, entry.correct_until) == ("refused", None)
    assert Message.objects.filter(template="entry-refused", channel="site").count() == 1
    assert Record.objects.get(action="entry.expire").by == "screening.expire"


def test_an_entry_corrected_in_time_never_expires(scene: Scene) -> None:
    entry = returned(scene)
    services.submit_entry(scene.author, UNTIL - 1, entry.pk)
    assert expire_corrections(UNTIL + 1) == 0
    entry.refresh_from_db()
    assert entry.state == "submitted"


def test_the_reminder_comes_once_on_the_working_day_before_also_after_a_restart(scene: Scene) -> None:
    returned(scene)
    day, occasions = moment("2026-10-08T00:00"), Occasions()
    assert remind_corrections(day - 1, occasions) == 0
    assert remind_corrections(day, occasions) == 1
    assert remind_corrections(day + 1, occasions) == 0
    remind_corrections(day + 2, Occasions())
    assert Message.objects.filter(template="correction-due", channel="site").count() == 1


def test_who_has_corrected_is_not_reminded(scene: Scene) -> None:
    entry = returned(scene)
    services.submit_entry(scene.author, moment("2026-10-07T23:00"), entry.pk)
    assert remind_corrections(moment("2026-10-08T10:00"), Occasions()) == 0
    assert not Message.objects.filter(template="correction-due").exists()


def test_a_term_of_one_day_is_not_reminded_of_together_with_the_return(scenes: Callable[..., Scene]) -> None:
    scene = scenes(term=False)
    entry = scene.handed_in(at=AT)
    at = moment("2026-10-08T09:00")
    decide_screening(scene.screener, at, newest(entry), "check", replace(RETURN, days=1))
    assert remind_corrections(at + 1, Occasions()) == 0
    assert not Message.objects.filter(template="correction-due").exists()
