"""Keeping answers: what was seen is what is replaced, and nothing else."""

from __future__ import annotations

import pytest
from apps.entries.conftest import NOON, Scene

from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Answer
from guiguan.apps.entries.queries import blueprint_of, sheet_of
from guiguan.core.values.finding import InputError


def test_an_answer_is_kept_and_a_list_shows_the_title(scene: Scene) -> None:
    entry = scene.draft()
    assert services.save_answer(scene.author, NOON, entry.pk, "title", "智慧", 0) == 2
    entry.refresh_from_db()
    assert (entry.title, entry.revision) == ("智慧", 2)


def test_saving_what_stands_changes_nothing(scene: Scene) -> None:
    entry = scene.draft()
    first = services.save_answer(scene.author, NOON, entry.pk, "title", "智慧", 0)
    records = Record.objects.count()
    assert services.save_answer(scene.teammate, NOON + 1, entry.pk, "title", "智慧", 0) == first
    assert Record.objects.count() == records


def test_a_teammates_unseen_change_is_never_overwritten(scene: Scene) -> None:
    entry = scene.draft()
    first = services.save_answer(scene.author, NOON, entry.pk, "title", "甲", 0)
    second = services.save_answer(scene.teammate, NOON, entry.pk, "title", "乙", first)
    with pytest.raises(services.Conflict) as conflict:
        services.save_answer(scene.author, NOON, entry.pk, "title", "丙", first)
    found = conflict.value
    assert (found.field, found.theirs, found.revision, found.by) == ("title", "乙", second, scene.teammate.pk)
    assert Answer.objects.get(entry=entry, field="title").value == "乙"
    services.save_answer(scene.author, NOON, entry.pk, "title", "丙", second)
    assert Answer.objects.get(entry=entry, field="title").value == "丙"


def test_changes_of_different_fields_do_not_meet(scene: Scene) -> None:
    entry = scene.draft()
    services.save_answer(scene.author, NOON, entry.pk, "title", "甲", 0)
    services.save_answer(scene.teammate, NOON, entry.pk, "area", "乙", 0)
    sheet = sheet_of(entry, blueprint_of(entry.campaign))
    assert (sheet.values["title"], sheet.values["area"]) == ("甲", "乙")


def test_a_phone_lies_sealed_and_comes_back_as_it_was(scene: Scene) -> None:
    entry = scene.draft()
    services.save_answer(scene.author, NOON, entry.pk, "mobile", "13812345678", 0)
    stored = Answer.objects.get(entry=entry, field="mobile").value
    assert set(stored) == {"sealed"}
    assert "13812345678" not in str(stored)
    assert sheet_of(entry, blueprint_of(entry.campaign)).values["mobile"] == "13812345678"


def test_no_audit_record_holds_what_was_typed(scene: Scene) -> None:
    entry = scene.filled(mobile="13812345678", title="机密名称")
    services.submit_entry(scene.author, NOON, entry.pk)
    told = " ".join(str(r.detail) for r in Record.objects.all())
    assert "13812345678" not in told
    assert "机密名称" not in told


def test_a_stranger_saves_nothing(scene: Scene) -> None:
    entry = scene.draft()
    with pytest.raises(Forbidden):
        services.save_answer(scene.stranger, NOON, entry.pk, "title", "甲", 0)
    assert not Answer.objects.filter(entry=entry, field="title").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("applicant", "别的单位"),
        ("none", "x"),
        ("pictures", "x"),
        ("title", ["x"]),
        ("title", "a\0b"),
        ("title", "\ud800"),
        ("title", "长" * 200_001),
        ("partners", "x"),
    ],
)
def test_what_cannot_be_kept_is_refused_whole(scene: Scene, field: str, value: object) -> None:
    entry = scene.draft()
    revision = entry.revision
    with pytest.raises(InputError):
        services.save_answer(scene.author, NOON, entry.pk, field, value, 0)
    entry.refresh_from_db()
    assert entry.revision == revision


def test_nothing_is_kept_before_the_reminder_is_accepted(scene: Scene) -> None:
    entry = services.start_entry(scene.author, NOON, scene.campaign, scene.unit)
    with pytest.raises(InputError, match="保密提醒"):
        services.save_answer(scene.author, NOON, entry.pk, "title", "甲", 0)


def test_a_handed_in_entry_is_not_changed_behind_its_receipt(scene: Scene) -> None:
    entry = scene.filled()
    services.submit_entry(scene.author, NOON, entry.pk)
    with pytest.raises(InputError, match="已经提交"):
        services.save_answer(scene.author, NOON, entry.pk, "title", "改", 99)
    services.withdraw_entry(scene.author, NOON, entry.pk)
    services.save_answer(scene.author, NOON, entry.pk, "title", "改", 99)
