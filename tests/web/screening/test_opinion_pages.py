"""The page that notes an opinion given on paper, and where a noted one is shown as such."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from apps.conftest import make_staff
from apps.endorsing.scene import QD_AT, Scene, make_scene
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from guiguan.apps.accounts.models import Membership, Person
from guiguan.apps.endorsing.bodies import register_body, seat_person
from guiguan.apps.endorsing.models import Body, Endorsement
from guiguan.apps.entries.models import Entry

pytestmark = pytest.mark.django_db
AsPerson = Callable[[Person | None], Client]
EDU, DEPARTMENT = "青岛市教育局", "青岛市直部门"


@pytest.fixture
def qd() -> Scene:
    return make_scene("qingdao-2020", QD_AT)


@pytest.fixture
def body(qd: Scene) -> Body:
    return register_body(qd.clerk, QD_AT, qd.campaign.pk, EDU, DEPARTMENT)


@pytest.fixture
def entry(qd: Scene) -> Entry:
    return qd.entry("智慧校园", "370202", category="市民服务类", area="教育", endorsed_by=EDU)


def address(entry: Entry) -> str:
    return f"/organiser/screening/{entry.campaign_id}/entries/{entry.pk}/opinion"


def scan() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(content, "PNG")
    return SimpleUploadedFile("意见.png", content.getvalue())


def test_a_paper_is_noted_and_everybody_sees_that_it_was(
    qd: Scene, body: Body, entry: Entry, as_person: AsPerson
) -> None:
    clerk = as_person(qd.clerk)
    page = clerk.get(f"/organiser/screening/{qd.campaign.pk}/entries/{entry.pk}/").content.decode()
    assert f'href="{address(entry)}"' in page
    form = clerk.get(address(entry)).content.decode()
    assert f'<option value="{body.pk}" selected' in form  # the one that the form names
    answer = clerk.post(address(entry), {"body": body.pk, "opinion": "同意推荐", "seal": scan()})
    assert (answer.status_code, answer["Location"]) == (302, address(entry))
    noted = Endorsement.objects.get()
    assert (noted.state, noted.on_paper, noted.opinion) == ("given", True, "同意推荐")
    name = qd.clerk.username
    assert f"{name}登记，" in clerk.get(address(entry)).content.decode()
    staff = clerk.get(f"/organiser/screening/{qd.campaign.pk}/entries/{entry.pk}/").content.decode()
    assert f"纸质意见，登记人：{name}" in staff
    told = "本件的纸质推荐意见由您登记，须由另一位审查人核对后通过"
    assert told in staff
    other = as_person(make_staff("screener", qd.campaign.pk))
    assert (
        told not in other.get(f"/organiser/screening/{qd.campaign.pk}/entries/{entry.pk}/").content.decode()
    )
    Entry.objects.filter(pk=entry.pk).update(reminded=True)
    own = as_person(qd.author(entry))
    mine = own.get(f"/entries/{entry.pk}/").content.decode()
    assert "纸质意见，由主办单位登记" in mine
    assert name not in mine
    down = own.get(f"/files/{noted.seal}/")
    assert (down.status_code, b"".join(down.streaming_content)[:4]) == (200, b"\x89PNG")  # type: ignore[arg-type]  # it streams
    person = make_staff("endorser", qd.campaign.pk)
    seat_person(qd.clerk, QD_AT, body.pk, person.username)
    theirs = as_person(person).get(f"/endorsing/{qd.campaign.pk}/{body.pk}/entries/{entry.pk}/")
    assert f"纸质意见，登记人：{name}" in theirs.content.decode()


def test_what_is_wrong_stands_beside_its_control_and_what_was_typed_stays(
    qd: Scene, body: Body, entry: Entry, as_person: AsPerson
) -> None:
    clerk = as_person(qd.clerk)
    answer = clerk.post(address(entry), {"body": body.pk, "opinion": "同意<推荐>"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#seal"' in page
    assert "请上传纸质意见的盖章扫描件" in page
    assert "同意&lt;推荐&gt;" in page
    for wrong in ("", "x", "0", "9" * 30, "²"):
        answer = clerk.post(address(entry), {"body": wrong, "seal": scan()})
        assert answer.status_code == 400
        assert 'href="#body"' in answer.content.decode()
    broken = SimpleUploadedFile("意见.pdf", b"%PDF-1.7 broken")
    assert clerk.post(address(entry), {"body": body.pk, "seal": broken}).status_code == 400
    assert not Endorsement.objects.filter(state="given").exists()


def test_a_note_is_taken_back(qd: Scene, body: Body, entry: Entry, as_person: AsPerson) -> None:
    clerk = as_person(qd.clerk)
    clerk.post(address(entry), {"body": body.pk, "seal": scan()})
    assert Endorsement.objects.get().state == "given"
    assert clerk.post(address(entry), {"undo": body.pk}).status_code == 302
    assert not Endorsement.objects.exists()
    assert clerk.post(address(entry), {"undo": body.pk}).status_code == 400


def test_who_belongs_to_the_unit_finds_no_form(
    qd: Scene, body: Body, entry: Entry, as_person: AsPerson
) -> None:
    Membership.objects.create(organisation=entry.organisation, person=qd.clerk, since=1)
    page = as_person(qd.clerk).get(address(entry)).content.decode()
    assert "您是该单位的成员，不能由您登记" in page
    assert 'name="seal"' not in page


def test_it_is_not_there_for_others_nor_where_nobody_endorses(
    qd: Scene, body: Body, entry: Entry, as_person: AsPerson
) -> None:
    assert as_person(qd.clerk).get(address(entry)).status_code == 200
    for person in (qd.lead, qd.author(entry), make_staff("supervisor", qd.campaign.pk)):
        assert as_person(person).get(address(entry)).status_code == 404
        assert as_person(person).post(address(entry), {"body": body.pk}).status_code == 404
    page = (
        as_person(qd.lead).get(f"/organiser/screening/{qd.campaign.pk}/entries/{entry.pk}/").content.decode()
    )
    assert address(entry) not in page
    contest = make_scene("open-data-contest-2023", QD_AT)
    theirs = contest.entry("作品", "370202")
    assert as_person(contest.clerk).get(address(theirs)).status_code == 404


def test_in_english(qd: Scene, body: Body, entry: Entry, as_person: AsPerson) -> None:
    clerk = as_person(qd.clerk)
    clerk.cookies["language"] = "en"
    page = clerk.get(address(entry)).content.decode()
    assert "Note an opinion given on paper" in page
    assert "Only those without people of their own" in page
