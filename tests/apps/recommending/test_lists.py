"""Lists by region: their places by the rule's rounding, who makes them, what may stand on them, and that files count the same."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from apps.conftest import make_staff
from apps.recommending.scene import AFTER, CHECKED, Scene, declare, make_scene
from apps.screening.scene import rules_of

from guiguan.apps.accounts.grants import end_grant
from guiguan.apps.accounts.models import Grant, Person
from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.queries import endorsement_rows
from guiguan.apps.entries.models import Entry
from guiguan.apps.messages.models import Message
from guiguan.apps.recommending.changing import propose_change, second_change
from guiguan.apps.recommending.listing import (
    Place,
    hand_up_list,
    move_on_list,
    numbers,
    put_on_list,
    send_back_list,
    take_off_list,
)
from guiguan.apps.recommending.models import Recommendation
from guiguan.apps.recommending.queries import figures_now, groups_to_see
from guiguan.apps.recommending.quota import selections
from guiguan.apps.releasing.decisions import COLUMNS, decision_rows
from guiguan.apps.screening.deciding import decide_screening
from guiguan.apps.screening.judgement import Judgement
from guiguan.cli.main import main
from guiguan.core.values.finding import InputError
from guiguan.core.values.moment import Instant, instant_text
from guiguan.tables.csv_out import write_csv

pytestmark = pytest.mark.django_db
REASON = "适配充分，应用效果好"


def put(scene: Scene, by: Person, entry: Entry, province: str) -> None:
    put_on_list(by, AFTER, scene.place(province), entry.pk, REASON)


def fill(scene: Scene, by: Person, province: str) -> int:
    """As many as the rule lets on the list; how many that are."""
    entries = scene.entries(province)
    for done, entry in enumerate(entries):
        full = figures_now(
            scene.campaign,
            blueprint_of(scene.campaign),
            selections(blueprint_of(scene.campaign))[0],
            province,
            done,
        ).full
        if full:
            with pytest.raises(InputError) as refused:
                put(scene, by, entry, province)
            assert rules_of(refused.value) == ["recommendation.quota"]
            return done
        put(scene, by, entry, province)
    return len(entries)


@pytest.mark.parametrize(
    ("rounding", "seats"), [("floor", (2, 1, 0)), ("half_up", (3, 1, 1)), ("ceil", (3, 1, 1))]
)
def test_25_10_and_9_declared_give_the_places_of_the_rounding_rule(
    rounding: str, seats: tuple[int, ...], tmp_path: Path
) -> None:
    scene = make_scene(rounding)
    scene.accept_all()
    people = {"440000": scene.first, "310000": scene.shanghai, "460000": scene.clerk}
    assert tuple(fill(scene, by, province) for province, by in people.items()) == seats
    for (province, by), wanted in zip(people.items(), seats, strict=True):
        if wanted:
            hand_up_list(by, AFTER, scene.place(province))
    assert replayed(scene, tmp_path) == sorted(
        e.number or "" for e in Entry.objects.filter(recommended__list__state="handed_up")
    )
    assert len(replayed(scene, tmp_path)) == sum(seats)


def test_two_undertakers_of_a_province_share_one_list_and_its_places() -> None:
    scene = make_scene()
    scene.accept_all()
    one, two, three = scene.entries("440000")[:3]
    put(scene, scene.first, one, "440000")
    put(scene, scene.second, two, "440000")
    with pytest.raises(InputError) as refused:
        put(scene, scene.first, three, "440000")
    assert rules_of(refused.value) == ["recommendation.quota"]
    assert "可推荐 2 项" in refused.value.findings[0].zh
    take_off_list(scene.second, AFTER, scene.place("440000"), one.pk)
    put(scene, scene.first, three, "440000")
    move_on_list(scene.second, AFTER, scene.place("440000"), three.pk, True)
    found = Recommendation.objects.get(campaign=scene.campaign, group="440000")
    assert numbers(found) == [three.number, two.number]


def test_a_stranger_a_neighbour_and_who_lost_the_role_make_no_list() -> None:
    scene = make_scene()
    scene.accept_all()
    entry = scene.entries("440000")[0]
    security = make_staff("security_admin")
    end_grant(security, AFTER, Grant.objects.get(person=scene.second, role="undertaker"))
    elsewhere = make_staff("undertaker", "another", ("440000",))
    for person in (
        scene.shanghai,
        scene.second,
        elsewhere,
        scene.clerk,
        scene.lead,
        make_staff("screener", scene.campaign.pk),
    ):
        with pytest.raises(Forbidden):
            put(scene, person, entry, "440000")
    with pytest.raises(Forbidden):
        put(scene, scene.first, scene.entries("310000")[0], "310000")
    assert not Recommendation.objects.filter(rows__isnull=False).exists()


def test_a_province_without_an_undertaker_is_the_organisers() -> None:
    scene = make_scene("ceil")
    scene.accept_all()
    entry = scene.entries("460000")[0]
    put(scene, scene.clerk, entry, "460000")
    with pytest.raises(Forbidden):
        put(scene, scene.first, entry, "460000")


def test_an_undertaker_sees_the_figures_of_its_region_alone() -> None:
    scene = make_scene()
    blueprint = blueprint_of(scene.campaign)
    (stage,) = selections(blueprint)
    seen = {
        who: [
            (g.province, g.quota.declared, g.quota.seats)
            for g in groups_to_see(person, scene.campaign, blueprint, stage)
        ]
        for who, person in {
            "first": scene.first,
            "lead": scene.lead,
            "stranger": make_staff("undertaker", "other", ("440000",)),
        }.items()
    }
    assert seen == {
        "first": [("440000", 25, 2)],
        "lead": [("310000", 10, 1), ("440000", 25, 2), ("460000", 9, 0)],
        "stranger": [],
    }


def test_who_has_not_passed_the_formal_review_cannot_be_listed() -> None:
    scene = make_scene()
    entry = scene.entries("440000")[0]
    with pytest.raises(InputError) as refused:
        put(scene, scene.first, entry, "440000")
    assert rules_of(refused.value) == ["recommendation.not-passed"]


def test_an_undertaker_does_not_decide_the_organisers_review() -> None:
    scene = make_scene()
    submission = scene.entries("440000")[0].submissions.get()
    with pytest.raises(Forbidden):
        decide_screening(
            scene.first, CHECKED, submission.pk, "check", Judgement("accept", {"主体合格": "yes"})
        )


def test_refused_entries_still_count_for_the_quota_and_withdrawn_ones_do_not() -> None:
    scene = make_scene()
    entries = scene.entries("310000")
    for entry in entries[1:]:
        scene.accept(entry)
    refusal = Judgement("refuse", {}, (), "bad", "缺少盖章页")
    decide_screening(scene.clerk, CHECKED, entries[0].submissions.get().pk, "check", refusal)
    put(scene, scene.shanghai, entries[1], "310000")
    Entry.objects.filter(pk=entries[2].pk).update(state="withdrawn")
    with pytest.raises(InputError) as refused:
        hand_up_list(scene.shanghai, AFTER, scene.place("310000"))
    assert rules_of(refused.value) == ["recommendation.quota"]


def test_while_declaring_goes_on_no_list_is_handed_up() -> None:
    scene = make_scene()
    scene.accept_all()
    put(scene, scene.shanghai, scene.entries("310000")[0], "310000")
    with pytest.raises(InputError) as refused:
        hand_up_list(scene.shanghai, CHECKED, scene.place("310000"))
    assert rules_of(refused.value) == ["recommendation.early"]
    declare(scene, "310101", 11, CHECKED)
    found = hand_up_list(scene.shanghai, AFTER, scene.place("310000"))
    assert (found.state, found.declared, found.seats) == ("handed_up", 11, 1)
    told = Message.objects.filter(template="list-handed-up").values_list("person", flat=True)
    assert set(told) == {scene.clerk.pk, scene.lead.pk}


def test_a_list_handed_up_changes_by_two_persons_with_a_reason_alone(tmp_path: Path) -> None:
    scene = make_scene()
    scene.accept_all()
    one, two, three = scene.entries("440000")[:3]
    place = scene.place("440000")
    put(scene, scene.first, one, "440000")
    put(scene, scene.first, two, "440000")
    found = hand_up_list(scene.first, AFTER, place)
    with pytest.raises(InputError) as late:
        take_off_list(scene.first, AFTER, place, one.pk)
    assert rules_of(late.value) == ["recommendation.handed-up"]
    with pytest.raises(InputError) as bare:
        propose_change(scene.first, AFTER, place, [three.pk, two.pk], "复核补入", "")
    assert rules_of(bare.value) == ["recommendation.reason"]
    with pytest.raises(InputError) as over:
        propose_change(scene.first, AFTER, place, [one.pk, two.pk, three.pk], "补入", "想多推荐一项")
    assert rules_of(over.value) == ["recommendation.quota"]
    change = propose_change(scene.first, AFTER, place, [three.pk, two.pk], "复核补入", "第一项单位提出退出")
    assert numbers(found) == [one.number, two.number]
    with pytest.raises(InputError) as own:
        second_change(scene.first, AFTER, change.pk, True)
    assert rules_of(own.value) == ["recommendation.second"]
    with pytest.raises(Forbidden):
        second_change(scene.shanghai, AFTER, change.pk, True)
    with pytest.raises(InputError) as silent:
        second_change(scene.lead, AFTER, change.pk, False)
    assert rules_of(silent.value) == ["second.why"]
    assert second_change(scene.lead, AFTER, change.pk, False, "退出函还没有收到").why == "退出函还没有收到"
    assert numbers(found) == [one.number, two.number]
    assert "why_sha256" in Record.objects.get(action="recommendation.drop").detail
    change = propose_change(scene.first, AFTER, place, [three.pk, two.pk], "复核补入", "第一项单位提出退出")
    second_change(scene.lead, AFTER, change.pk, True)
    assert numbers(found) == [three.number, two.number]
    assert replayed(scene, tmp_path) == sorted([three.number or "", two.number or ""])
    row = next(r for r in decision_rows(scene.campaign) if r[1] == f"recommended/{three.number}")
    assert row[:6] == [
        "listed",
        f"recommended/{three.number}",
        "1",
        "复核补入",
        str(scene.first.pk),
        str(scene.lead.pk),
    ]


def test_a_list_sent_back_is_a_draft_again_with_its_reason() -> None:
    scene = make_scene()
    scene.accept_all()
    place = scene.place("310000")
    put(scene, scene.shanghai, scene.entries("310000")[0], "310000")
    hand_up_list(scene.shanghai, AFTER, place)
    with pytest.raises(Forbidden):
        send_back_list(scene.shanghai, AFTER, place, "重新排序")
    send_back_list(scene.lead, AFTER, place, "请补充初评意见")
    found = Recommendation.objects.get(campaign=scene.campaign, group="310000")
    assert (found.state, found.returned_reason) == ("draft", "请补充初评意见")
    assert [r[0] for r in decision_rows(scene.campaign)].count("listed") == 0
    assert Record.objects.latest("sequence").action == "recommendation.send-back"


def test_a_list_of_no_selection_or_of_another_kind_of_group_is_not_there() -> None:
    scene = make_scene()
    for place in (Place(scene.campaign.pk, "check", "440000"), Place(scene.campaign.pk, "recommended", "")):
        with pytest.raises(InputError) as refused:
            put_on_list(scene.clerk, AFTER, place, scene.entries("440000")[0].pk, REASON)
        assert rules_of(refused.value) == ["recommendation.not-here"]


def replayed(scene: Scene, folder: Path) -> list[str]:
    """What the same campaign counted from files recommends."""
    zone = ZoneInfo("Asia/Shanghai")
    entries = Entry.objects.filter(campaign=scene.campaign).select_related("organisation").order_by("number")
    rows = [
        [
            e.number or "",
            e.title,
            e.organisation.name,
            e.region,
            instant_text(Instant(e.submitted_at or 0), zone),
            "是" if e.state == "withdrawn" else "",
        ]
        for e in entries
    ]
    write_csv(
        folder / "entries.csv", ["entry", "title", "applicant", "region", "submitted", "withdrawn"], rows
    )
    write_csv(folder / "decisions.csv", COLUMNS, decision_rows(scene.campaign))
    assert list(endorsement_rows(scene.campaign)) == []
    assert scene.campaign.in_force is not None
    (folder / "rules.yaml").write_text(scene.campaign.in_force.text, encoding="utf-8")
    arguments = ["replay", str(folder / "rules.yaml"), "--entries", str(folder / "entries.csv")]
    arguments += ["--decisions", str(folder / "decisions.csv"), "--out", str(folder / "out")]
    assert main(arguments) == 0
    with (folder / "out" / "rejected.csv").open(encoding="utf-8") as rejected:
        assert [r for r in csv.DictReader(rejected) if r["kind"] == "decision"] == []
    result = json.loads((folder / "out" / "result.json").read_text(encoding="utf-8"))
    passed: list[str] = next(f["passed"] for f in result["funnel"] if f["stage"] == "recommended")
    return passed
