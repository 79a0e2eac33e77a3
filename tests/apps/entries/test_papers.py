"""Paper copies: the applicant notes what was sent, the organiser what arrived, and nobody else anything."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apps.screening.scene import AT, PAPER, REFUSE, Scene, make_scene, moment, newest, rules_of

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry, PaperCopy
from guiguan.apps.entries.papers import (
    note_arrived,
    note_not_arrived,
    note_sent,
    paper_boxes,
    paper_stages,
    paper_until,
    papers_of,
)
from guiguan.apps.screening.deciding import decide_screening
from guiguan.core.values.finding import InputError

Staff = Callable[..., Person]


@pytest.fixture
def paper(db: None) -> Scene:
    return make_scene(more=PAPER)


def state(scene: Scene, entry: Entry) -> str:
    return paper_boxes(Entry.objects.get(pk=entry.pk), blueprint_of(scene.campaign))[0].state


def test_from_awaited_over_sent_and_missing_to_arrived(paper: Scene) -> None:
    entry = paper.handed_in()
    assert state(paper, entry) == "awaited"
    note_sent(paper.author, AT, entry.pk, "paper", " 邮政  EMS 123 ")
    assert (state(paper, entry), PaperCopy.objects.get().carrier) == ("sent", "邮政 EMS 123")
    note_arrived(paper.screener, AT + 1, entry.pk, "paper", 4, "缺一份申报表")
    assert state(paper, entry) == "missing"
    note_arrived(paper.screener, AT + 2, entry.pk, "paper", 5, "")
    assert state(paper, entry) == "arrived"
    assert PaperCopy.objects.get().arrived_at == AT + 1  # the first arrival stays
    assert Record.objects.filter(action="paper.arrive").count() == 2


def test_the_second_click_changes_nothing(paper: Scene) -> None:
    entry = paper.handed_in()
    for at in (AT, AT + 1):
        note_sent(paper.author, at, entry.pk, "paper", "EMS 1")
        note_arrived(paper.screener, at, entry.pk, "paper", 5, "") if at == AT + 1 else None
    note_arrived(paper.screener, AT + 9, entry.pk, "paper", 5, "")
    assert PaperCopy.objects.get().sent_at == AT
    assert (Record.objects.filter(action="paper.send").count(), PaperCopy.objects.get().arrived_at) == (
        1,
        AT + 1,
    )
    assert Record.objects.filter(action="paper.arrive").count() == 1
    with pytest.raises(InputError) as error:
        note_sent(paper.author, AT + 10, entry.pk, "paper", "EMS 2")
    assert rules_of(error.value) == ["paper.arrived"]


def test_a_mistake_is_taken_back(paper: Scene) -> None:
    entry = paper.handed_in()
    note_arrived(paper.screener, AT, entry.pk, "paper", 5, "")
    note_not_arrived(paper.screener, AT + 1, entry.pk, "paper")
    note_not_arrived(paper.screener, AT + 2, entry.pk, "paper")
    assert state(paper, entry) == "awaited"
    assert Record.objects.filter(action="paper.unarrive").count() == 1


def test_strangers_note_nothing(paper: Scene, staff: Staff, person: Callable[..., Person]) -> None:
    entry, stranger = paper.handed_in(), person()
    for by in (stranger, paper.screener):
        with pytest.raises(Forbidden):
            note_sent(by, AT, entry.pk, "paper", "EMS 1")
    for by in (stranger, paper.author, staff("screener", "elsewhere"), staff("lead", paper.campaign.pk)):
        with pytest.raises(Forbidden):
            note_arrived(by, AT, entry.pk, "paper", 5, "")
    assert not PaperCopy.objects.exists()


@pytest.mark.parametrize(
    ("copies", "missing", "rules"),
    [
        (-1, "", ["paper.copies", "paper.short"]),
        (100, "", ["paper.copies"]),
        (4, "", ["paper.short"]),
        (5, "长" * 501, ["paper.missing-long"]),
    ],
)
def test_what_cannot_be_is_refused(paper: Scene, copies: int, missing: str, rules: list[str]) -> None:
    entry = paper.handed_in()
    with pytest.raises(InputError) as error:
        note_arrived(paper.screener, AT, entry.pk, "paper", copies, missing)
    assert rules_of(error.value) == rules
    for carrier in ("", "x", "长" * 81):
        with pytest.raises(InputError) as error:
            note_sent(paper.author, AT, entry.pk, "paper", carrier)
        assert rules_of(error.value) == ["paper.carrier"]


def test_no_paper_for_another_stage_a_draft_or_a_refused_entry(paper: Scene) -> None:
    draft, entry = paper.draft(), paper.handed_in()
    for pk, stage, rule in (
        (entry.pk, "check", "paper.no-stage"),
        (draft.pk, "paper", "paper.not-handed-in"),
    ):
        with pytest.raises(InputError) as error:
            note_sent(paper.author, AT, pk, stage, "EMS 1")
        assert rules_of(error.value) == [rule]
    decide_screening(paper.screener, AT, newest(entry), "check", REFUSE)
    with pytest.raises(InputError):
        note_sent(paper.author, AT, entry.pk, "paper", "EMS 1")
    assert paper_boxes(Entry.objects.get(pk=entry.pk), blueprint_of(paper.campaign)) == ()


def test_the_list_knows_who_is_overdue_to_the_millisecond(paper: Scene) -> None:
    owing, sent = paper.handed_in("欠"), paper.handed_in("寄")
    short = paper.handed_in("缺", unit=paper.another())
    note_sent(paper.author, AT, sent.pk, "paper", "EMS 1")
    note_arrived(paper.screener, AT, short.pk, "paper", 1, "四份")
    blueprint = blueprint_of(paper.campaign)
    stage = paper_stages(blueprint)[0]
    until = paper_until(blueprint, stage)
    assert until == moment("2026-10-26T00:00")
    listed = {
        (state, at): list(papers_of(paper.campaign, stage, until, at, state))
        for state in ("", "awaited", "sent", "arrived", "missing", "overdue")
        for at in (until - 1, until)
    }
    assert listed["overdue", until - 1] == []
    assert listed["overdue", until] == [owing, short]
    assert (listed["awaited", until], listed["sent", until], listed["missing", until]) == (
        [owing],
        [sent],
        [short],
    )
    assert (listed["", until], listed["arrived", until]) == ([owing, sent, short], [])
