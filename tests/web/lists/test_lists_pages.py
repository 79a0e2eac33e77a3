"""The pages of lists, endorsers and batches: who gets in, hostile addresses and texts, what the public reads and does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apps.conftest import make_person, make_staff
from apps.endorsing.scene import SC_AT
from apps.endorsing.scene import Scene as Endorsing
from apps.endorsing.scene import make_scene as endorsing
from apps.recommending.scene import AFTER, Scene, make_scene
from apps.releasing.test_releasing import published
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.apps.endorsing.models import Body, Collection, Endorsement
from guiguan.apps.entries.models import Entry
from guiguan.apps.recommending.changing import propose_change
from guiguan.apps.recommending.listing import hand_up_list, put_on_list
from guiguan.apps.recommending.models import Recommendation, Recommended
from guiguan.apps.releasing.correcting import propose_correction

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person | None], Client]


def at(scene: Scene, province: str, more: str = "") -> str:
    return f"/organiser/recommendations/{scene.campaign.pk}/recommended/{province}/{more}"


def test_a_neighbour_finds_neither_list_nor_figures_nor_entries_of_the_region(as_person: SignIn) -> None:
    scene = make_scene(sizes={"440300": 3, "310101": 3})
    browser = as_person(scene.shanghai)
    overview = browser.get(f"/organiser/recommendations/{scene.campaign.pk}/").content.decode()
    queue = browser.get(f"/organiser/screening/{scene.campaign.pk}/").content.decode()
    figures = browser.get(f"/organiser/screening/{scene.campaign.pk}/statistics/").content.decode()
    assert "上海市" in overview
    assert "广东" not in overview + queue
    assert "方案44" not in queue
    assert 'value">3 ' in figures.replace("\n", "") or ">3<" in figures
    assert browser.get(at(scene, "440000")).status_code == 404
    entry = scene.entries("440000")[0]
    assert browser.get(f"/organiser/screening/{scene.campaign.pk}/entries/{entry.pk}/").status_code == 404
    assert (
        browser.post(
            at(scene, "440000", "draft"), {"act": "put", "entry": str(entry.pk), "reason": "推荐"}
        ).status_code
        == 404
    )
    assert not Recommended.objects.exists()


def test_an_undertaker_is_not_offered_the_organisers_review(as_person: SignIn) -> None:
    scene = make_scene(sizes={"440300": 1})
    entry = scene.entries("440000")[0]
    address = f"/organiser/screening/{scene.campaign.pk}/entries/{entry.pk}/"
    page = as_person(scene.first).get(address).content.decode()
    assert "您可以查看，不能作出结论" in page
    assert 'name="outcome"' not in page
    answer = as_person(scene.first).get(f"/organiser/screening/{scene.campaign.pk}/next")
    assert answer.headers["Location"] == f"/organiser/screening/{scene.campaign.pk}/"


@pytest.mark.parametrize("province", ["44", "4400000000", "abc", "all", "440000x"])
@pytest.mark.parametrize("act", ["", "draft", "return", "change", "changes/1"])
def test_an_address_of_no_list_is_not_there(as_person: SignIn, province: str, act: str) -> None:
    scene = make_scene(sizes={"440300": 1})
    browser = as_person(make_staff("clerk", scene.campaign.pk))
    send = browser.get if act in ("", "return", "change") else browser.post
    assert send(at(scene, province, act)).status_code in (400, 404)
    assert not Recommended.objects.exists()


def test_what_is_typed_is_shown_as_text_and_what_is_wrong_at_its_field(as_person: SignIn) -> None:
    scene = make_scene(sizes={"310101": 10})
    scene.accept_all()
    browser = as_person(scene.shanghai)
    entry = scene.entries("310000")[0]
    hostile = "<script>alert(1)</script>\0"
    answer = browser.post(at(scene, "310000", "draft"), {"act": "put", "entry": str(entry.pk), "reason": " "})
    assert answer.status_code == 400
    assert "请写明理由" in answer.content.decode()
    browser.post(at(scene, "310000", "draft"), {"act": "put", "entry": str(entry.pk), "reason": hostile})
    page = browser.get(at(scene, "310000")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    again = browser.post(at(scene, "310000", "draft"), {"act": "put", "entry": "not-an-id", "reason": "推荐"})
    assert again.status_code == 404


def test_a_disguised_seal_is_refused_and_nothing_is_said(as_person: SignIn) -> None:
    qd = endorsing("qingdao-2020", 1_595_210_400_000)
    body = qd.body("青岛市教育局", "青岛市直部门")
    entry = qd.entry("甲", "370202", endorsed_by="青岛市教育局")
    browser = as_person(qd.people["青岛市教育局"])
    page = f"/endorsing/{qd.campaign.pk}/{body.pk}/entries/{entry.pk}/"
    scan = SimpleUploadedFile("意见.pdf", b"MZ\x90\x00 not a pdf", content_type="application/pdf")
    answer = browser.post(f"{page}opinion", {"act": "give", "opinion": "同意", "seal": scan})
    assert answer.status_code == 400
    assert not Endorsement.objects.filter(state="given").exists()
    assert browser.get(page).status_code == 200


def test_who_turns_a_change_of_a_list_down_says_why(as_person: SignIn) -> None:
    scene = make_scene(sizes={"440300": 20})
    scene.accept_all()
    one, two = scene.entries("440000")[:2]
    place = scene.place("440000")
    put_on_list(scene.first, AFTER, place, one.pk, "推荐")
    hand_up_list(scene.first, AFTER, place)
    change = propose_change(scene.first, AFTER, place, [two.pk], "复核补入", "第一项单位提出退出")
    browser, path = as_person(scene.lead), at(scene, "440000", f"changes/{change.pk}")
    answer = browser.post(path, {"agree": "no", "why": " "})
    assert answer.status_code == 400
    assert '<a href="#why">请写明不同意的理由' in answer.content.decode()
    assert browser.post(path, {"agree": "no", "why": "退出函还没有收到"}).status_code == 302
    assert (
        "不同意的理由：退出函还没有收到" in as_person(scene.first).get(at(scene, "440000")).content.decode()
    )


def test_who_turns_a_correction_down_says_why_and_the_public_does_not_read_it(as_person: SignIn) -> None:
    sc = endorsing("guangxi-scenarios-government", SC_AT)
    release = published(sc, "甲场景", "乙场景")
    rows = release.rows.order_by("place")
    made = [propose_correction(sc.clerk, SC_AT, row.pk, "title", "丙场景", "看错了一行") for row in rows]
    page = f"/organiser/releases/{sc.campaign.pk}/{release.pk}/"
    browser, last = as_person(sc.lead), f"why-{made[1].pk}"
    answer = browser.post(f"{page}corrections/{made[1].pk}", {"agree": "no", "why": "不"})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert (text.count("<details open>"), text.count(f'<a href="#{last}">')) == (1, 1)
    assert text.count(f'<textarea id="{last}"') == text.count(f'<textarea id="why-{made[0].pk}"') == 1
    assert (
        browser.post(f"{page}corrections/{made[1].pk}", {"agree": "no", "why": "原文无误"}).status_code == 302
    )
    assert "不同意的理由：原文无误" in as_person(sc.clerk).get(page).content.decode()
    public = Client().get(f"/campaigns/{sc.campaign.pk}/releases/1/")
    assert public.status_code == 200
    assert "原文无误" not in public.content.decode()


def _handed(sc: Endorsing) -> tuple[Body, Entry]:
    city = sc.body("南宁市", "各设区市", "450100")
    return city, sc.entry("数智大市场", "450103", category="数字社会场景", phone="13900001111")


def test_an_endorser_reads_what_is_before_its_body_and_no_other_list(as_person: SignIn) -> None:
    sc = endorsing("guangxi-scenarios-government", SC_AT)
    city, entry = _handed(sc)
    other = sc.body("柳州市", "各设区市", "450200")
    mine, theirs = as_person(sc.people["南宁市"]), as_person(sc.people["柳州市"])
    mine.post(f"/endorsing/{sc.campaign.pk}/{city.pk}/lists/")
    found = Collection.objects.get()
    address = f"/endorsing/{sc.campaign.pk}/{{}}/lists/{found.pk}/"
    assert mine.get(address.format(city.pk)).status_code == 200
    assert theirs.get(address.format(city.pk)).status_code == 404
    assert theirs.get(address.format(other.pk)).status_code == 404
    assert theirs.get(f"/endorsing/{sc.campaign.pk}/{other.pk}/entries/{entry.pk}/").status_code == 404
    assert mine.get(f"/endorsing/{sc.campaign.pk}/{city.pk}/entries/{entry.pk}/").status_code == 200
    assert as_person(make_person()).get(address.format(city.pk)).status_code == 404


def test_a_table_that_is_downloaded_runs_nothing(as_person: SignIn) -> None:
    sc = endorsing("guangxi-scenarios-government", SC_AT)
    city, entry = _handed(sc)
    Entry.objects.filter(pk=entry.pk).update(title="=HYPERLINK(1)")
    browser = as_person(sc.people["南宁市"])
    browser.post(f"/endorsing/{sc.campaign.pk}/{city.pk}/lists/")
    found = Collection.objects.get()
    address = f"/endorsing/{sc.campaign.pk}/{city.pk}/lists/{found.pk}/"
    browser.post(f"{address}act", {"act": "put", "entries": [str(entry.pk)]})
    content = browser.get(f"{address}table.csv").content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in content


def test_no_act_of_a_draft_is_done_by_a_supervisor(as_person: SignIn) -> None:
    scene = make_scene(sizes={"460100": 10})
    browser = as_person(make_staff("supervisor", scene.campaign.pk))
    assert browser.get(at(scene, "460000")).status_code == 200
    assert browser.post(at(scene, "460000", "draft"), {"act": "hand_up"}).status_code == 404
    assert not Recommendation.objects.exists()
