"""From a county's list over its city's to a half-yearly release; what is published changes in public alone."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from apps.conftest import make_staff
from apps.endorsing.scene import SC_AT, Scene, make_scene, seal
from apps.entries.conftest import moment
from apps.screening.scene import rules_of
from django.db import IntegrityError, transaction

from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.collecting import (
    collect_list,
    hand_up_collection,
    move_in_collection,
    put_in_collection,
    send_back_collection,
    start_collection,
    write_opinions,
)
from guiguan.apps.endorsing.models import Body, Collection, Endorsement
from guiguan.apps.endorsing.opinions import give_endorsement
from guiguan.apps.endorsing.queries import endorsement_rows
from guiguan.apps.endorsing.table import list_table
from guiguan.apps.entries.models import Entry
from guiguan.apps.messages.models import Message
from guiguan.apps.releasing.correcting import propose_correction, second_correction, take_back_correction
from guiguan.apps.releasing.decisions import COLUMNS, ENDORSEMENT_COLUMNS, decision_rows
from guiguan.apps.releasing.models import Release, Released
from guiguan.apps.releasing.releasing import (
    drop_release,
    propose_release,
    publish_release,
    put_in_release,
    send_back_release,
    start_release,
)
from guiguan.cli.main import main
from guiguan.core.values.finding import InputError
from guiguan.core.values.moment import Instant, instant_text
from guiguan.tables.csv_out import write_csv

pytestmark = pytest.mark.django_db
LATER = moment("2026-07-02T10:00")
WHY = "重大任务牵引作用明显，预期成效可量化"


@pytest.fixture
def sc() -> Scene:
    return make_scene("guangxi-scenarios-government", SC_AT)


def city_and_county(sc: Scene) -> tuple[Body, Body]:
    city = sc.body("南宁市", "各设区市", "450100")
    return city, sc.body("青秀区", "各设区市", "450103", city)


def handed_up(sc: Scene, *titles: str, at: int = SC_AT) -> list[Entry]:
    """Scenarios that the city has collected and handed up."""
    city = Body.objects.filter(campaign=sc.campaign, name="南宁市").first() or city_and_county(sc)[0]
    entries = [sc.entry(t, "450102", category="数字社会场景") for t in titles]
    person = sc.people["南宁市"]
    found = start_collection(person, at, city.pk)
    put_in_collection(person, at, found.pk, [e.pk for e in entries])
    hand_up_collection(person, at, found.pk)
    return entries


def published(sc: Scene, *titles: str) -> Release:
    entries = handed_up(sc, *titles)
    release = start_release(sc.clerk, SC_AT, sc.campaign.pk, "2026-H1")
    put_in_release(sc.clerk, SC_AT, release.pk, [e.pk for e in entries], WHY)
    propose_release(sc.clerk, SC_AT, release.pk, "桂数据〔2026〕1号")
    return publish_release(sc.lead, SC_AT, release.pk)


def test_a_countys_list_is_collected_in_its_citys_and_endorsed_when_that_goes_up(sc: Scene) -> None:
    city, county = city_and_county(sc)
    first, second = sc.entry("甲场景", "450103"), sc.entry("乙场景", "450103")
    third = sc.entry("丙场景", "450102")
    low, high = sc.people["青秀区"], sc.people["南宁市"]
    part = start_collection(low, SC_AT, county.pk)
    put_in_collection(low, SC_AT, part.pk, [first.pk, second.pk])
    with pytest.raises(InputError) as elsewhere:
        put_in_collection(low, SC_AT, part.pk, [third.pk])
    assert rules_of(elsewhere.value) == ["collection.not-here"]
    write_opinions(low, SC_AT, part.pk, "同意报送", {second.pk: "重点项目"}, seal(low).pk)
    hand_up_collection(low, SC_AT, part.pk)
    assert list(endorsement_rows(sc.campaign)) == []  # a county's list is not yet the city's word
    with pytest.raises(Forbidden):
        start_collection(low, SC_AT, city.pk)
    whole = start_collection(high, SC_AT, city.pk)
    put_in_collection(high, SC_AT, whole.pk, [third.pk])
    collect_list(high, SC_AT, whole.pk, part.pk)
    move_in_collection(high, SC_AT, whole.pk, third.pk, False)
    hand_up_collection(high, SC_AT, whole.pk)
    assert [r.entry.title for r in whole.rows.order_by("place")] == ["甲场景", "丙场景", "乙场景"]
    assert [r.opinion for r in whole.rows.order_by("place")] == ["同意报送", "", "重点项目"]
    assert set(endorsement_rows(sc.campaign)) == {
        (e.number, "南宁市", "compile") for e in (first, second, third)
    }
    columns, rows = list_table(whole, blueprint_of(sc.campaign))
    assert columns[:4] == ["序号", "申报编号", "名称", "申报单位"]
    assert len(columns) == 4 + 11 + 1
    assert [r[2] for r in rows] == ["甲场景", "丙场景", "乙场景"]
    part.refresh_from_db()
    assert (part.state, part.collected_in_id) == ("collected", whole.pk)


def test_a_list_sent_back_takes_its_endorsements_with_it(sc: Scene) -> None:
    (entry,) = handed_up(sc, "甲场景")
    found = Collection.objects.get()
    with pytest.raises(Forbidden):
        send_back_collection(sc.people["南宁市"], SC_AT, found.pk, "漏报")
    send_back_collection(sc.lead, SC_AT, found.pk, "清单缺少责任单位")
    assert list(endorsement_rows(sc.campaign)) == []
    found.refresh_from_db()
    assert (found.state, found.returned_reason) == ("draft", "清单缺少责任单位")
    hand_up_collection(sc.people["南宁市"], SC_AT, found.pk)
    assert [r[0] for r in endorsement_rows(sc.campaign)] == [entry.number]


def test_what_the_city_handed_up_itself_does_not_come_a_second_time_by_a_county(sc: Scene) -> None:
    city, county = city_and_county(sc)
    both, fresh = sc.entry("甲场景", "450103"), sc.entry("乙场景", "450103")
    low, high = sc.people["青秀区"], sc.people["南宁市"]
    part = start_collection(low, SC_AT, county.pk)
    put_in_collection(low, SC_AT, part.pk, [both.pk, fresh.pk])
    hand_up_collection(low, SC_AT, part.pk)
    own = start_collection(high, SC_AT, city.pk)
    put_in_collection(high, SC_AT, own.pk, [both.pk])
    hand_up_collection(high, SC_AT, own.pk)
    later = start_collection(high, SC_AT, city.pk)
    collect_list(high, SC_AT, later.pk, part.pk)
    assert [(r.entry.title, r.place) for r in later.rows.all()] == [("乙场景", 1)]


def test_a_list_sent_back_leaves_what_the_body_said_of_an_entry_by_itself(sc: Scene) -> None:
    city, _ = city_and_county(sc)
    person, alone, listed = sc.people["南宁市"], sc.entry("甲场景", "450102"), sc.entry("乙场景", "450102")
    give_endorsement(person, SC_AT, city.pk, alone.pk, "全市首个", None)
    found = start_collection(person, SC_AT + 1, city.pk)
    put_in_collection(person, SC_AT + 1, found.pk, [alone.pk, listed.pk])
    hand_up_collection(person, SC_AT + 1, found.pk)
    send_back_collection(sc.lead, SC_AT + 2, found.pk, "清单缺少责任单位")
    said = {e.entry_id: (e.state, e.opinion) for e in Endorsement.objects.all()}
    assert said == {alone.pk: ("given", "全市首个"), listed.pk: ("asked", "")}


def test_an_entry_stands_on_one_list_of_a_body_and_a_withdrawn_one_on_none(sc: Scene) -> None:
    (entry,) = handed_up(sc, "甲场景")
    person, city = sc.people["南宁市"], Body.objects.get(name="南宁市")
    found = start_collection(person, SC_AT, city.pk)
    with pytest.raises(InputError) as twice:
        put_in_collection(person, SC_AT, found.pk, [entry.pk])
    assert rules_of(twice.value) == ["collection.twice"]
    other = sc.entry("乙场景", "450103")
    put_in_collection(person, SC_AT, found.pk, [other.pk])
    Entry.objects.filter(pk=other.pk).update(state="withdrawn")
    with pytest.raises(InputError) as fallen:
        hand_up_collection(person, SC_AT, found.pk)
    assert rules_of(fallen.value) == ["collection.fallen"]


def test_a_batch_is_published_by_a_second_person_under_the_next_number(sc: Scene) -> None:
    entries = handed_up(sc, "甲场景", "乙场景")
    release = start_release(sc.clerk, SC_AT, sc.campaign.pk, "2026-H1")
    put_in_release(sc.clerk, SC_AT, release.pk, [e.pk for e in entries], WHY)
    propose_release(sc.clerk, SC_AT, release.pk, "桂数据〔2026〕1号")
    with pytest.raises(Forbidden):
        publish_release(sc.clerk, SC_AT, release.pk)
    send_back_release(sc.lead, SC_AT, release.pk, "请核对责任单位")
    propose_release(sc.lead, SC_AT, release.pk, "桂数据〔2026〕1号")
    with pytest.raises(InputError) as own:
        publish_release(sc.lead, SC_AT, release.pk)
    assert rules_of(own.value) == ["release.second"]
    found = publish_release(make_staff("lead", sc.campaign.pk), SC_AT, release.pk)
    assert (found.number, found.state) == (1, "published")
    assert [p["text"] for p in Released.objects.get(place=1).public if p["field"] == "title"] == ["甲场景"]
    assert Message.objects.filter(template="release-published").count() == 2


def test_what_lost_its_endorsement_meanwhile_is_not_published(sc: Scene) -> None:
    (entry,) = handed_up(sc, "甲场景")
    release = start_release(sc.clerk, SC_AT, sc.campaign.pk, "2026-H1")
    put_in_release(sc.clerk, SC_AT, release.pk, [entry.pk], WHY)
    propose_release(sc.clerk, SC_AT, release.pk, "")
    send_back_collection(sc.lead, SC_AT, Collection.objects.get().pk, "清单缺少责任单位")
    with pytest.raises(InputError) as fallen:
        publish_release(sc.lead, SC_AT, release.pk)
    assert rules_of(fallen.value) == ["release.fallen"]
    release.refresh_from_db()
    assert (release.state, release.number) == ("proposed", None)


def test_a_batch_is_of_the_campaigns_own_periods_and_of_none_to_come(sc: Scene) -> None:
    for period in ("2026-H2", "2026-Q1", "2026", "9999-H1", "9999-H2", "0000-H1", ""):
        with pytest.raises(InputError) as refused:
            start_release(sc.clerk, SC_AT, sc.campaign.pk, period)
        assert rules_of(refused.value) == ["release.period"]
    assert start_release(sc.clerk, SC_AT, sc.campaign.pk, "2025-H2").period == "2025-H2"


def test_numbers_are_never_used_again(sc: Scene) -> None:
    published(sc, "甲场景")
    given_up = start_release(sc.clerk, LATER, sc.campaign.pk, "2026-H2")
    drop_release(sc.clerk, LATER, given_up.pk)
    (entry,) = handed_up(sc, "乙场景")
    second = start_release(sc.clerk, LATER, sc.campaign.pk, "2026-H2")
    put_in_release(sc.clerk, LATER, second.pk, [entry.pk], WHY)
    propose_release(sc.clerk, LATER, second.pk, "")
    assert publish_release(sc.lead, LATER, second.pk).number == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=second.pk).update(number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=given_up.pk).update(number=3)


def test_what_passed_after_the_half_year_goes_into_the_next_batch(sc: Scene) -> None:
    (late,) = handed_up(sc, "甲场景", at=LATER)
    first = start_release(sc.clerk, LATER, sc.campaign.pk, "2026-H1")
    with pytest.raises(InputError) as refused:
        put_in_release(sc.clerk, LATER, first.pk, [late.pk], WHY)
    assert rules_of(refused.value) == ["release.not-ready"]
    drop_release(sc.clerk, LATER, first.pk)
    second = start_release(sc.clerk, LATER, sc.campaign.pk, "2026-H2")
    assert put_in_release(sc.clerk, LATER, second.pk, [late.pk], WHY) == 1


def test_what_no_city_has_handed_up_is_not_released(sc: Scene) -> None:
    city_and_county(sc)
    entry = sc.entry("甲场景", "450103")
    release = start_release(sc.clerk, SC_AT, sc.campaign.pk, "2026-H1")
    with pytest.raises(InputError) as refused:
        put_in_release(sc.clerk, SC_AT, release.pk, [entry.pk], WHY)
    assert rules_of(refused.value) == ["release.not-ready"]


def test_what_is_published_changes_by_a_correction_of_two_persons_alone(sc: Scene) -> None:
    release = published(sc, "甲场景", "乙场景")
    with pytest.raises(InputError) as closed:
        put_in_release(sc.clerk, SC_AT, release.pk, [], WHY)
    assert rules_of(closed.value) == ["release.moved-on"]
    row, other = release.rows.order_by("place")
    with pytest.raises(InputError) as bare:
        propose_correction(sc.clerk, SC_AT, row.pk, "title", "甲场景", " ")
    assert rules_of(bare.value) == ["correction.reason", "correction.text"]
    made = propose_correction(sc.clerk, SC_AT, row.pk, "title", "甲场景（二期）", "名称漏写期次")
    row.refresh_from_db()
    assert "甲场景（二期）" not in json.dumps(row.public, ensure_ascii=False)
    with pytest.raises(Forbidden):
        second_correction(sc.clerk, SC_AT, made.pk, True)
    second_correction(sc.lead, SC_AT, made.pk, True)
    row.refresh_from_db()
    assert [p["text"] for p in row.public if p["field"] == "title"] == ["甲场景（二期）"]
    out = propose_correction(sc.lead, SC_AT, other.pk, "", "", "建设单位申请撤出")
    with pytest.raises(InputError) as own:
        second_correction(sc.lead, SC_AT, out.pk, True)
    assert rules_of(own.value) == ["correction.second"]
    second_correction(make_staff("lead", sc.campaign.pk), SC_AT, out.pk, True)
    other.refresh_from_db()
    assert other.withdrawn_at == SC_AT
    wrong = propose_correction(sc.clerk, SC_AT, row.pk, "title", "丁", "看错了一行")
    with pytest.raises(InputError) as silent:
        second_correction(sc.lead, SC_AT, wrong.pk, False)
    assert rules_of(silent.value) == ["second.why"]
    assert second_correction(sc.lead, SC_AT, wrong.pk, False, "原文无误，不必更正").state == "dropped"
    assert "why_sha256" in Record.objects.filter(action="release.drop-correction").latest("sequence").detail
    withdrawn = propose_correction(sc.clerk, SC_AT, row.pk, "title", "丙", "又改了主意")
    take_back_correction(sc.clerk, SC_AT, withdrawn.pk)
    row.refresh_from_db()
    assert [p["text"] for p in row.public if p["field"] == "title"] == ["甲场景（二期）"]


def test_files_count_the_same_release(sc: Scene, tmp_path: Path) -> None:
    release = published(sc, "甲场景", "乙场景")
    sc.entry("没有汇总的场景", "450103", category="数字社会场景")
    zone = ZoneInfo("Asia/Shanghai")
    rows = [
        [
            e.number or "",
            e.title,
            e.organisation.name,
            "数字社会场景",
            e.region,
            "拟建",
            "100",
            instant_text(Instant(e.submitted_at or 0), zone),
        ]
        for e in Entry.objects.filter(campaign=sc.campaign).select_related("organisation")
    ]
    columns = ["entry", "title", "applicant", "category", "region", "progress", "investment", "submitted"]
    write_csv(tmp_path / "entries.csv", columns, rows)
    write_csv(tmp_path / "decisions.csv", COLUMNS, decision_rows(sc.campaign))
    write_csv(tmp_path / "endorsements.csv", ENDORSEMENT_COLUMNS, endorsement_rows(sc.campaign))
    assert sc.campaign.in_force is not None
    (tmp_path / "rules.yaml").write_text(sc.campaign.in_force.text, encoding="utf-8")
    arguments = ["replay", str(tmp_path / "rules.yaml"), "--out", str(tmp_path / "out")]
    for table in ("entries", "decisions", "endorsements"):
        arguments += [f"--{table}", str(tmp_path / f"{table}.csv")]
    assert main(arguments) == 0
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    passed = next(f["passed"] for f in result["funnel"] if f["stage"] == "release")
    assert passed == sorted(r.entry.number or "" for r in release.rows.select_related("entry"))
    assert Endorsement.objects.filter(state="given").count() == 2
