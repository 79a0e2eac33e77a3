"""A campaign that was ended before its time: nothing in it changes any more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apps.conftest import make_staff
from apps.entries.conftest import NOON, Scene, put_file

from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.services import close_campaign
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Entry
from guiguan.core.values.finding import InputError

Act = Callable[[Scene, Entry], object]
BEFORE: dict[str, Act] = {
    "save": lambda s, e: services.save_answer(s.author, NOON, e.pk, "title", "新", 9),
    "attach": lambda s, e: put_file(e, s.author),
    "remove": lambda s, e: services.remove_file(s.author, NOON, e.pk, e.attachments.get().pk),
    "move": lambda s, e: services.move_file(s.author, NOON, e.pk, e.attachments.get().pk, 1),
    "remind": lambda s, e: services.accept_reminder(s.author, NOON, e.pk),
    "submit": lambda s, e: services.submit_entry(s.author, NOON, e.pk),
    "preregister": lambda s, e: services.preregister_entry(s.author, NOON, e.pk),
    "abandon": lambda s, e: services.abandon_entry(s.author, NOON, e.pk),
}


@pytest.mark.parametrize("act", BEFORE)
def test_no_act_on_a_draft_is_possible_any_more(scene: Scene, act: str) -> None:
    entry = scene.filled()
    close_campaign(make_staff("lead", "case"), NOON, "case")
    before, records = Entry.objects.values().get(), Record.objects.count()
    with pytest.raises(InputError, match="活动已结束"):
        BEFORE[act](scene, entry)
    assert Entry.objects.values().get() == before
    assert Record.objects.count() == records


def test_what_was_handed_in_is_not_taken_back(scene: Scene) -> None:
    entry = scene.filled()
    services.submit_entry(scene.author, NOON, entry.pk)
    close_campaign(make_staff("lead", "case"), NOON, "case")
    with pytest.raises(InputError, match="活动已结束"):
        services.withdraw_entry(scene.author, NOON, entry.pk)
    assert Entry.objects.get().state == "submitted"
