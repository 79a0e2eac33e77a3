"""Opinions on paper: noted by staff with the scan, never for a body that can speak itself, never by the unit's own people."""

from __future__ import annotations

import hashlib

import pytest
from apps.conftest import make_person, make_staff
from apps.endorsing.scene import QD_AT, SC_AT, Scene, make_scene, seal
from django.db import IntegrityError, transaction

from guiguan.apps.accounts.models import Membership, Person
from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.bodies import register_body, seat_person, unseat_person
from guiguan.apps.endorsing.models import Body, Endorsement, Seat
from guiguan.apps.endorsing.opinions import (
    ask_endorsement,
    decline_endorsement,
    give_endorsement,
    take_back_endorsement,
)
from guiguan.apps.endorsing.paper import bodies_without_people, note_opinion, noted_on_paper, take_back_note
from guiguan.apps.endorsing.queries import bodies_before, endorsement_rows
from guiguan.apps.entries.models import Entry
from guiguan.apps.messages.models import Message
from guiguan.apps.screening.deciding import decide_screening, second_screening
from guiguan.apps.screening.judgement import Judgement, points
from guiguan.apps.screening.models import Screening
from guiguan.core.values.finding import InputError

pytestmark = pytest.mark.django_db
EDU, DEPARTMENT = "青岛市教育局", "青岛市直部门"


@pytest.fixture
def qd() -> Scene:
    return make_scene("qingdao-2020", QD_AT)


@pytest.fixture
def body(qd: Scene) -> Body:
    """A body for which nobody sits."""
    return register_body(qd.clerk, QD_AT, qd.campaign.pk, EDU, DEPARTMENT)


@pytest.fixture
def entry(qd: Scene) -> Entry:
    return qd.entry("智慧校园", "370202", category="市民服务类", area="教育", endorsed_by=EDU)


def note(qd: Scene, body: Body, entry: Entry, by: Person | None = None, scan: bool = True) -> Endorsement:
    who = by or qd.clerk
    return note_opinion(who, QD_AT, body.pk, entry.pk, " 同意推荐 ", seal(who) if scan else None)


def rules(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [f.rule for f in error.value.findings]


def seated(qd: Scene, body: Body) -> Person:
    person = make_staff("endorser", qd.campaign.pk)
    seat_person(qd.clerk, QD_AT, body.pk, person.username)
    return person


def test_a_noted_opinion_counts_and_says_that_it_was_noted_and_by_whom(
    qd: Scene, body: Body, entry: Entry
) -> None:
    assert list(endorsement_rows(qd.campaign)) == []
    noted = note(qd, body, entry)
    assert (noted.state, noted.on_paper, noted.by, noted.opinion) == ("given", True, qd.clerk.pk, "同意推荐")
    assert noted.submission == 1
    assert list(endorsement_rows(qd.campaign)) == [(entry.number, EDU, noted.kind)]
    assert list(noted_on_paper(entry)) == [noted]
    last = Record.objects.order_by("-sequence")[0]
    assert (last.action, last.by, last.subject) == ("endorsement.note", str(qd.clerk.pk), f"entry:{entry.pk}")
    assert (last.detail["body"], last.detail["seal"]) == (body.pk, str(noted.seal))
    told = Message.objects.filter(template="endorsement-given").values_list("person", flat=True)
    assert list(told) == [entry.made_by]


def test_without_the_scan_nothing_is_noted(qd: Scene, body: Body, entry: Entry) -> None:
    with pytest.raises(InputError) as error:
        note(qd, body, entry, scan=False)
    assert rules(error) == ["endorsement.scan"]
    with pytest.raises(InputError) as error:  # a scan that somebody else handed in
        note_opinion(qd.clerk, QD_AT, body.pk, entry.pk, "同意", seal(make_person()))
    assert rules(error) == ["endorsement.scan"]
    with pytest.raises(InputError) as error:
        note_opinion(qd.clerk, QD_AT, body.pk, entry.pk, "长" * 1001, seal(qd.clerk))
    assert rules(error) == ["endorsement.opinion"]
    assert not Endorsement.objects.filter(state="given").exists()


def test_everything_that_is_missing_is_told_at_once() -> None:
    sc = make_scene("guangxi-scenarios-social", SC_AT)
    entry = sc.entry("场景", "450103")
    with pytest.raises(InputError) as error:
        note_opinion(sc.clerk, SC_AT, 0, entry.pk, " ", None)
    assert rules(error) == ["endorsement.not-noted", "endorsement.opinion", "endorsement.scan"]


def test_a_campaign_whose_opinions_are_written_online_wants_the_scan_too() -> None:
    sc = make_scene("guangxi-scenarios-social", SC_AT)
    entry = sc.entry("数智大市场", "450102")
    body = register_body(sc.clerk, SC_AT, sc.campaign.pk, "南宁市", "各设区市", "450100")
    with pytest.raises(InputError) as error:
        note_opinion(sc.clerk, SC_AT, body.pk, entry.pk, "同意", None)
    assert rules(error) == ["endorsement.scan"]
    note_opinion(sc.clerk, SC_AT, body.pk, entry.pk, "同意", seal(sc.clerk))
    assert [kind for _, _, kind in endorsement_rows(sc.campaign)] == ["review"]


def test_a_body_that_can_speak_itself_is_not_spoken_for(qd: Scene, body: Body, entry: Entry) -> None:
    person = seated(qd, body)
    with pytest.raises(InputError) as error:
        note(qd, body, entry)
    assert rules(error) == ["endorsement.not-noted"]
    give_endorsement(person, QD_AT, body.pk, entry.pk, "同意", seal(person).pk)
    unseat_person(qd.clerk, QD_AT, body.pk, Seat.objects.get().pk)
    with pytest.raises(InputError) as error:  # it has spoken; that it has nobody now changes nothing
        note(qd, body, entry)
    assert rules(error) == ["endorsement.not-noted"]
    given = Endorsement.objects.get()
    assert (given.by, given.on_paper) == (person.pk, False)
    with pytest.raises(InputError):
        take_back_note(qd.clerk, QD_AT, body.pk, entry.pk)
    assert Endorsement.objects.get().state == "given"


def test_what_a_body_declined_is_not_turned_round_by_a_paper(qd: Scene, body: Body, entry: Entry) -> None:
    person = seated(qd, body)
    decline_endorsement(person, QD_AT, body.pk, entry.pk, "材料不足")
    unseat_person(qd.clerk, QD_AT, body.pk, Seat.objects.get().pk)
    with pytest.raises(InputError) as error:
        note(qd, body, entry)
    assert rules(error) == ["endorsement.not-noted"]
    assert Endorsement.objects.get().state == "declined"


def test_a_body_that_gets_an_account_later_takes_its_word_back(qd: Scene, body: Body, entry: Entry) -> None:
    note(qd, body, entry)
    person = seated(qd, body)
    take_back_endorsement(person, QD_AT, body.pk, entry.pk)
    found = Endorsement.objects.get()
    assert (found.state, found.on_paper, found.seal, found.by) == ("asked", False, None, None)
    give_endorsement(person, QD_AT, body.pk, entry.pk, "同意", seal(person).pk)
    found.refresh_from_db()
    assert (found.by, found.on_paper) == (person.pk, False)


def test_a_note_can_be_taken_back_until_the_entry_has_passed(qd: Scene, body: Body, entry: Entry) -> None:
    note(qd, body, entry)
    take_back_note(qd.clerk, QD_AT, body.pk, entry.pk)
    assert list(endorsement_rows(qd.campaign)) == []
    assert Record.objects.order_by("-sequence")[0].action == "endorsement.note-back"
    with pytest.raises(InputError) as error:
        take_back_note(qd.clerk, QD_AT, body.pk, entry.pk)
    assert rules(error) == ["endorsement.done"]
    note(qd, body, entry)
    Entry.objects.filter(pk=entry.pk).update(state="accepted")
    with pytest.raises(InputError) as error:
        take_back_note(qd.clerk, QD_AT, body.pk, entry.pk)
    assert rules(error) == ["endorsement.done"]
    assert len(list(endorsement_rows(qd.campaign))) == 1
    other = qd.entry("通过后才到的", "370202", category="市民服务类", area="教育", endorsed_by=EDU)
    Entry.objects.filter(pk=other.pk).update(state="accepted")
    with pytest.raises(InputError) as error:
        note(qd, body, other)
    assert rules(error) == ["endorsement.passed"]


def accept(by: Person, entry: Entry) -> str:
    """The entry's state after the person has let it pass."""
    blueprint = blueprint_of(entry.campaign)
    stage = next(s for s in blueprint.stages if s.kind == "screening")
    submission = entry.submissions.get()
    decide_screening(
        by, QD_AT, submission.pk, stage.id, Judgement("accept", dict.fromkeys(points(stage), "yes"))
    )
    entry.refresh_from_db()
    return entry.state


def test_who_noted_a_paper_does_not_alone_let_the_entry_pass(qd: Scene, body: Body, entry: Entry) -> None:
    note(qd, body, entry)
    with pytest.raises(InputError) as error:
        accept(qd.clerk, entry)
    assert rules(error) == ["screening.own-note"]
    entry.refresh_from_db()
    assert entry.state == "submitted"
    assert accept(make_staff("screener", qd.campaign.pk), entry) == "accepted"


def test_who_took_the_note_back_may_decide_again(qd: Scene, body: Body, entry: Entry) -> None:
    note(qd, body, entry)
    take_back_note(qd.clerk, QD_AT, body.pk, entry.pk)
    assert accept(qd.clerk, entry) == "accepted"


def by_two(sc: Scene) -> None:
    """The campaign's screening is by two persons from now on."""
    version = sc.campaign.in_force
    assert version is not None
    version.text = version.text.replace("two_persons: [", "two_persons: [screening, ", 1)
    version.sha256 = hashlib.sha256(version.text.encode()).hexdigest()
    version.save()


def qualify(by: Person, entry: Entry) -> Screening:
    stage = next(s for s in blueprint_of(entry.campaign).stages if s.id == "qualify")
    yes = Judgement("accept", dict.fromkeys(map(str, stage.checklist), "yes"))  # type: ignore[union-attr]  # a screening
    return decide_screening(by, SC_AT, entry.submissions.get().pk, "qualify", yes)


def test_of_two_persons_one_saw_the_paper_that_the_other_noted() -> None:
    sc = make_scene("guangxi-scenarios-social", SC_AT)
    by_two(sc)
    city, other = sc.body("南宁市", "各设区市", "450100"), make_staff("screener", sc.campaign.pk)
    paper = register_body(sc.clerk, SC_AT, sc.campaign.pk, "青秀区", "各设区市", "450100")
    entry = sc.entry("场景", "450103")
    person = sc.people["南宁市"]
    give_endorsement(person, SC_AT, city.pk, entry.pk, "同意", None)
    proposed = qualify(other, entry)
    take_back_endorsement(person, SC_AT + 1, city.pk, entry.pk)
    with pytest.raises(InputError) as error:  # what the proposal rested on is gone
        second_screening(sc.clerk, SC_AT + 2, proposed.pk, agree=True)
    assert rules(error) == ["screening.not-endorsed"]
    note_opinion(sc.clerk, SC_AT + 3, paper.pk, entry.pk, "同意", seal(sc.clerk))
    with pytest.raises(InputError) as error:  # and the one who proposed has never seen this paper
        second_screening(sc.clerk, SC_AT + 4, proposed.pk, agree=True)
    assert rules(error) == ["screening.own-note"]
    entry.refresh_from_db()
    assert entry.state == "submitted"
    second_screening(sc.clerk, SC_AT + 5, proposed.pk, agree=False, why="推荐意见已经换过")
    assert qualify(sc.clerk, entry).state == "proposed"
    second_screening(other, SC_AT + 6, Screening.objects.get(state="proposed").pk, agree=True)
    entry.refresh_from_db()
    assert entry.state == "accepted"


def test_a_note_for_the_wrong_body_leaves_the_entry_before_nobody_new(qd: Scene, body: Body) -> None:
    entry = qd.entry("另一件", "370202", category="市民服务类", area="教育")
    note(qd, body, entry)
    take_back_note(qd.clerk, QD_AT, body.pk, entry.pk)
    person = seated(qd, body)
    assert bodies_before(entry) == []
    with pytest.raises(InputError) as error:
        give_endorsement(person, QD_AT, body.pk, entry.pk, "同意", seal(person).pk)
    assert rules(error) == ["endorsement.not-here"]
    ask_endorsement(qd.author(entry), QD_AT, entry.pk, body.pk)
    unseat_person(qd.clerk, QD_AT, body.pk, Seat.objects.get().pk)
    note(qd, body, entry)
    take_back_note(qd.clerk, QD_AT, body.pk, entry.pk)
    assert (bodies_before(entry), Endorsement.objects.get().state) == ([body.pk], "asked"), "it was asked"


def test_noting_twice_keeps_the_first(qd: Scene, body: Body, entry: Entry) -> None:
    first = note(qd, body, entry)
    with pytest.raises(InputError):
        note(qd, body, entry, make_staff("screener", qd.campaign.pk))
    assert Endorsement.objects.get().seal == first.seal


def test_an_entry_that_was_asked_about_can_be_noted(qd: Scene, body: Body) -> None:
    entry = qd.entry("另一件", "370202", category="市民服务类", area="教育")
    ask_endorsement(qd.author(entry), QD_AT, entry.pk, body.pk)
    assert note(qd, body, entry, make_staff("screener", qd.campaign.pk)).asked_by == entry.made_by


@pytest.mark.parametrize("role", ["lead", "supervisor", "undertaker", "endorser", "expert"])
def test_only_clerk_and_screener_note(qd: Scene, body: Body, entry: Entry, role: str) -> None:
    regions = ("370000",) if role == "undertaker" else ()
    by = make_staff(role, qd.campaign.pk, regions)  # type: ignore[arg-type]  # a role of the table
    with pytest.raises(Forbidden):
        note(qd, body, entry, by)
    with pytest.raises(Forbidden):
        note(qd, body, entry, make_staff("clerk", "another"))
    with pytest.raises(Forbidden):
        note(qd, body, entry, qd.author(entry))
    note(qd, body, entry)
    for nobody in (by, qd.author(entry)):
        with pytest.raises(Forbidden):
            take_back_note(nobody, QD_AT, body.pk, entry.pk)
    assert Endorsement.objects.get().by == qd.clerk.pk


def test_nobody_notes_for_their_own_unit(qd: Scene, body: Body, entry: Entry) -> None:
    Membership.objects.create(organisation=entry.organisation, person=qd.clerk, since=1)
    with pytest.raises(InputError) as error:
        note(qd, body, entry)
    assert rules(error) == ["endorsement.own"]
    note(qd, body, entry, make_staff("screener", qd.campaign.pk))
    with pytest.raises(InputError) as error:
        take_back_note(qd.clerk, QD_AT, body.pk, entry.pk)
    assert rules(error) == ["endorsement.own"]


@pytest.mark.parametrize("state", ["draft", "withdrawn", "refused", "abandoned"])
def test_an_entry_that_is_over_is_not_noted(qd: Scene, body: Body, entry: Entry, state: str) -> None:
    Entry.objects.filter(pk=entry.pk).update(state=state)
    with pytest.raises(InputError) as error:
        note(qd, body, entry)
    assert rules(error) == ["endorsement.over"]


def test_nothing_is_noted_after_the_campaign_nor_for_a_body_of_another(
    qd: Scene, body: Body, entry: Entry
) -> None:
    other = make_scene("qingdao-2020", QD_AT)
    elsewhere = register_body(other.clerk, QD_AT, other.campaign.pk, "别处的局", DEPARTMENT)
    with pytest.raises(InputError) as error:
        note(qd, elsewhere, entry)
    assert rules(error) == ["endorsement.not-noted"]
    qd.campaign.state = "closed"
    qd.campaign.save()
    with pytest.raises(InputError) as error:
        note(qd, body, entry)
    assert rules(error) == ["endorsement.over"]


def test_the_database_keeps_no_note_without_its_scan(qd: Scene, body: Body, entry: Entry) -> None:
    noted = note(qd, body, entry)
    with pytest.raises(IntegrityError), transaction.atomic():
        Endorsement.objects.filter(pk=noted.pk).update(seal=None)


def test_only_bodies_without_people_are_offered(qd: Scene, body: Body, entry: Entry) -> None:
    seated(qd, register_body(qd.clerk, QD_AT, qd.campaign.pk, "青岛市财政局", DEPARTMENT))
    alone = register_body(qd.clerk, QD_AT, qd.campaign.pk, "青岛市审计局", DEPARTMENT)
    rules_here = blueprint_of(qd.campaign)
    assert [b.pk for b in bodies_without_people(entry, rules_here)] == [alone.pk, body.pk]
    note(qd, body, entry)
    assert [b.pk for b in bodies_without_people(entry, rules_here)] == [alone.pk]
