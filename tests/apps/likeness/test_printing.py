"""Declarations are compared once, with those that the notice allows, and with no other."""

from __future__ import annotations

from typing import Any

import pytest
from apps.likeness.scene import AT, LONG, OTHER, compare_all, keeper, make_scene, photo
from django.db import connection

from guiguan.apps.entries import services
from guiguan.apps.entries.models import Submission
from guiguan.apps.files.picture_bits import NotNow
from guiguan.apps.likeness import looking, printing
from guiguan.apps.likeness.dismissing import dismiss_match
from guiguan.apps.likeness.models import Match, PicturePrint, TextKey, TextPrint
from guiguan.apps.likeness.printing import compare, compare_declarations
from guiguan.core.entries.likeness.index import BANDS

pytestmark = pytest.mark.django_db
FORM = "重点说明案例是什么、能干什么、什么效果"


def pairs() -> set[tuple[str, object, object]]:
    return {(m.kind, m.first_id, m.second_id) for m in Match.objects.all()}


def test_two_declarations_that_say_the_same_are_a_match_and_a_third_is_none() -> None:
    scene = make_scene()
    first = scene.handed_in(scene.unit())
    second = scene.handed_in(scene.unit(), LONG.replace("，", "、 ").replace("六成", "六成多"), at=AT + 1)
    scene.handed_in(scene.unit(), OTHER)
    assert compare_all(AT + 9) == 3
    assert pairs() == {("text", first.pk, second.pk)}
    match = Match.objects.get()
    assert match.common is not None
    assert match.either is not None
    assert 0.9 < match.common / match.either < 1
    assert match.at == AT + 9


def test_each_declaration_is_compared_once() -> None:
    scene = make_scene()
    scene.handed_in(scene.unit())
    assert compare_all(AT) == 1
    assert compare_all(AT + 1) == 0
    assert compare(AT + 2, Submission.objects.get().pk) == 0
    assert TextPrint.objects.get().at == AT
    assert TextKey.objects.count() == BANDS


def test_everybody_may_write_while_declarations_are_held_beside_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene, locked, own = make_scene(), [], len(connection.savepoint_ids)

    def looked(*given: Any) -> looking.Found:
        locked.append(len(connection.savepoint_ids) - own)
        return looking.look(*given)

    monkeypatch.setattr(printing, "look", looked)
    scene.handed_in(scene.unit())
    scene.handed_in(scene.unit())
    assert compare_all(AT) == 2
    assert locked == [0, 0]
    assert len(pairs()) == 1


@pytest.mark.parametrize("times", [1, 9])
def test_one_that_another_process_compared_meanwhile_is_found(
    monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """However often that happens: at last nobody else may."""
    scene, looks = make_scene(), []
    entries = [scene.handed_in(scene.unit(), at=AT + n) for n in range(5)]
    mine, *others = [e.submissions.get().pk for e in entries]

    def looked(submission: Submission, pictures: Any) -> looking.Found:
        found = looking.look(submission, pictures)
        if submission.pk == mine:
            looks.append(len(found.texts))
            if len(looks) <= min(times, 3):  # under the lock nobody can
                assert compare(AT, others[len(looks) - 1]) == 1
        return found

    monkeypatch.setattr(printing, "look", looked)
    assert compare(AT, mine) == 1
    assert looks == ([0, 1] if times == 1 else [0, 1, 2, 3])
    assert len([p for p in pairs() if entries[0].pk in p]) == min(times, 3)


def test_the_other_duties_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever waits is compared in the end, also behind one that cannot be compared now."""
    scene = make_scene()
    first, *_ = [scene.handed_in(scene.unit(), at=AT + n).submissions.get().pk for n in range(3)]

    def hindered(at: int, submission: int) -> int:
        if submission == first:
            raise NotNow("later")
        return compare(at, submission)

    monkeypatch.setattr(printing, "A_WHILE", 0)
    monkeypatch.setattr(printing, "compare", hindered)
    assert [compare_declarations(AT) for _ in range(3)] == [1, 1, 0]


def test_drafts_are_never_compared() -> None:
    scene = make_scene()
    scene.draft(scene.unit())
    scene.draft(scene.unit())
    assert compare_all(AT) == 0
    assert pairs() == set()


def test_what_the_form_itself_says_is_no_likeness() -> None:
    scene = make_scene()
    scene.handed_in(scene.unit(), FORM * 9 + OTHER[:40])
    scene.handed_in(scene.unit(), FORM * 9 + LONG[:40])
    compare_all(AT)
    assert pairs() == set()


def test_entries_of_a_call_that_says_so_stay_with_it() -> None:
    """XC: 仅用于本活动的评选事宜."""
    earlier, later = make_scene("earlier_campaigns"), make_scene("this_campaign")
    earlier.handed_in(earlier.unit())
    later.handed_in(later.unit())
    compare_all(AT)
    assert pairs() == set()


def test_earlier_campaigns_are_compared_where_both_notices_say_so() -> None:
    earlier, later = make_scene("earlier_campaigns"), make_scene("earlier_campaigns")
    first = earlier.handed_in(earlier.unit())
    second = later.handed_in(later.unit(), at=AT + 1)
    compare_all(AT)
    assert pairs() == {("text", first.pk, second.pk)}


def test_a_corrected_declaration_is_compared_anew_and_the_old_one_is_forgotten() -> None:
    scene = make_scene()
    scene.handed_in(scene.unit())
    unit = scene.unit()
    entry = scene.handed_in(unit)
    compare_all(AT)
    assert len(pairs()) == 1
    services.withdraw_entry(keeper(unit), AT, entry.pk)
    services.save_answer(keeper(unit), AT, entry.pk, "summary", OTHER, 9)
    services.submit_entry(keeper(unit), AT + 1, entry.pk)
    assert compare_all(AT + 2) == 1
    assert pairs() == set()
    assert TextKey.objects.filter(print__entry=entry).count() == BANDS
    assert TextPrint.objects.filter(entry=entry).count() == 2


def test_a_dismissal_ends_where_more_is_the_same_than_before_and_not_otherwise() -> None:
    scene = make_scene()
    scene.handed_in(scene.unit())
    unit = scene.unit()
    entry = scene.handed_in(unit, LONG[:-20] + OTHER[:20])
    compare_all(AT)
    match = Match.objects.get()
    dismiss_match(scene.screener, AT, entry, match.pk, "两件是同一项目的两期")
    for summary, dismissed in ((LONG[:-30] + OTHER[:30], True), (LONG, False)):
        services.withdraw_entry(keeper(unit), AT, entry.pk)
        services.save_answer(keeper(unit), AT, entry.pk, "summary", summary, 99)
        services.submit_entry(keeper(unit), AT + 1, entry.pk)
        compare_all(AT + 2)
        assert (Match.objects.get().dismissed_at is not None) is dismissed


def test_the_same_picture_smaller_and_pressed_harder_is_a_match() -> None:
    scene = make_scene()
    first = scene.handed_in(scene.unit(), LONG, picture=photo(1))
    second = scene.handed_in(scene.unit(), OTHER, picture=photo(1, (320, 240), 50), at=AT + 1)
    scene.handed_in(scene.unit(), "别的内容", picture=photo(2))
    compare_all(AT)
    assert pairs() == {("picture", first.pk, second.pk)}
    match = Match.objects.get()
    assert match.differing is not None
    assert match.differing <= 8
    assert PicturePrint.objects.filter(bits=None).count() == 0


def test_a_picture_that_cannot_be_drawn_hinders_nothing() -> None:
    scene = make_scene()
    scene.handed_in(scene.unit(), picture=b"\xff\xd8\xffnonsense")
    assert compare_all(AT) == 1
    assert PicturePrint.objects.get().bits is None


def test_one_that_the_server_cannot_read_now_waits_and_the_others_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from guiguan.apps.files.picture_bits import NotNow
    from guiguan.apps.likeness import printing

    scene = make_scene()
    scene.handed_in(scene.unit(), picture=photo(1))
    scene.handed_in(scene.unit(), OTHER)
    with monkeypatch.context() as patch:

        def refuse(_file: object) -> int:
            raise NotNow("no memory")

        patch.setattr(printing, "bits_of", refuse)
        assert compare_all(AT) == 1
    assert compare_all(AT) == 1
