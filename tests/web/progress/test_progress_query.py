"""The public progress query."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from apps.screening.scene import DECIDED, RETURN, Scene, make_scene, newest
from django.http import HttpResponse
from django.test import Client

from guiguan.apps.accounts.sealing import PHONE, sealer
from guiguan.apps.entries.models import Entry
from guiguan.apps.screening.deciding import decide_screening


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel("2026-09-30T08:00:00Z", tick=False):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


def phone(scene: Scene) -> str:
    return sealer().unseal(bytes(scene.author.phone), PHONE)


def ask(number: str | None, phone: str, address: str = "10.1.1.1") -> HttpResponse:
    client = Client(REMOTE_ADDR=address)
    return client.post("/progress", {"number": number or "", "phone": phone})  # type: ignore[return-value]  # the stub names its own class


def test_the_receipts_code_fills_in_the_number(db: None) -> None:
    text = Client().get("/progress?number=CASE-1-00001").content.decode()
    assert 'value="CASE-1-00001"' in text


def test_the_timeline_tells_what_was_done_and_nothing_of_anybody(scene: Scene) -> None:
    entry = scene.handed_in("项目名称甲")
    decide_screening(scene.screener, DECIDED, newest(entry), "check", RETURN)
    response = ask(f" {str(entry.number).lower()} ", phone(scene))
    text = response.content.decode()
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    for told in ("已提交申报", "退回补正", "需补正 2 处", "2026-10-09 24:00", "公示"):
        assert told in text
    for kept in ("项目名称甲", scene.unit.name, phone(scene), "13900001111", "名称太短", "缺盖章", "请尽快"):
        assert kept not in text


def test_every_wrong_pair_gets_the_same_answer(scene: Scene) -> None:
    entry = scene.handed_in()
    draft = scene.draft()
    assert Entry.objects.get(pk=draft.pk).number is None
    wrong = [(entry.number, "13700000000"), ("CASE-0-99999", phone(scene)), ("CASE-0-99999", "1")]
    answers = []
    for n, (number, mobile) in enumerate(wrong):
        response = ask(number, mobile, f"10.1.2.{n}")
        text = response.content.decode().replace(str(number), "")
        start = text.index("<main")
        answers.append((response.status_code, text[start : text.index("<form", start)]))
    assert answers[0][0] == 404
    assert answers[0] == answers[1] == answers[2]


def test_after_ten_tries_even_the_right_pair_waits(scene: Scene) -> None:
    entry = scene.handed_in()
    for _ in range(10):
        ask("CASE-0-99999", "13700000000")
    response = ask(entry.number, phone(scene))
    assert response.status_code == 429
    assert "查询次数过多" in response.content.decode()
    assert ask(entry.number, phone(scene), "10.9.9.9").status_code == 200


def test_a_forged_header_gives_no_more_tries(scene: Scene) -> None:
    statuses = []
    for n in range(11):
        client = Client(REMOTE_ADDR="10.1.1.1", HTTP_X_FORWARDED_FOR=f"10.5.5.{n}")
        statuses.append(client.post("/progress", {"number": f"N{n}", "phone": "1"}).status_code)
    assert statuses == [404] * 10 + [429]


def test_blank_fields_are_told_and_count_as_no_try(scene: Scene) -> None:
    for _ in range(12):
        assert ask("", "").status_code == 400
    assert ask("N", "1").status_code == 404
