"""The list of a form as a workbook: down, up, looked at, and taken with consent alone."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from apps.conftest import make_person, make_unit
from apps.entries.conftest import NOON, TEXT, make_campaign
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Answer, Entry
from guiguan.apps.entries.services import list_in
from guiguan.core.blueprint.form import RowsField
from guiguan.core.blueprint.lookup import fields
from guiguan.documents.list_sheet import list_workbook

pytestmark = pytest.mark.django_db
AsPerson = Callable[[Person | None], Client]
FORM = """  - id: list
    label: 场景清单
    kind: rows
    required: false
    columns:
      - {id: need, label: 需求名称, group: 重大需求}
      - {id: kind, label: 项目类型, group: 重大需求, kind: choice, options: [①增量开发, ②迭代升级]}
      - {id: who, label: 责任单位}
"""


@pytest.fixture
def keeper() -> Person:
    return make_person()


@pytest.fixture
def entry(keeper: Person) -> Entry:
    campaign = make_campaign(TEXT.replace("stages:\n", FORM + "stages:\n", 1), "lists")
    entry = services.start_entry(keeper, NOON, campaign, make_unit(keeper))
    services.accept_reminder(keeper, NOON, entry.pk)
    return entry


def field_of(entry: Entry) -> RowsField:
    found = fields(blueprint_of(entry.campaign))["list"]
    assert isinstance(found, RowsField)
    return found


def workbook(entry: Entry, *rows: dict[str, str]) -> SimpleUploadedFile:
    return SimpleUploadedFile("清单.xlsx", list_workbook(field_of(entry), "某局", "2026-03-10", rows))


def held(page: str) -> dict[str, str]:
    """What the page would send to take the rows."""
    return {
        n: html.unescape(v)
        for n, v in re.findall(r'<input type="hidden" name="(rows|seen|how)" value="([^"]*)"', page)
    }


def rows_of(entry: Entry) -> Any:
    found = Answer.objects.filter(entry=entry, field="list").first()
    return found.value if found else None


def test_a_list_is_looked_at_first_and_stands_in_the_form_after_consent(
    entry: Entry, keeper: Person, as_person: AsPerson
) -> None:
    client = as_person(keeper)
    answer = client.post(
        f"/entries/{entry.pk}/lists/list/",
        {"file": workbook(entry, {"need": "甲", "kind": "①增量开发"}, {"need": "乙"})},
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "读到 2 行，0 处有误" in page
    assert rows_of(entry) is None
    answer = client.post(f"/entries/{entry.pk}/lists/list/take", held(page))
    assert answer.status_code == 302
    assert rows_of(entry) == [{"need": "甲", "kind": "①增量开发"}, {"need": "乙"}]


def test_rows_that_stand_are_kept_unless_one_chooses_otherwise(
    entry: Entry, keeper: Person, as_person: AsPerson
) -> None:
    services.save_answer(keeper, NOON, entry.pk, "list", [{"need": "旧"}], 0)
    client = as_person(keeper)
    page = client.post(
        f"/entries/{entry.pk}/lists/list/", {"file": workbook(entry, {"need": "新"})}
    ).content.decode()
    sent = held(page)
    assert "how" not in sent
    answer = client.post(f"/entries/{entry.pk}/lists/list/take", sent)
    assert answer.status_code == 400
    assert rows_of(entry) == [{"need": "旧"}]
    again = held(answer.content.decode())
    assert again["rows"] == sent["rows"]
    client.post(f"/entries/{entry.pk}/lists/list/take", sent | {"how": "add"})
    assert rows_of(entry) == [{"need": "旧"}, {"need": "新"}]
    seen = Answer.objects.get(entry=entry, field="list").revision
    client.post(f"/entries/{entry.pk}/lists/list/take", sent | {"how": "replace", "seen": str(seen)})
    assert rows_of(entry) == [{"need": "新"}]


def test_what_a_teammate_changed_meanwhile_is_not_overwritten(
    entry: Entry, keeper: Person, as_person: AsPerson
) -> None:
    services.save_answer(keeper, NOON, entry.pk, "list", [{"need": "旧"}], 0)
    client = as_person(keeper)
    sent = held(
        client.post(
            f"/entries/{entry.pk}/lists/list/", {"file": workbook(entry, {"need": "新"})}
        ).content.decode()
    )
    services.save_answer(keeper, NOON, entry.pk, "list", [{"need": "同事改的"}], 9)
    answer = client.post(f"/entries/{entry.pk}/lists/list/take", sent | {"how": "replace"})
    assert answer.status_code == 400
    assert "有同事修改了这张清单" in answer.content.decode()
    assert rows_of(entry) == [{"need": "同事改的"}]


def test_no_row_is_lost_where_a_list_would_grow_too_long(
    entry: Entry, keeper: Person, as_person: AsPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_in, "MOST_ROWS", 2)
    services.save_answer(keeper, NOON, entry.pk, "list", [{"need": "甲"}], 0)
    client = as_person(keeper)
    upload = workbook(entry, {"need": "乙"}, {"need": "丙"})
    sent = held(client.post(f"/entries/{entry.pk}/lists/list/", {"file": upload}).content.decode())
    answer = client.post(f"/entries/{entry.pk}/lists/list/take", sent | {"how": "add"})
    assert answer.status_code == 400
    assert "加上已有的各行共 3 行，一张清单最多 2 行" in answer.content.decode()
    assert [r["need"] for r in rows_of(entry)] == ["甲"]


def test_each_fault_stands_at_its_cell(entry: Entry, keeper: Person, as_person: AsPerson) -> None:
    page = (
        as_person(keeper)
        .post(
            f"/entries/{entry.pk}/lists/list/",
            {"file": workbook(entry, {"need": "<i>甲", "kind": "③推倒重来"})},
        )
        .content.decode()
    )
    assert "读到 1 行，1 处有误" in page
    assert '<span class="number">C6</span>' in page
    assert "项目类型" in page
    assert "③推倒重来”不是选项，应为：①增量开发、②迭代升级" in page
    assert "&lt;i&gt;甲" in page
    assert "<i>甲" not in page


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"%PDF-1.7"])
def test_what_is_no_workbook_is_refused_with_a_sentence(
    entry: Entry, keeper: Person, as_person: AsPerson, content: bytes
) -> None:
    client = as_person(keeper)
    answer = client.post(
        f"/entries/{entry.pk}/lists/list/", {"file": SimpleUploadedFile("清单.xlsx", content)}
    )
    assert answer.status_code == 400
    assert client.post(f"/entries/{entry.pk}/lists/list/").status_code == 400
    assert rows_of(entry) is None


@pytest.mark.parametrize("rows", ["", "[", "{}", '["a"]', '[{"need": 1}]', '[{"other": "x"}]', "[" * 9999])
def test_what_is_sent_instead_of_rows_changes_nothing(
    entry: Entry, keeper: Person, as_person: AsPerson, rows: str
) -> None:
    answer = as_person(keeper).post(
        f"/entries/{entry.pk}/lists/list/take", {"rows": rows, "seen": "0", "how": "add"}
    )
    assert answer.status_code == 400
    assert rows_of(entry) is None


def test_it_comes_down_filled_and_blank(entry: Entry, keeper: Person, as_person: AsPerson) -> None:
    import python_calamine

    services.save_answer(keeper, NOON, entry.pk, "list", [{"need": "=甲", "kind": "①增量开发"}], 0)
    client = as_person(keeper)
    for query, row in (("", ["1", "=甲", "①增量开发", ""]), ("?blank=1", ["1", "", "", ""])):
        answer = client.get(f"/entries/{entry.pk}/lists/list/download{query}")
        sheet = python_calamine.load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0)
        assert sheet.to_python()[5] == row
        assert "UTF-8''" in answer["Content-Disposition"]


def test_strangers_and_fields_that_are_no_list_are_not_there(
    entry: Entry, keeper: Person, as_person: AsPerson
) -> None:
    for client, field in (
        (as_person(make_person()), "list"),
        (as_person(keeper), "title"),
        (as_person(keeper), "nothing"),
    ):
        for rest in ("", "download"):
            assert client.get(f"/entries/{entry.pk}/lists/{field}/{rest}").status_code == 404
        assert client.post(f"/entries/{entry.pk}/lists/{field}/take").status_code == 404


def test_the_form_leads_to_it(entry: Entry, keeper: Person, as_person: AsPerson) -> None:
    pages = [as_person(keeper).get(f"/entries/{entry.pk}/form/{n}/").content.decode() for n in (1, 2)]
    assert any(f"/entries/{entry.pk}/lists/list/" in page for page in pages)
