"""Who sees what of an entry that is like another."""

from __future__ import annotations

import pytest
from apps.conftest import make_staff
from apps.likeness.scene import AT, LONG, OTHER, Scene, compare_all, keeper, make_scene

from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.entries.models import Answer
from guiguan.apps.likeness.dismissing import dismiss_match, reopen_match
from guiguan.apps.likeness.models import Match
from guiguan.apps.likeness.queries import matches_of, own_alike, passages, was_compared
from guiguan.core.values.finding import InputError

pytestmark = pytest.mark.django_db


def answers_of(entry) -> dict[str, str]:
    return {a.field: a.value for a in Answer.objects.filter(entry=entry)}


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_a_screener_reads_both_sides(scene: Scene) -> None:
    first, second = scene.handed_in(scene.unit()), scene.handed_in(scene.unit(), at=AT + 1)
    assert not was_compared(first)
    compare_all(AT)
    assert was_compared(first)
    for entry, other in ((first, second), (second, first)):
        (alike,) = matches_of(scene.screener, entry)
        assert (alike.other, alike.may_read, alike.may_open) == (other, True, True)
        assert alike.is_same


def test_an_undertaker_reads_nothing_of_another_region(scene: Scene) -> None:
    here, there = scene.handed_in(scene.unit("450100")), scene.handed_in(scene.unit("440100"))
    compare_all(AT)
    undertaker = make_staff("undertaker", scene.campaign.pk, ("450000",))
    (alike,) = matches_of(undertaker, here)
    assert alike.other == there
    assert (alike.may_read, alike.may_open) == (False, False)
    with pytest.raises(Forbidden):
        dismiss_match(undertaker, AT, here, alike.match.pk, "不是一回事")
    assert Match.objects.get().dismissed_at is None


def test_passages_of_an_earlier_campaign_are_read_and_the_whole_of_it_is_not() -> None:
    earlier, later = make_scene("earlier_campaigns"), make_scene("earlier_campaigns")
    earlier.handed_in(earlier.unit())
    entry = later.handed_in(later.unit())
    compare_all(AT)
    (alike,) = matches_of(later.screener, entry)
    assert (alike.may_read, alike.may_open) == (True, False)
    undertaker = make_staff("undertaker", later.campaign.pk, ("450000",))
    (alike,) = matches_of(undertaker, entry)
    assert (alike.may_read, alike.may_open) == (False, False)


def test_open_matches_stand_first_and_the_most_alike_before_the_others(scene: Scene) -> None:
    entry = scene.handed_in(scene.unit())
    less = scene.handed_in(scene.unit(), LONG[:-20] + OTHER[:20])
    same = scene.handed_in(scene.unit())
    compare_all(AT)
    assert [a.other for a in matches_of(scene.screener, entry)] == [same, less]
    match = next(a.match for a in matches_of(scene.screener, entry) if a.other == same)
    dismiss_match(scene.screener, AT, entry, match.pk, "同一单位的两期")
    assert [a.other for a in matches_of(scene.screener, entry)] == [less, same]


def test_passages_stand_beside_the_field_with_which_they_share_most(scene: Scene) -> None:
    entry, other = scene.handed_in(scene.unit()), scene.handed_in(scene.unit(), LONG[:60] + OTHER)
    (found,) = passages(entry, other)
    assert (found.field, found.other_field) == ("summary", "summary")
    assert next(p.text for p in found.texts.right if p.passage).startswith("灵渠水务数据平台归集全市水库")
    assert "".join(p.text for p in found.texts.left) == LONG


def test_a_unit_is_told_of_its_own_and_never_of_anothers(scene: Scene) -> None:
    unit = scene.unit()
    mine = scene.handed_in(unit)
    scene.handed_in(scene.unit())
    draft = scene.draft(unit)
    assert [o.entry for o in own_alike(draft, answers_of(draft))] == [mine]
    stranger = scene.draft(scene.unit("440100"))
    assert own_alike(stranger, answers_of(stranger)) == []
    different = scene.draft(unit, OTHER)
    assert own_alike(different, answers_of(different)) == []


def test_a_dismissal_has_a_reason_and_stands_in_the_trail(scene: Scene) -> None:
    entry, other = scene.handed_in(scene.unit()), scene.handed_in(scene.unit(), at=AT + 1)
    compare_all(AT)
    pk = Match.objects.get().pk
    for reason in ("", "  \n", "字" * 501, "有\0"):
        with pytest.raises(InputError):
            dismiss_match(scene.screener, AT, entry, pk, reason)
    dismiss_match(scene.screener, AT, entry, pk, " 同一项目的两期 ")
    match = Match.objects.get()
    assert (match.reason, match.dismissed_by, match.dismissed_at) == ("同一项目的两期", scene.screener.pk, AT)
    last = Record.objects.order_by("-sequence")[0]
    assert (last.action, last.subject, last.campaign) == (
        "likeness.dismiss",
        f"entry:{entry.pk}",
        scene.campaign.pk,
    )
    assert last.detail["other"] == str(other.pk)
    with pytest.raises(InputError):
        dismiss_match(scene.screener, AT, entry, pk, "再来一次")
    reopen_match(scene.screener, AT, other, pk)
    assert Match.objects.get().dismissed_at is None
    assert Record.objects.order_by("-sequence")[0].action == "likeness.reopen"
    with pytest.raises(InputError):
        reopen_match(scene.screener, AT, other, pk)


def test_a_member_of_either_unit_a_stranger_and_a_lead_dismiss_nothing(scene: Scene) -> None:
    unit = scene.unit()
    entry = scene.handed_in(scene.unit())
    scene.handed_in(unit)
    compare_all(AT)
    pk = Match.objects.get().pk
    insider = make_staff("screener", scene.campaign.pk)
    unit.memberships.create(person=insider, since=1)
    elsewhere = make_staff("screener", make_scene().campaign.pk)
    for person in (insider, keeper(unit), elsewhere, make_staff("lead", scene.campaign.pk)):
        with pytest.raises(Forbidden):
            dismiss_match(person, AT, entry, pk, "没有问题")
    assert Match.objects.get().dismissed_at is None


def test_a_match_of_other_entries_is_not_reached_through_this_one(scene: Scene) -> None:
    scene.handed_in(scene.unit())
    scene.handed_in(scene.unit())
    entry = scene.handed_in(scene.unit(), OTHER)
    compare_all(AT)
    with pytest.raises(Forbidden):
        dismiss_match(scene.screener, AT, entry, Match.objects.get().pk, "没有问题")
