"""Lists as files: what the page shows to whoever may see the page, as text, and on record."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import python_calamine
from apps.conftest import make_staff, make_unit
from apps.likeness.scene import Scene, make_scene
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.models import Record

pytestmark = pytest.mark.django_db
AsPerson = Callable[[Person | None], Client]
EVIL = [
    '=HYPERLINK("http://x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    '=cmd|"/C calc"!A0',
]


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def sheet(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def screening(scene: Scene, query: str) -> str:
    return f"/organiser/screening/{scene.campaign.pk}/?{query}"


@pytest.mark.parametrize("title", EVIL)
def test_no_cell_can_become_a_formula(scene: Scene, as_person: AsPerson, title: str) -> None:
    import zipfile

    scene.handed_in(scene.unit(), title=title)
    answer = as_person(scene.screener).get(screening(scene, "format=xlsx"))
    content = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        body = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in body
    assert "<f " not in body
    assert 't="n"' not in body
    rows = (
        python_calamine.load_workbook(io.BytesIO(content))
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=False)
    )
    assert rows[1][1] == title


@pytest.mark.parametrize("title", EVIL)
def test_no_line_of_csv_begins_a_formula(scene: Scene, as_person: AsPerson, title: str) -> None:
    scene.handed_in(scene.unit(), title=title)
    content = b"".join(
        as_person(scene.screener).get(screening(scene, "format=csv")).streaming_content
    ).decode()
    assert content.startswith("\ufeff")
    assert "'" + title.replace('"', '""') in content


def test_the_file_holds_what_the_filters_leave(scene: Scene, as_person: AsPerson) -> None:
    first = scene.handed_in(scene.unit("450100"), title="水务平台")
    scene.handed_in(scene.unit("440100"), title="农贸市场")
    rows = sheet(as_person(scene.screener).get(screening(scene, "format=xlsx&q=水务")))
    assert rows[0] == ["编号", "名称", "申报单位", "类别", "地区", "提交时间", "状态"]
    assert [r[:2] for r in rows[1:]] == [[first.number, "水务平台"]]
    assert len(sheet(as_person(scene.screener).get(screening(scene, "format=xlsx")))) == 3
    assert len(sheet(as_person(scene.screener).get(screening(scene, "format=xlsx&state=refused")))) == 1


def test_an_undertaker_takes_only_its_region_and_a_stranger_nothing(
    scene: Scene, as_person: AsPerson
) -> None:
    scene.handed_in(scene.unit("450100"))
    scene.handed_in(scene.unit("440100"))
    undertaker = make_staff("undertaker", scene.campaign.pk, ("450000",))
    assert len(sheet(as_person(undertaker).get(screening(scene, "format=xlsx")))) == 2
    for stranger in (make_staff("screener", make_scene().campaign.pk), make_staff("system_admin")):
        assert as_person(stranger).get(screening(scene, "format=xlsx")).status_code == 404
    assert Record.objects.filter(action="list.export").count() == 1


def test_who_took_what_stands_in_the_trail(scene: Scene, as_person: AsPerson) -> None:
    client = as_person(scene.screener)
    b"".join(
        client.get(screening(scene, "state=accepted&q=a%00b&%00x=1&page=2&format=csv")).streaming_content
    )
    client.get(screening(scene, "state=accepted"))
    client.head(screening(scene, "format=csv"))
    (record,) = Record.objects.filter(action="list.export")
    assert (record.by, record.campaign, record.subject) == (
        str(scene.screener.pk),
        scene.campaign.pk,
        "list:screening",
    )
    assert record.detail == {"format": "csv", "filters": {"state": "accepted", "q": "ab", "x": "1"}}


def test_recipients_stay_masked(scene: Scene, as_person: AsPerson) -> None:
    lead = make_staff("lead", scene.campaign.pk)
    somebody = make_unit().memberships
    assert somebody.count() == 0
    scene.handed_in(scene.unit())
    answer = as_person(lead).get(reverse("messages-delivery", args=[scene.campaign.pk]) + "?format=xlsx")
    assert sheet(answer)[0][:3] == ["事项", "方式", "收件人"]


def test_the_trail_can_be_taken_with_its_filters(scene: Scene, as_person: AsPerson) -> None:
    scene.handed_in(scene.unit())
    lead = make_staff("lead", scene.campaign.pk)
    rows = sheet(
        as_person(lead).get(f"/supervisor/audit/{scene.campaign.pk}?format=xlsx&action=entry.submit")
    )
    assert [r[5] for r in rows] == ["操作代码", "entry.submit"]


def test_the_same_number_of_questions_for_one_row_and_for_many(scene: Scene, as_person: AsPerson) -> None:
    client = as_person(scene.screener)
    counts = []
    sheet(client.get(screening(scene, "format=xlsx")))  # what is asked once and then kept
    for _ in range(2):
        scene.handed_in(scene.unit())
        with CaptureQueriesContext(connection) as asked:
            sheet(client.get(screening(scene, "format=xlsx")))
        counts.append(len(asked))
    assert counts[0] == counts[1]
