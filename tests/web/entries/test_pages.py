"""An applicant's pages: what a member does with and without scripts, and what others never see."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
import time_machine
from apps.conftest import make_staff
from apps.entries.conftest import Scene
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Answer, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_march")]


@pytest.fixture
def _march():  # type: ignore[no-untyped-def]  # a generator of nothing
    """The tenth of March 2026, noon: the campaign is declaring."""
    with time_machine.travel("2026-03-10T12:00:00+08:00", tick=False):
        yield


def sign_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def save(client: Client, entry: Entry, field: str, value: str, seen: int = 0):  # type: ignore[no-untyped-def]  # Django's test response
    return client.post(f"/entries/{entry.pk}/answers/{field}", {field: value, f"{field}~seen": seen})


def test_a_member_begins_an_entry_and_meets_the_reminder_first(scene: Scene) -> None:
    client = sign_in(scene.author)
    page = client.get("/entries/start/case/").content.decode()
    assert "甲公司" in page
    assert "乙公司" not in page
    response = client.post("/entries/start/case/", {"unit": str(scene.unit.pk)})
    entry = Entry.objects.get()
    assert response["Location"] == f"/entries/{entry.pk}/"
    assert "保密提醒" in client.get(f"/entries/{entry.pk}/").content.decode()
    assert client.get(f"/entries/{entry.pk}/form/1/").status_code == 302
    client.post(f"/entries/{entry.pk}/act/remind")
    assert "填报内容" in client.get(f"/entries/{entry.pk}/").content.decode()


def test_another_units_id_in_the_form_begins_nothing(scene: Scene) -> None:
    response = sign_in(scene.author).post("/entries/start/case/", {"unit": str(scene.other_unit.pk)})
    assert response.status_code == 400
    assert not Entry.objects.exists()


def test_the_form_saves_a_whole_step_without_scripts(scene: Scene) -> None:
    entry = scene.draft()
    client = sign_in(scene.author)
    sent = {
        "title": "智慧",
        "title~seen": "0",
        "area": "甲",
        "area~seen": "0",
        "partners.1": "丙",
        "partners.2": "",
        "partners~seen": "0",
        "next": "1",
    }
    response = client.post(f"/entries/{entry.pk}/form/2/", sent)
    assert (response.status_code, response["Location"]) == (302, f"/entries/{entry.pk}/")
    kept = {a.field: a.value for a in Answer.objects.filter(entry=entry)}
    assert kept == {"applicant": "甲公司", "title": "智慧", "area": "甲", "partners": ["丙"]}


def test_two_members_never_overwrite_each_other_without_scripts(scene: Scene) -> None:
    entry = scene.draft()
    mine, theirs = sign_in(scene.author), sign_in(scene.teammate)
    theirs.post(f"/entries/{entry.pk}/form/2/", {"title": "同事的", "title~seen": "0"})
    response = mine.post(f"/entries/{entry.pk}/form/2/", {"title": "我的", "title~seen": "0"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "同事的" in page
    assert 'value="我的"' in page
    assert Answer.objects.get(entry=entry, field="title").value == "同事的"
    revision = Answer.objects.get(entry=entry, field="title").revision
    mine.post(f"/entries/{entry.pk}/form/2/", {"title": "我的", "title~seen": str(revision)})
    assert Answer.objects.get(entry=entry, field="title").value == "我的"


def test_autosave_answers_with_revision_conflict_and_faults(scene: Scene) -> None:
    entry = scene.draft()
    mine, theirs = sign_in(scene.author), sign_in(scene.teammate)
    first = save(mine, entry, "title", "一二三四五六七八九十一")
    assert first.json() == {
        "revision": 2,
        "errors": ["超过字数限制：名称：11 字，限 10 字"],
        "warnings": [],
    }
    assert save(theirs, entry, "title", "短的", 2).json() == {"revision": 3, "errors": [], "warnings": []}
    conflict = save(mine, entry, "title", "我的", 2)
    assert conflict.status_code == 409
    assert conflict.json() == {"theirs": "短的", "revision": 3, "by": "同事"}
    seen = mine.get(f"/entries/{entry.pk}/changes?since=2").json()
    assert seen == {
        "revision": 3,
        "editable": True,
        "fields": {"title": {"text": "短的", "revision": 3, "by": "同事"}},
    }


def test_a_bad_value_is_refused_with_a_sentence(scene: Scene) -> None:
    entry = scene.draft()
    response = save(sign_in(scene.author), entry, "title", "a\0b")
    assert response.status_code == 400
    assert json.loads(response.content)["errors"] == [
        "内容含有无法保存的字符，或超过 20 万字，或与栏目种类不符；请改正后再保存"
    ]


@pytest.mark.parametrize("path", ["", "form/1/", "changes", "act/submit", "answers/title", "receipts/1"])
def test_nobody_else_learns_that_the_entry_is_there(
    scene: Scene, path: str, as_person: Callable[[Person | None], Client]
) -> None:
    entry = scene.filled()
    services.submit_entry(scene.author, 1_773_115_200_000, entry.pk)
    address = f"/entries/{entry.pk}/{path}"
    post = path.startswith(("act", "answers"))
    for person in (scene.stranger, make_staff("clerk", "other"), make_staff("auditor")):
        client = as_person(person)
        assert (client.post(address) if post else client.get(address)).status_code == 404
    visitor = Client()
    answer = visitor.post(address) if post else visitor.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_an_incomplete_entry_lists_every_fault_with_its_place(scene: Scene) -> None:
    entry = scene.draft()
    response = sign_in(scene.author).post(f"/entries/{entry.pk}/act/submit")
    page = response.content.decode()
    assert response.status_code == 400
    for field, step in (("mobile", 1), ("title", 2), ("area", 2), ("pictures", 2)):
        assert f'href="/entries/{entry.pk}/form/{step}/#{field}"' in page


def test_a_submitted_entry_has_a_receipt_and_no_open_form(scene: Scene) -> None:
    entry = scene.filled()
    client = sign_in(scene.author)
    assert client.post(f"/entries/{entry.pk}/act/submit").status_code == 302
    page = client.get(f"/entries/{entry.pk}/").content.decode()
    assert "CASE-00001" in page
    assert client.get(f"/entries/{entry.pk}/form/1/").status_code == 302
    receipt = client.get(f"/entries/{entry.pk}/receipts/1")
    assert receipt["Content-Type"] == "application/pdf"
    assert receipt.content[:5] == b"%PDF-"
    assert client.get(f"/entries/{entry.pk}/receipts/2").status_code == 404


def test_differences_between_two_versions(scene: Scene) -> None:
    entry = scene.filled()
    client = sign_in(scene.author)
    client.post(f"/entries/{entry.pk}/act/submit")
    client.post(f"/entries/{entry.pk}/act/withdraw")
    save(client, entry, "title", "改过的", 99)
    client.post(f"/entries/{entry.pk}/act/submit")
    page = client.get(f"/entries/{entry.pk}/differences/2/").content.decode()
    assert "<del>名称</del>" in page
    assert "<ins>改过的</ins>" in page
    assert "手机" not in page.split("<main")[1]


def test_a_role_taken_away_ends_with_the_next_request(scene: Scene) -> None:
    entry = scene.draft()
    client = sign_in(scene.teammate)
    assert client.get(f"/entries/{entry.pk}/").status_code == 200
    scene.teammate.memberships.all().delete()
    assert client.get(f"/entries/{entry.pk}/").status_code == 404


def test_a_request_without_the_token_writes_nothing(scene: Scene) -> None:
    entry = scene.draft()
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.author, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post(
        f"/entries/{entry.pk}/answers/title",
        urlencode({"title": "x", "title~seen": 0}),
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 403
    assert not Answer.objects.filter(entry=entry, field="title").exists()


def test_answers_do_not_add_queries(scene: Scene) -> None:
    from apps.entries.conftest import put_file
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    entry = scene.draft()
    client = sign_in(scene.author)
    put_file(entry, scene.author)
    client.get(f"/entries/{entry.pk}/form/2/")
    with CaptureQueriesContext(connection) as empty:
        client.get(f"/entries/{entry.pk}/form/2/")
    for name, value in (("title", "名"), ("area", "甲")):
        save(client, entry, name, value)
    with CaptureQueriesContext(connection) as full:
        client.get(f"/entries/{entry.pk}/form/2/")
    assert len(full) == len(empty)
