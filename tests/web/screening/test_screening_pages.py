"""The pages of screening and of paper copies: who gets in, what they show, what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from apps.screening.scene import DECIDED, PAPER, POINTS, RETURN, Scene, make_scene, newest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.models import Record
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Entry, PaperCopy
from guiguan.apps.screening.deciding import decide_screening
from guiguan.apps.screening.models import Reading, Screening

Staff = Callable[..., Person]
SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel("2026-09-30T07:00:00Z", tick=False):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene(more=PAPER)


@pytest.fixture
def as_(monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """A client that is signed in; the second factor is another test's."""
    monkeypatch.setattr(settings, "GUIGUAN", settings.GUIGUAN.model_copy(update={"demo": True}))

    def signed_in(person: Person) -> Client:
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client

    return signed_in


def base(scene: Scene) -> str:
    return f"/organiser/screening/{scene.campaign.pk}/"


def page(scene: Scene, entry: Entry) -> str:
    return f"{base(scene)}entries/{entry.pk}/"


def decision(entry: Entry, **more: str) -> dict[str, str]:
    answers = {f"point~{n}": "yes" for n, _ in enumerate(POINTS, 1)}
    return {"submission": str(newest(entry)), "stage": "check", "outcome": "accept", **answers, **more}


def test_the_queue_of_one_campaign_is_closed_to_strangers(scene: Scene, staff: Staff, as_: SignIn) -> None:
    entry = scene.handed_in()
    for path in (base(scene), page(scene, entry), f"{base(scene)}papers/", f"{base(scene)}next"):
        assert Client().get(path).status_code == 302
        for person in (scene.author, staff("screener", "elsewhere"), staff("expert", scene.campaign.pk)):
            assert as_(person).get(path).status_code == 404
        assert as_(staff("supervisor", scene.campaign.pk)).get(path).status_code in (200, 302)
    other = make_scene()
    assert as_(scene.screener).get(f"{base(scene)}entries/{other.handed_in().pk}/").status_code == 404


def test_an_undertaker_sees_the_own_regions_alone(scene: Scene, staff: Staff, as_: SignIn) -> None:
    mine, other = scene.handed_in("本地项目"), scene.handed_in("外地项目", unit=scene.another("440100"))
    client = as_(staff("undertaker", scene.campaign.pk, ("450000",)))
    listed = client.get(base(scene)).content.decode()
    assert "本地项目" in listed
    assert "外地项目" not in listed
    assert client.get(page(scene, mine)).status_code == 200
    assert client.get(page(scene, other)).status_code == 404
    assert client.post(f"{page(scene, other)}decide", decision(other)).status_code == 404


def test_the_entry_stands_there_whole_with_personal_answers_masked(scene: Scene, as_: SignIn) -> None:
    entry = scene.handed_in("一个项目")
    text = as_(scene.screener).get(page(scene, entry)).content.decode()
    assert "一个项目" in text
    assert "139****1111" in text
    assert "13900001111" not in text
    assert all(point in text for point in POINTS)
    assert "查看完整内容" not in text


def test_two_people_on_one_entry_see_each_other(scene: Scene, staff: Staff, as_: SignIn) -> None:
    entry, other = scene.handed_in(), staff("clerk", scene.campaign.pk)
    as_(scene.screener).get(page(scene, entry))
    assert f"{scene.screener.username}正在审查" in as_(other).get(base(scene)).content.decode()
    assert f"{scene.screener.username}正在审查" in as_(other).get(page(scene, entry)).content.decode()
    as_(staff("supervisor", scene.campaign.pk)).get(page(scene, entry))
    assert Reading.objects.count() == 2  # who only watches is no reader


def test_accepting_leads_to_the_next_entry_that_nobody_reads(scene: Scene, as_: SignIn) -> None:
    first, second = scene.handed_in("一"), scene.handed_in("二")
    client = as_(scene.screener)
    response = client.post(f"{page(scene, first)}decide", decision(first, and_next="1"))
    assert response["Location"] == f"{base(scene)}next?after={first.pk}"
    assert client.get(response["Location"])["Location"] == page(scene, second)
    client.post(f"{page(scene, second)}decide", decision(second))
    assert client.get(f"{base(scene)}next")["Location"] == base(scene)


def test_what_a_decision_lacks_stands_above_the_form_with_what_was_typed(scene: Scene, as_: SignIn) -> None:
    entry = scene.handed_in()
    given = decision(entry, outcome="refuse", note="  ") | {"fault~title": "名称太短"}
    response = as_(scene.screener).post(f"{page(scene, entry)}decide", given)
    text = response.content.decode()
    assert response.status_code == 400
    assert "请从列表中选择不通过的理由" in text
    assert 'href="#reason"' in text
    assert "名称太短" in text
    assert not Screening.objects.exists()


def test_a_page_out_of_date_is_told_so(scene: Scene, as_: SignIn) -> None:
    entry = scene.handed_in()
    given = decision(entry)
    services.withdraw_entry(scene.author, DECIDED, entry.pk)
    response = as_(scene.screener).post(f"{page(scene, entry)}decide", given)
    assert response.status_code == 400
    assert "申报单位已撤回这一项" in response.content.decode()


def test_a_submission_of_another_entry_is_not_decided_here(scene: Scene, as_: SignIn) -> None:
    one, two = scene.handed_in("一"), scene.handed_in("二")
    for seen in (str(newest(two)), "", "x", "9" * 30):
        response = as_(scene.screener).post(f"{page(scene, one)}decide", decision(one, submission=seen))
        assert response.status_code == 404
    assert not Screening.objects.exists()


def test_a_return_is_typed_and_told(scene: Scene, as_: SignIn) -> None:
    entry = scene.handed_in()
    given = decision(entry, outcome="return") | {"fault~": "缺盖章", "fault~title": "太短"}
    as_(scene.screener).post(f"{page(scene, entry)}decide", given)
    found = Screening.objects.get()
    assert {(f["field"], f["text"]) for f in found.faults} == {("", "缺盖章"), ("title", "太短")}
    text = as_(scene.author).get(f"/entries/{entry.pk}/").content.decode()
    assert entry.number is not None
    assert entry.number in text


def test_two_persons_on_the_page(staff: Staff, as_: SignIn) -> None:
    scene = make_scene(two=True)
    entry, other = scene.handed_in(), staff("clerk", scene.campaign.pk)
    as_(scene.screener).post(f"{page(scene, entry)}decide", decision(entry))
    proposal = Screening.objects.get()
    assert "确认，使其生效" in as_(other).get(page(scene, entry)).content.decode()
    assert "确认，使其生效" not in as_(scene.screener).get(page(scene, entry)).content.decode()
    path = f"{page(scene, entry)}proposals/{proposal.pk}"
    assert as_(scene.screener).post(path, {"agree": "yes"}).status_code == 400
    assert as_(scene.author).post(path, {"agree": "yes"}).status_code == 404
    as_(other).post(path, {"agree": "yes"})
    entry.refresh_from_db()
    assert entry.state == "accepted"


def test_who_turns_a_proposal_down_says_why_and_the_proposer_reads_it(staff: Staff, as_: SignIn) -> None:
    scene = make_scene(two=True)
    entry, other = scene.handed_in(), staff("clerk", scene.campaign.pk)
    as_(scene.screener).post(f"{page(scene, entry)}decide", decision(entry))
    path = f"{page(scene, entry)}proposals/{Screening.objects.get().pk}"
    silent = as_(other).post(path, {"agree": "no", "why": "不"})
    text = silent.content.decode()
    assert silent.status_code == 400
    assert "<details open><summary>否决，重新审查" in text
    assert '<a href="#why">请写明不同意的理由' in text
    assert "\n不</textarea>" in text
    as_(other).post(path, {"agree": "no", "why": "<b>请再看</b>第三页"})
    text = as_(scene.screener).get(page(scene, entry)).content.decode()
    assert "不同意的理由：&lt;b&gt;请再看&lt;/b&gt;第三页" in text
    assert "请再看" not in as_(scene.author).get(f"/entries/{entry.pk}/").content.decode()


def test_a_reveal_is_for_the_lead_with_a_reason(scene: Scene, staff: Staff, as_: SignIn) -> None:
    entry = scene.handed_in()
    path, lead = f"{page(scene, entry)}answers/mobile", as_(staff("lead", scene.campaign.pk))
    assert "查看完整内容" in lead.get(page(scene, entry)).content.decode()
    assert "13900001111" not in lead.get(path).content.decode()
    assert "13900001111" not in lead.post(path, {"reason": "看"}).content.decode()
    assert Record.objects.filter(action="entry.reveal").count() == 0
    assert "13900001111" in lead.post(path, {"reason": "核对联系人"}).content.decode()
    assert Record.objects.filter(action="entry.reveal").count() == 1
    assert as_(scene.screener).post(path, {"reason": "核对联系人"}).status_code == 404


def test_several_are_accepted_only_when_each_checklist_is_confirmed(scene: Scene, as_: SignIn) -> None:
    one, two = scene.handed_in("一"), scene.handed_in("二")
    client, path = as_(scene.screener), f"{base(scene)}batch"
    seen = [str(newest(one)), str(newest(two))]
    asked = client.post(path, {"submission": seen})
    assert asked.content.decode().count("已核对，清单各项均符合") == 2
    assert client.post(path, {"submission": seen, "confirmed": "1", "holds": seen[:1]}).status_code == 400
    assert not Screening.objects.exists()
    client.post(path, {"submission": seen, "confirmed": "1", "holds": seen})
    assert Entry.objects.filter(state="accepted").count() == 2


def test_batch_does_nothing_for_who_may_not_decide(scene: Scene, staff: Staff, as_: SignIn) -> None:
    entry = scene.handed_in()
    given = {"submission": [str(newest(entry))], "confirmed": "1", "holds": [str(newest(entry))]}
    for person in (
        staff("supervisor", scene.campaign.pk),
        staff("undertaker", scene.campaign.pk, ("440000",)),
    ):
        as_(person).post(f"{base(scene)}batch", given)
    assert not Screening.objects.exists()


@pytest.mark.parametrize("path", ["", "papers/"])
def test_lists_ask_as_much_for_three_as_for_one(scene: Scene, as_: SignIn, path: str) -> None:
    scene.handed_in("一")
    client = as_(scene.screener)
    client.get(base(scene) + path)
    with CaptureQueriesContext(connection) as one:
        client.get(base(scene) + path)
    scene.handed_in("二")
    scene.handed_in("三", unit=scene.another())
    with CaptureQueriesContext(connection) as three:
        response = client.get(base(scene) + path)
    assert "三" in response.content.decode()
    assert len(three) == len(one)


def test_paper_is_noted_as_sent_and_as_arrived(scene: Scene, as_: SignIn) -> None:
    entry = scene.handed_in("一个项目")
    mine = f"/entries/{entry.pk}/papers/paper/"
    author, screener = as_(scene.author), as_(scene.screener)
    shown = author.get(mine).content.decode()
    assert "申报材料" in shown
    assert "2026-10-25 24:00" in shown
    assert author.post(mine, {"carrier": ""}).status_code == 400
    author.post(mine, {"carrier": "EMS 123"})
    assert "EMS 123" in screener.get(f"{base(scene)}papers/?state=sent").content.decode()
    path = f"{base(scene)}papers/paper/{entry.pk}/"
    assert screener.post(path, {"copies": "3", "missing": ""}).status_code == 400
    screener.post(path, {"copies": "5", "missing": ""})
    assert PaperCopy.objects.get().copies == 5
    assert "主办单位已收齐" in author.get(mine).content.decode()
    assert "☐ 申报表" in author.get(f"{mine}sheet").content.decode()
    screener.post(path, {"undo": "1"})
    assert PaperCopy.objects.get().arrived_at is None


def test_anothers_paper_is_not_there(scene: Scene, as_: SignIn, person: Callable[..., Person]) -> None:
    entry = scene.handed_in()
    for path in (f"/entries/{entry.pk}/papers/paper/", f"/entries/{entry.pk}/papers/paper/sheet"):
        assert as_(person()).get(path).status_code == 404
        assert as_(scene.screener).get(path).status_code == 404
    assert as_(scene.author).get(f"/entries/{entry.pk}/papers/nowhere/").status_code == 404


def test_typed_texts_come_out_as_text(scene: Scene, as_: SignIn) -> None:
    entry = scene.handed_in("<script>alert(1)</script>")
    decide_screening(scene.screener, DECIDED, newest(entry), "check", RETURN)
    for path in (f"{base(scene)}?state=returned", page(scene, entry)):
        text = as_(scene.screener).get(path).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text
