"""Opinions of endorsers: whom they concern, what they need, and that files count the same (Qingdao)."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from apps.conftest import make_staff
from apps.endorsing.scene import QD_AT, SC_AT, Scene, make_scene, seal
from apps.screening.scene import rules_of

from guiguan.apps.accounts.grants import end_grant
from guiguan.apps.accounts.models import Grant
from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing import queries
from guiguan.apps.endorsing.bodies import register_body, seat_person, unseat_person
from guiguan.apps.endorsing.models import Endorsement, Seat
from guiguan.apps.endorsing.opinions import (
    ask_endorsement,
    decline_endorsement,
    give_endorsement,
    take_back_endorsement,
)
from guiguan.apps.endorsing.queries import (
    about_body,
    about_entry,
    bodies_before,
    endorsement_rows,
    entries_before,
)
from guiguan.apps.endorsing.reminders import WEEK, remind_endorsements
from guiguan.apps.entries.models import Entry
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.occasions import Occasions
from guiguan.apps.releasing.decisions import COLUMNS, ENDORSEMENT_COLUMNS, decision_rows
from guiguan.apps.screening.deciding import decide_screening
from guiguan.apps.screening.judgement import Judgement
from guiguan.cli.main import main
from guiguan.core.values.finding import InputError
from guiguan.core.values.moment import Instant, instant_text
from guiguan.tables.csv_out import write_csv

pytestmark = pytest.mark.django_db
EDU, DEPARTMENT = "青岛市教育局", "青岛市直部门"


@pytest.fixture
def qd() -> Scene:
    return make_scene("qingdao-2020", QD_AT)


def qd_entry(qd: Scene, title: str, endorser: str = EDU) -> Entry:
    return qd.entry(title, "370202", category="市民服务类", area="教育", endorsed_by=endorser)


def test_a_body_sees_what_names_it_however_it_is_written(qd: Scene) -> None:
    body = qd.body(EDU, DEPARTMENT)
    named, spaced = qd_entry(qd, "甲"), qd_entry(qd, "乙", "青岛市 教育局")
    qd_entry(qd, "丙", "青岛市民政局")
    draft = qd_entry(qd, "丁")
    Entry.objects.filter(pk=draft.pk).update(state="withdrawn")
    assert {e.pk for e in entries_before(body, blueprint_of(qd.campaign))} == {named.pk, spaced.pk}


def test_a_body_reads_the_files_of_what_was_handed_in_alone(qd: Scene) -> None:
    body, entry = qd.body(EDU, DEPARTMENT), qd_entry(qd, "甲")
    assert about_entry(entry).assigned == about_body(body).assigned != ()
    for state in ("withdrawn", "abandoned", "preregistered"):
        entry.state = state
        assert about_entry(entry).assigned == ()
    draft = qd_entry(qd, "乙")
    draft.state, draft.submitted_at = "draft", None
    assert about_entry(draft).assigned == ()


def test_a_region_alone_brings_nothing_before_a_body_where_nobody_endorses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sc = make_scene("guangxi-scenarios-government", SC_AT)
    body = sc.body("南宁市", "各设区市", "450100")
    entry = sc.entry("甲场景", "450102", category="数字社会场景")
    assert bodies_before(entry) == [body.pk]
    monkeypatch.setattr(queries, "endorsement_stage", lambda blueprint: None)
    assert list(entries_before(body, blueprint_of(sc.campaign))) == []
    assert bodies_before(entry) == []


def test_an_opinion_needs_its_seal_and_is_told_and_counted(qd: Scene) -> None:
    body, entry = qd.body(EDU, DEPARTMENT), qd_entry(qd, "甲")
    person = qd.people[EDU]
    with pytest.raises(InputError) as bare:
        give_endorsement(person, QD_AT, body.pk, entry.pk, "同意推荐", None)
    assert rules_of(bare.value) == ["endorsement.seal"]
    assert list(endorsement_rows(qd.campaign)) == []
    give_endorsement(person, QD_AT, body.pk, entry.pk, "同意推荐", seal(person).pk)
    assert list(endorsement_rows(qd.campaign)) == [(entry.number, EDU, "recommend")]
    told = Message.objects.filter(template="endorsement-given").values_list("person", flat=True)
    assert set(told) == {entry.made_by}
    with pytest.raises(InputError) as again:
        give_endorsement(person, QD_AT, body.pk, entry.pk, "同意推荐", seal(person).pk)
    assert rules_of(again.value) == ["endorsement.done"]


def test_nobody_else_speaks_for_a_body(qd: Scene) -> None:
    body, entry = qd.body(EDU, DEPARTMENT), qd_entry(qd, "甲")
    qd.body("青岛市民政局", DEPARTMENT)
    seatless = make_staff("endorser", qd.campaign.pk)
    for person in (qd.people["青岛市民政局"], seatless, qd.clerk, qd.lead, qd.author(entry)):
        with pytest.raises(Forbidden):
            give_endorsement(person, QD_AT, body.pk, entry.pk, "同意", seal(person).pk)
    mine = qd.people[EDU]
    end_grant(make_staff("security_admin"), QD_AT, Grant.objects.get(person=mine))
    with pytest.raises(Forbidden):
        give_endorsement(mine, QD_AT, body.pk, entry.pk, "同意", seal(mine).pk)
    assert not Endorsement.objects.filter(state="given").exists()


def test_who_does_not_sit_any_more_speaks_no_more(qd: Scene) -> None:
    body, entry = qd.body(EDU, DEPARTMENT), qd_entry(qd, "甲")
    unseat_person(qd.clerk, QD_AT, body.pk, Seat.objects.get(body=body).pk)
    with pytest.raises(Forbidden):
        give_endorsement(qd.people[EDU], QD_AT, body.pk, entry.pk, "同意", None)


def test_a_body_speaks_of_what_is_before_it_alone(qd: Scene) -> None:
    body, entry = qd.body(EDU, DEPARTMENT), qd_entry(qd, "甲", "青岛市民政局")
    with pytest.raises(InputError) as refused:
        give_endorsement(qd.people[EDU], QD_AT, body.pk, entry.pk, "同意", seal(qd.clerk).pk)
    assert rules_of(refused.value) == ["endorsement.not-here"]
    ask_endorsement(qd.author(entry), QD_AT, entry.pk, body.pk)
    give_endorsement(qd.people[EDU], QD_AT, body.pk, entry.pk, "同意", seal(qd.clerk).pk)
    with pytest.raises(Forbidden):
        ask_endorsement(qd.people[EDU], QD_AT, entry.pk, body.pk)


def test_a_body_declines_with_a_reason_that_the_applicant_reads(qd: Scene) -> None:
    body, entry = qd.body(EDU, DEPARTMENT), qd_entry(qd, "甲")
    with pytest.raises(InputError) as bare:
        decline_endorsement(qd.people[EDU], QD_AT, body.pk, entry.pk, " ")
    assert rules_of(bare.value) == ["endorsement.reason"]
    decline_endorsement(qd.people[EDU], QD_AT, body.pk, entry.pk, "尚未投入运营")
    assert Endorsement.objects.get().state == "declined"
    assert list(endorsement_rows(qd.campaign)) == []
    assert Message.objects.filter(template="endorsement-declined", person=entry.made_by).exists()


def test_an_opinion_is_taken_back_until_the_entry_has_passed(qd: Scene) -> None:
    body, entry = qd.body(EDU, DEPARTMENT), qd_entry(qd, "甲")
    person = qd.people[EDU]
    give_endorsement(person, QD_AT, body.pk, entry.pk, "同意", seal(person).pk)
    take_back_endorsement(person, QD_AT, body.pk, entry.pk)
    assert list(endorsement_rows(qd.campaign)) == []
    give_endorsement(person, QD_AT, body.pk, entry.pk, "同意", seal(person).pk)
    Entry.objects.filter(pk=entry.pk).update(state="accepted")
    with pytest.raises(InputError) as late:
        take_back_endorsement(person, QD_AT, body.pk, entry.pk)
    assert rules_of(late.value) == ["endorsement.done"]


def test_a_body_is_registered_once_and_of_a_kind_that_the_notice_names(qd: Scene) -> None:
    qd.body(EDU, DEPARTMENT)
    with pytest.raises(InputError) as refused:
        register_body(qd.clerk, QD_AT, qd.campaign.pk, "青岛市 教育局", "报社", "不存在的地方")
    assert rules_of(refused.value) == ["body.kind", "body.twice", "body.region"]
    with pytest.raises(InputError) as stranger:
        seat_person(qd.clerk, QD_AT, qd.campaign.bodies.get().pk, qd.lead.username)
    assert rules_of(stranger.value) == ["body.person"]
    with pytest.raises(Forbidden):
        register_body(qd.people[EDU], QD_AT, qd.campaign.pk, "青岛市民政局", DEPARTMENT)


def test_the_campaign_counted_from_files_has_the_same_endorsements_and_decisions(
    qd: Scene, tmp_path: Path
) -> None:
    body = qd.body(EDU, DEPARTMENT)
    given, without, refused = (qd_entry(qd, t) for t in "甲乙丙")
    give_endorsement(qd.people[EDU], QD_AT, body.pk, given.pk, "同意", seal(qd.clerk).pk)
    screener = make_staff("screener", qd.campaign.pk)
    for entry in (given, without):
        decide_screening(screener, QD_AT, entry.submissions.get().pk, "check", Judgement("accept"))
    no = Judgement("refuse", {}, (), "incomplete", "单位简介未填")
    decide_screening(screener, QD_AT, refused.submissions.get().pk, "check", no)
    entries, passed = replayed(qd, tmp_path)
    assert entries[given.number or ""] == [{"by": EDU, "kind": "recommend"}]
    assert entries[without.number or ""] == []
    assert passed == sorted([given.number or "", without.number or ""])


def test_an_entry_that_needs_an_opinion_does_not_pass_without() -> None:
    sc = make_scene("guangxi-scenarios-social", SC_AT)
    city = sc.body("南宁市", "各设区市", "450100")
    entry = sc.entry("场景", "450103")
    screener = make_staff("screener", sc.campaign.pk)
    stage = next(s for s in blueprint_of(sc.campaign).stages if s.id == "qualify")
    yes = Judgement("accept", dict.fromkeys(map(str, stage.checklist), "yes"))  # type: ignore[union-attr]  # a screening
    submission = entry.submissions.get().pk
    with pytest.raises(InputError) as refused:
        decide_screening(screener, SC_AT, submission, "qualify", yes)
    assert rules_of(refused.value) == ["screening.not-endorsed"]
    give_endorsement(sc.people["南宁市"], SC_AT, city.pk, entry.pk, "情况属实，同意报送", None)
    assert list(endorsement_rows(sc.campaign)) == [(entry.number, "南宁市", "review")]
    assert decide_screening(screener, SC_AT, submission, "qualify", yes).outcome == "accept"


def test_whoever_lacks_an_opinion_is_reminded_once_after_a_week() -> None:
    sc = make_scene("guangxi-scenarios-social", SC_AT)
    sc.entry("场景", "450103")
    fresh = Occasions()
    assert remind_endorsements(SC_AT + WEEK - 1, fresh) == 0
    assert remind_endorsements(SC_AT + WEEK + 3_600_000, fresh) == 1
    assert remind_endorsements(SC_AT + WEEK + 7_200_000, fresh) == 0
    assert Message.objects.filter(template="endorsement-due").count() == 1


def replayed(qd: Scene, folder: Path) -> tuple[dict[str, list[dict[str, str]]], list[str]]:
    """Endorsements by entry and what passed the review, of the same campaign counted from files."""
    zone = ZoneInfo("Asia/Shanghai")
    rows = [
        [
            e.number or "",
            e.title,
            e.organisation.name,
            "市民服务类",
            "教育",
            instant_text(Instant(e.submitted_at or 0), zone),
        ]
        for e in Entry.objects.filter(campaign=qd.campaign).select_related("organisation")
    ]
    columns = ["entry", "title", "applicant", "category", "area", "submitted"]
    write_csv(folder / "entries.csv", columns, rows)
    write_csv(folder / "decisions.csv", COLUMNS, decision_rows(qd.campaign))
    write_csv(folder / "endorsements.csv", ENDORSEMENT_COLUMNS, endorsement_rows(qd.campaign))
    assert qd.campaign.in_force is not None
    (folder / "rules.yaml").write_text(qd.campaign.in_force.text, encoding="utf-8")
    arguments = ["replay", str(folder / "rules.yaml"), "--out", str(folder / "out")]
    for table in ("entries", "decisions", "endorsements"):
        arguments += [f"--{table}", str(folder / f"{table}.csv")]
    assert main(arguments) == 0
    with tarfile.open(folder / "out" / "evidence.tar") as bundle:
        member = bundle.extractfile("entries.jsonl")
        assert member is not None
        found = [json.loads(line) for line in member.read().splitlines()]
    result = json.loads((folder / "out" / "result.json").read_text(encoding="utf-8"))
    passed: list[str] = next(f["passed"] for f in result["funnel"] if f["stage"] == "check")
    return {e["entry"]: e.get("endorsed", []) for e in found}, passed
