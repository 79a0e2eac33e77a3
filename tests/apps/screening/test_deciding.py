"""A screener's decision: who may take it, what it needs, what follows, and what it never does twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from apps.screening.scene import (
    ACCEPT,
    AT,
    DECIDED,
    POINTS,
    REFUSE,
    RETURN,
    YES,
    Scene,
    moment,
    newest,
    rules_of,
)

from guiguan.apps.accounts.models import Membership, Person
from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.entries import services
from guiguan.apps.messages.models import Message
from guiguan.apps.screening.deciding import accept_several, decide_screening, second_screening
from guiguan.apps.screening.judgement import Fault, Judgement
from guiguan.apps.screening.models import Screening
from guiguan.core.values.finding import InputError

Staff = Callable[..., Person]
Make = Callable[..., Scene]


def told(template: str) -> int:
    return Message.objects.filter(template=template, channel="site").count()


def test_an_accepted_entry_is_told_and_on_record_once(scene: Scene) -> None:
    entry = scene.handed_in()
    decide_screening(scene.screener, DECIDED, newest(entry), "check", ACCEPT)
    entry.refresh_from_db()
    assert (entry.state, entry.correct_until, told("entry-accepted")) == ("accepted", None, 1)
    record = Record.objects.get(action="screening.accept")
    assert (record.by, record.subject) == (str(scene.screener.pk), f"entry:{entry.pk}")


def test_a_return_names_all_faults_and_lasts_two_working_days_over_the_holidays(scene: Scene) -> None:
    entry = scene.handed_in()
    found = decide_screening(scene.screener, DECIDED, newest(entry), "check", RETURN)
    entry.refresh_from_db()
    assert entry.state == "returned"
    assert entry.correct_until == found.until == moment("2026-10-10T00:00")  # 8 and 9 October
    assert found.faults == [{"field": "title", "text": "名称太短"}, {"field": "", "text": "缺盖章"}]
    assert (told("entry-returned"), Record.objects.filter(action="screening.return").count()) == (1, 1)
    detail = str(Record.objects.get(action="screening.return").detail)
    assert "缺盖章" not in detail


def test_a_saturday_worked_for_the_holidays_counts(scene: Scene) -> None:
    entry = scene.handed_in()
    at = moment("2026-10-08T09:00")
    found = decide_screening(scene.screener, at, newest(entry), "check", RETURN)
    assert found.until == moment("2026-10-11T00:00")  # Friday, and Saturday the 10th


@pytest.mark.parametrize(("late", "state"), [(-1, "submitted"), (0, "returned"), (1, "returned")])
def test_a_correction_is_taken_until_the_last_millisecond(scene: Scene, late: int, state: str) -> None:
    entry = scene.handed_in()
    decide_screening(scene.screener, DECIDED, newest(entry), "check", RETURN)
    at = moment("2026-10-10T00:00") + late
    if state == "submitted":
        services.submit_entry(scene.author, at, entry.pk)
    else:
        with pytest.raises(InputError) as error:
            services.submit_entry(scene.author, at, entry.pk)
        assert rules_of(error.value) == ["entries.correction-late"]
    entry.refresh_from_db()
    assert entry.state == state


def test_a_refusal_tells_reason_and_note(scene: Scene) -> None:
    entry = scene.handed_in()
    decide_screening(scene.screener, DECIDED, newest(entry), "check", REFUSE)
    entry.refresh_from_db()
    assert (entry.state, told("entry-refused")) == ("refused", 1)


@pytest.mark.parametrize(
    ("given", "rules"),
    [
        (Judgement("accept", {}), ["screening.checklist"] * 2),
        (Judgement("accept", {POINTS[0]: "yes", POINTS[1]: "no"}), ["screening.checklist"]),
        (Judgement("accept", YES | {"不在清单": "yes"}), ["screening.checklist-changed"]),
        (Judgement("return"), ["screening.no-fault"]),
        (Judgement("return", faults=(Fault("", "  "),)), ["screening.no-fault"]),
        (Judgement("return", faults=(Fault("nowhere", "错"),)), ["screening.unknown-field"]),
        (Judgement("return", faults=(Fault("", "长" * 501),)), ["screening.fault-long"]),
        (Judgement("refuse"), ["screening.reason", "screening.note"]),
        (Judgement("refuse", reason="forged", note="说明"), ["screening.reason"]),
        (Judgement("accept", YES, note="长" * 1001), ["screening.note-long"]),
        (Judgement("perhaps"), ["screening.outcome"]),
    ],
)
def test_what_a_decision_lacks_is_said_at_once_and_nothing_moves(
    scene: Scene, given: Judgement, rules: list[str]
) -> None:
    entry = scene.handed_in()
    with pytest.raises(InputError) as error:
        decide_screening(scene.screener, DECIDED, newest(entry), "check", given)
    assert rules_of(error.value) == rules
    entry.refresh_from_db()
    assert (entry.state, Screening.objects.count()) == ("submitted", 0)


def test_a_point_that_does_not_apply_keeps_nobody_out(scene: Scene) -> None:
    entry = scene.handed_in()
    given = Judgement("accept", {POINTS[0]: "n/a", POINTS[1]: "yes"})
    assert decide_screening(scene.screener, DECIDED, newest(entry), "check", given).outcome == "accept"


def test_no_more_returns_than_the_rules_allow(scene: Scene) -> None:
    entry = scene.handed_in()
    decide_screening(scene.screener, DECIDED, newest(entry), "check", RETURN)
    services.submit_entry(scene.author, DECIDED + 1, entry.pk)
    with pytest.raises(InputError) as error:
        decide_screening(scene.screener, DECIDED + 2, newest(entry), "check", RETURN)
    assert rules_of(error.value) == ["screening.returned-enough"]


@pytest.mark.parametrize(("days", "rules"), [(None, 1), (0, 1), (21, 1), (1, 0), (20, 0)])
def test_without_a_term_in_the_rules_the_screener_names_one(
    scenes: Make, days: int | None, rules: int
) -> None:
    scene = scenes(term=False)
    entry, given = scene.handed_in(), replace(RETURN, days=days)
    if rules:
        with pytest.raises(InputError) as error:
            decide_screening(scene.screener, DECIDED, newest(entry), "check", given)
        assert rules_of(error.value) == ["screening.days"]
    else:
        found = decide_screening(scene.screener, DECIDED, newest(entry), "check", given)
        assert (found.days, found.days_chosen) == (days, True)


def test_a_term_of_the_rules_is_not_the_screeners_to_change(scene: Scene) -> None:
    entry = scene.handed_in()
    found = decide_screening(scene.screener, DECIDED, newest(entry), "check", replace(RETURN, days=20))
    assert (found.days, found.days_chosen) == (2, False)


def test_a_year_without_calendar_is_said_and_nothing_is_returned(scenes: Make) -> None:
    scene = scenes(term=False)
    entry, at = scene.handed_in(), moment("2099-12-30T12:00")
    with pytest.raises(InputError) as error:
        decide_screening(scene.screener, at, newest(entry), "check", replace(RETURN, days=5))
    assert rules_of(error.value) == ["screening.no-calendar"]
    entry.refresh_from_db()
    assert (entry.state, Screening.objects.count()) == ("submitted", 0)


def test_the_second_of_two_decisions_is_told_that_it_is_decided(scene: Scene, staff: Staff) -> None:
    entry = scene.handed_in()
    seen = newest(entry)
    decide_screening(scene.screener, DECIDED, seen, "check", ACCEPT)
    with pytest.raises(InputError) as error:
        decide_screening(staff("clerk", scene.campaign.pk), DECIDED + 1, seen, "check", REFUSE)
    assert rules_of(error.value) == ["screening.decided"]
    entry.refresh_from_db()
    assert (entry.state, Screening.objects.count(), told("entry-refused")) == ("accepted", 1, 0)


def test_what_was_handed_in_anew_or_withdrawn_is_not_decided_from_an_old_page(scene: Scene) -> None:
    entry = scene.handed_in()
    seen = newest(entry)
    services.withdraw_entry(scene.author, AT + 1, entry.pk)
    with pytest.raises(InputError) as error:
        decide_screening(scene.screener, DECIDED, seen, "check", ACCEPT)
    assert rules_of(error.value) == ["screening.withdrawn"]
    services.submit_entry(scene.author, AT + 2, entry.pk)
    with pytest.raises(InputError) as error:
        decide_screening(scene.screener, DECIDED, seen, "check", ACCEPT)
    assert rules_of(error.value) == ["screening.newer"]
    with pytest.raises(InputError) as error:
        decide_screening(scene.screener, DECIDED, newest(entry), "vote", ACCEPT)
    assert rules_of(error.value) == ["screening.stage"]
    assert not Screening.objects.exists()


@pytest.mark.parametrize("role", ["lead", "supervisor", "expert", "media"])
def test_other_roles_decide_nothing(scene: Scene, staff: Staff, role: str) -> None:
    entry = scene.handed_in()
    with pytest.raises(Forbidden):
        decide_screening(staff(role, scene.campaign.pk), DECIDED, newest(entry), "check", ACCEPT)


def test_neither_applicant_nor_another_campaigns_screener_nor_ones_own_unit(
    scene: Scene, staff: Staff
) -> None:
    entry = scene.handed_in()
    for person in (scene.author, staff("screener", "elsewhere")):
        with pytest.raises(Forbidden):
            decide_screening(person, DECIDED, newest(entry), "check", ACCEPT)
    Membership.objects.create(organisation=scene.unit, person=scene.screener, since=1)
    with pytest.raises(Forbidden):
        decide_screening(scene.screener, DECIDED, newest(entry), "check", ACCEPT)
    assert not Screening.objects.exists()


def test_an_undertaker_decides_in_its_regions_alone(scene: Scene, staff: Staff) -> None:
    entry = scene.handed_in()
    with pytest.raises(Forbidden):
        decide_screening(
            staff("undertaker", scene.campaign.pk, ("440000",)), DECIDED, newest(entry), "check", ACCEPT
        )
    mine = staff("undertaker", scene.campaign.pk, ("450000",))
    assert decide_screening(mine, DECIDED, newest(entry), "check", ACCEPT).state == "stands"


def test_two_persons_decide_where_the_rules_want_it(scenes: Make, staff: Staff) -> None:
    scene = scenes(two=True)
    entry, other = scene.handed_in(), staff("clerk", scene.campaign.pk)
    proposal = decide_screening(scene.screener, DECIDED, newest(entry), "check", RETURN)
    entry.refresh_from_db()
    assert (proposal.state, entry.state, told("entry-returned")) == ("proposed", "submitted", 0)
    with pytest.raises(InputError) as error:
        second_screening(scene.screener, DECIDED + 1, proposal.pk, True)
    assert rules_of(error.value) == ["screening.second"]
    with pytest.raises(InputError) as error:
        decide_screening(other, DECIDED + 1, newest(entry), "check", ACCEPT)
    assert rules_of(error.value) == ["screening.proposed"]
    at = moment("2026-10-08T09:00")
    done = second_screening(other, at, proposal.pk, True)
    entry.refresh_from_db()
    assert (entry.state, done.until) == ("returned", moment("2026-10-11T00:00"))  # counted from the agreement
    assert (done.by, done.second_by, told("entry-returned")) == (scene.screener.pk, other.pk, 1)
    with pytest.raises(InputError):
        second_screening(other, at + 1, proposal.pk, True)


def test_a_proposal_turned_down_moves_nothing_and_makes_room_for_another(scenes: Make, staff: Staff) -> None:
    scene = scenes(two=True)
    entry, other = scene.handed_in(), staff("clerk", scene.campaign.pk)
    first = decide_screening(scene.screener, DECIDED, newest(entry), "check", REFUSE)
    for why in ("", "不", "长" * 201):
        with pytest.raises(InputError) as error:
            second_screening(other, DECIDED + 1, first.pk, False, why)
        assert rules_of(error.value) == ["second.why"]
    assert Screening.objects.get(pk=first.pk).state == "proposed"
    said = "材料齐全，请再看第三页；电话 13812345678"
    dropped = second_screening(other, DECIDED + 1, first.pk, False, said)
    assert (dropped.state, dropped.why) == ("dropped", "材料齐全，请再看第三页；电话 ＊＊＊")
    digest = hashlib.sha256(dropped.why.encode()).hexdigest()
    assert Record.objects.get(action="screening.drop").detail["why_sha256"] == digest
    entry.refresh_from_db()
    assert (entry.state, told("entry-refused")) == ("submitted", 0)
    again = decide_screening(other, DECIDED + 2, newest(entry), "check", ACCEPT)
    assert second_screening(other, DECIDED + 3, again.pk, False).why == ""  # taken back
    last = decide_screening(other, DECIDED + 4, newest(entry), "check", ACCEPT)
    assert second_screening(scene.screener, DECIDED + 5, last.pk, True, "不该留下的话").why == ""


def test_several_are_accepted_and_one_that_is_stale_keeps_nobody_back(scene: Scene) -> None:
    one, two = scene.handed_in("一"), scene.handed_in("二")
    seen = [newest(one), newest(two)]
    services.withdraw_entry(scene.author, AT + 1, one.pk)
    kept_back = accept_several(scene.screener, DECIDED, "check", seen)
    assert {n: [f.rule for f in found] for n, found in kept_back.items()} == {
        seen[0]: ["screening.withdrawn"]
    }
    two.refresh_from_db()
    assert two.state == "accepted"
    assert Screening.objects.get().checklist == YES


def test_each_of_two_screenings_passes_the_entry_on(scenes: Make) -> None:
    scene = scenes(points=False, more="  - {id: again, kind: screening, undecided: fails}")
    entry = scene.handed_in()
    decide_screening(scene.screener, DECIDED, newest(entry), "check", Judgement("accept"))
    entry.refresh_from_db()
    assert (entry.state, told("entry-accepted")) == ("submitted", 0)
    with pytest.raises(InputError):
        decide_screening(scene.screener, DECIDED + 1, newest(entry), "check", Judgement("accept"))
    decide_screening(scene.screener, DECIDED + 1, newest(entry), "again", Judgement("accept"))
    entry.refresh_from_db()
    assert (entry.state, told("entry-accepted")) == ("accepted", 1)
