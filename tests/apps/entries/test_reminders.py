"""Reminders: each on its day, to whom it concerns, once."""

from __future__ import annotations

import pytest
from apps.screening.scene import PAPER, Scene, make_scene, moment

from guiguan.apps.entries import services
from guiguan.apps.entries.papers import note_sent
from guiguan.apps.entries.reminders import DAY, remind_closing, remind_paper
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.occasions import Occasions
from guiguan.apps.messages.sealing import TEXT, opened

END = moment("2026-10-21T00:00")


@pytest.fixture
def open_campaign(db: None) -> Scene:
    return make_scene(more=PAPER)


def count(template: str) -> int:
    return Message.objects.filter(template=template, channel="site").count()


def test_a_draft_is_reminded_of_on_7_3_and_1_days_before_the_end_and_once_each(open_campaign: Scene) -> None:
    open_campaign.draft()
    occasions, sent = Occasions(), []
    for days in (7, 3, 1):
        for at in (END - days * DAY - 1, END - days * DAY, END - days * DAY + 1):
            remind_closing(at, occasions)
            sent.append(count("entry-closes"))
    assert sent == [0, 1, 1, 1, 2, 2, 2, 3, 3]


def test_after_a_restart_nobody_is_reminded_again(open_campaign: Scene) -> None:
    open_campaign.draft()
    for _ in range(3):
        remind_closing(END - DAY, Occasions())
    assert count("entry-closes") == 1


def test_a_worker_that_was_away_says_how_many_days_are_left(open_campaign: Scene) -> None:
    open_campaign.draft()
    remind_closing(END - 5 * DAY, Occasions())
    message = Message.objects.get(template="entry-closes", channel="sms")
    assert "还有5天截止" in opened(bytes(message.text), TEXT)


def test_nobody_is_reminded_of_what_is_handed_in_late_or_begun_since(open_campaign: Scene) -> None:
    open_campaign.handed_in()
    open_campaign.draft(END - 2 * DAY)
    other = open_campaign.another()
    given_up = open_campaign.draft(unit=other)
    services.abandon_entry(other.memberships.get().person, END - 4 * DAY, given_up.pk)
    assert remind_closing(END - 2 * DAY, Occasions()) == 0
    assert remind_closing(END, Occasions()) == 0
    assert remind_closing(END - 1, Occasions()) == 1


def test_paper_is_reminded_of_three_days_before_and_not_once_sent(open_campaign: Scene) -> None:
    owing, sent = open_campaign.handed_in("欠"), open_campaign.handed_in("寄")
    open_campaign.draft(unit=open_campaign.another())
    note_sent(open_campaign.author, END, sent.pk, "paper", "EMS 1")
    until, occasions = moment("2026-10-26T00:00"), Occasions()
    assert remind_paper(until - 3 * DAY - 1, occasions) == 0
    assert remind_paper(until - 3 * DAY, occasions) == 1
    assert remind_paper(until - 1, occasions) == 0
    assert remind_paper(until, Occasions()) == 0
    assert Message.objects.get(template="paper-due", channel="site").link.endswith(f"/entries/{owing.pk}/")


def test_an_occasion_that_failed_stays_due() -> None:
    occasions = Occasions()

    def fails() -> int:
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        occasions.once("x", fails)
    assert occasions.once("x", lambda: 2) == 2
    assert occasions.once("x", lambda: 2) == 0
