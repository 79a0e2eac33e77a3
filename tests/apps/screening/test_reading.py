"""What screeners see: whose entries, who reads them, what the machine found, what is sealed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apps.screening.scene import AT, DECIDED, RETURN, Scene, moment, newest, rules_of

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import Forbidden, held_by
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.entries.queries import about
from guiguan.apps.entries.sealing import unpack_all
from guiguan.apps.screening.deciding import decide_screening
from guiguan.apps.screening.machine import machine_findings
from guiguan.apps.screening.models import AnswerReveal
from guiguan.apps.screening.queries import Wanted, entries_to_see, queue_of, screening_box
from guiguan.apps.screening.reading import FOR, note_reading, readers
from guiguan.apps.screening.reveal import reveal_answer
from guiguan.core.blueprint.lookup import fields
from guiguan.core.permissions.table import may
from guiguan.core.values.finding import InputError

Staff = Callable[..., Person]


@pytest.mark.parametrize(
    ("role", "regions"),
    [
        ("screener", ()),
        ("clerk", ()),
        ("supervisor", ()),
        ("undertaker", ("450000",)),
        ("undertaker", ("450100",)),
        ("undertaker", ("440000", "450300")),
        ("undertaker", ()),
        ("expert", ()),
    ],
)
def test_the_queue_holds_what_the_table_lets_one_open_and_nothing_else(
    scene: Scene, staff: Staff, role: str, regions: tuple[str, ...]
) -> None:
    scene.handed_in()
    scene.handed_in(unit=scene.another("450300"))
    scene.handed_in(unit=scene.another(""))
    scene.draft()
    person = staff(role, scene.campaign.pk, regions)
    seen = set(entries_to_see(person, scene.campaign))
    handed_in = Entry.objects.exclude(state="draft")
    assert seen == {e for e in handed_in if may(held_by(person), "screening.open", about(e))}


def test_the_longest_waiting_comes_first_and_a_new_handing_in_waits_anew(scene: Scene) -> None:
    first, second = scene.handed_in("甲", AT), scene.handed_in("乙", AT + 10)
    decide_screening(scene.screener, AT + 20, newest(first), "check", RETURN)
    services.submit_entry(scene.author, AT + 30, first.pk)
    queue = queue_of(entries_to_see(scene.screener, scene.campaign), blueprint_of(scene.campaign), Wanted())
    assert list(queue) == [second, first]


@pytest.mark.parametrize(
    ("wanted", "many"),
    [
        (Wanted(text="甲案"), 1),
        (Wanted(text="-00002"), 1),
        (Wanted(text="没有"), 0),
        (Wanted(category="one"), 2),
        (Wanted(category="two"), 0),
        (Wanted(region="450100"), 1),
        (Wanted(state="returned"), 0),
    ],
)
def test_the_queue_is_filtered(scene: Scene, wanted: Wanted, many: int) -> None:
    scene.handed_in("甲案")
    scene.handed_in("乙案", unit=scene.another("450300"))
    found = entries_to_see(scene.screener, scene.campaign)
    assert queue_of(found, blueprint_of(scene.campaign), wanted).count() == many


def test_others_see_for_half_an_hour_who_reads(scene: Scene, staff: Staff) -> None:
    entry, other = scene.handed_in(), staff("clerk", scene.campaign.pk)
    note_reading(scene.screener, AT, entry)
    assert readers([entry.pk], AT + FOR - 1, other) == {entry.pk: [scene.screener.username]}
    assert readers([entry.pk], AT + FOR, other) == {}
    assert readers([entry.pk], AT + 1, scene.screener) == {}
    note_reading(scene.screener, AT + FOR, entry)
    assert entry.pk in readers([entry.pk], AT + FOR + 1, other)


def findings(scene: Scene, entry: Entry) -> list[str]:
    blueprint = blueprint_of(scene.campaign)
    submission = Submission.objects.get(pk=newest(entry))
    values = unpack_all(fields(blueprint), submission.answers)
    return [f"{f.severity} {f.zh}" for f in machine_findings(blueprint, entry, submission, values)]


def test_the_machine_finds_nothing_wrong_with_a_good_entry(scene: Scene) -> None:
    assert findings(scene, scene.handed_in()) == []


def test_the_machine_tells_a_bad_code_a_bad_fill_and_what_is_beyond_the_quota(scene: Scene) -> None:
    scene.handed_in("一", AT)
    entry = scene.handed_in("二", AT + 1)
    third = scene.another()
    late = scene.handed_in("三", AT + 2, unit=third)
    Entry.objects.filter(pk=late.pk).update(organisation=scene.unit)
    late.refresh_from_db()
    assert findings(scene, entry) == []
    assert [f for f in findings(scene, late) if "名额已用完" in f and "二（一）" in f]
    scene.unit.credit_code = "91350100M000100Y44"
    scene.unit.save()
    entry.refresh_from_db()
    assert [f for f in findings(scene, entry) if f.startswith("warning") and "末位" in f]


def test_a_personal_answer_opens_for_a_reason_that_stays_on_record(scene: Scene, staff: Staff) -> None:
    entry, lead = scene.handed_in(), staff("lead", scene.campaign.pk)
    assert reveal_answer(lead, DECIDED, newest(entry), "mobile", "核对联系人") == "13900001111"
    assert AnswerReveal.objects.get().reason == "核对联系人"
    detail = str(Record.objects.get(action="entry.reveal").detail)
    assert "核对联系人" not in detail
    assert "13900001111" not in detail


def test_it_stays_shut_without_reason_role_or_anything_sealed(scene: Scene, staff: Staff) -> None:
    entry, lead = scene.handed_in(), staff("lead", scene.campaign.pk)
    for field, reason, rule in (
        ("mobile", " 看 ", "reveal.reason"),
        ("title", "核对联系人", "reveal.nothing"),
        ("nowhere", "核对联系人", "reveal.nothing"),
    ):
        with pytest.raises(InputError) as error:
            reveal_answer(lead, DECIDED, newest(entry), field, reason)
        assert rules_of(error.value) == [rule]
    for person in (scene.screener, scene.author, staff("lead", "elsewhere")):
        with pytest.raises(Forbidden):
            reveal_answer(person, DECIDED, newest(entry), "mobile", "核对联系人")
    assert not AnswerReveal.objects.exists()


def test_the_applicants_box_shows_every_fault_with_its_place_and_the_term(scene: Scene) -> None:
    entry = scene.handed_in()
    box = screening_box(entry)
    assert box is not None
    assert box.state == "submitted"
    decide_screening(scene.screener, DECIDED, newest(entry), "check", RETURN)
    entry.refresh_from_db()
    box = screening_box(entry)
    assert box is not None
    assert (box.state, box.until, box.note) == ("returned", "2026-10-09 24:00", "请尽快")
    assert [(f.where, f.url, f.text) for f in box.faults] == [
        ("名称", f"/entries/{entry.pk}/form/2/#title", "名称太短"),
        ("", "", "缺盖章"),
    ]


def test_a_draft_has_no_box_and_a_new_handing_in_waits_again(scene: Scene) -> None:
    assert screening_box(scene.draft()) is None
    entry = scene.handed_in()
    decide_screening(scene.screener, DECIDED, newest(entry), "check", RETURN)
    services.submit_entry(scene.author, moment("2026-10-08T12:00"), entry.pk)
    entry.refresh_from_db()
    box = screening_box(entry)
    assert box is not None
    assert (box.state, box.faults) == ("submitted", ())
