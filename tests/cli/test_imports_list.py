"""`guiguan import list`: a workbook goes into the list by the same rules as in the browser, and back out with `guiguan export list`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from apps.conftest import make_person, make_unit
from apps.entries.conftest import NOON, TEXT, make_campaign

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.sealing import phone_index
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Answer, Entry
from guiguan.apps.files.models import File
from guiguan.cli.main import main
from guiguan.conf import run

pytestmark = pytest.mark.django_db
PHONE = "13800000001"
COLUMNS = """    columns:
      - {id: need, label: 需求名称, group: 重大需求}
      - {id: kind, label: 项目类型, group: 重大需求, kind: choice, options: [①增量开发, ②迭代升级]}
      - {id: who, label: {zh: 责任单位, en: In charge}}
"""
FORM = (
    f"  - id: list\n    label: {{zh: 场景清单, en: Scenes}}\n    kind: rows\n    required: false\n{COLUMNS}"
)
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "start_django", lambda: None)  # the tests have their own database


@pytest.fixture
def keeper() -> Person:
    person = make_person("keeper")
    person.phone_index = phone_index(PHONE)
    person.save()
    return person


@pytest.fixture
def entry(keeper: Person) -> Entry:
    return entry_of(keeper)


def entry_of(person: Person, form: str = FORM, slug: str = "lists") -> Entry:
    campaign = make_campaign(TEXT.replace("stages:\n", form + "stages:\n", 1), slug)
    entry = services.start_entry(person, NOON, campaign, make_unit(person))
    services.accept_reminder(person, NOON, entry.pk)
    return entry


def workbook(path: Path, *rows: tuple[Any, ...], titles: tuple[str, ...] = ()) -> Path:
    """A sheet with the list's titles in its first row; a value given as `=…` is a formula with its result after a bar."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for column, title in enumerate(titles or ("需求名称", "项目类型", "责任单位")):
            sheet.write_string(0, column, title)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                formula, bar, result = str(value).partition("|")
                if bar:
                    sheet.write_formula(number, column, formula, value=result)
                else:
                    sheet.write_string(number, column, str(value))
    return path


def rows_of(entry: Entry) -> Any:
    found = Answer.objects.filter(entry=entry, field="list").first()
    return found.value if found else None


def taken(entry: Entry, file: Path, *more: str, by: str = PHONE) -> int:
    return main(["import", "list", str(file), "--as", by, "--entry", str(entry.pk), *more])


def test_rows_stand_in_the_list_and_the_trail_says_that_a_command_put_them_there(
    entry: Entry, tmp_path: Path, capsys: Captured, keeper: Person
) -> None:
    file = workbook(tmp_path / "清单.xlsx", ("甲", "①增量开发", "某局"), ("乙", "2.迭代升级"))
    assert taken(entry, file) == 0
    assert rows_of(entry) == [
        {"need": "甲", "kind": "①增量开发", "who": "某局"},
        {"need": "乙", "kind": "②迭代升级"},
    ]
    said = capsys.readouterr()
    assert (said.out, said.err) == ("已填入 2 行：场景清单\n", "")
    saved, command = Record.objects.order_by("-sequence")[:2][::-1]
    assert (saved.action, saved.by) == ("entry.save", str(keeper.pk))
    assert (command.action, command.by, command.subject) == (
        "import.command",
        str(keeper.pk),
        f"entry:{entry.pk}",
    )
    assert command.campaign == "lists"
    assert command.detail["kind"] == "list"
    assert command.detail["rows"] == 2
    assert command.detail["account"]


def test_the_account_in_the_trail_is_not_what_the_environment_says(
    entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("USER", "LOGNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "somebody-else")
    assert taken(entry, workbook(tmp_path / "a.xlsx", ("甲",))) == 0
    assert Record.objects.get(action="import.command").detail["account"] != "somebody-else"
    assert os.environ["USER"] == "somebody-else"


def test_rows_that_stand_are_kept_unless_one_says_what_becomes_of_them(
    entry: Entry, keeper: Person, tmp_path: Path, capsys: Captured
) -> None:
    services.save_answer(keeper, NOON, entry.pk, "list", [{"need": "旧"}], 0)
    file = workbook(tmp_path / "a.xlsx", ("新",))
    assert taken(entry, file) == 1
    assert "[import.list-stands] “场景清单”已有 1 行，没有填入。请加 --add" in capsys.readouterr().err
    assert rows_of(entry) == [{"need": "旧"}]
    assert not Record.objects.filter(action="import.command").exists()
    assert taken(entry, file, "--add") == 0
    assert rows_of(entry) == [{"need": "旧"}, {"need": "新"}]
    assert taken(entry, file, "--replace") == 0
    assert rows_of(entry) == [{"need": "新"}]
    assert taken(entry, file, "--add", "--replace") == 2


def test_a_faulty_cell_is_told_at_its_place_and_nothing_is_taken_unless_partly(
    entry: Entry, tmp_path: Path, capsys: Captured
) -> None:
    file = workbook(tmp_path / "a.xlsx", ("甲", "③推倒重来"), ("乙", "①增量开发"))
    assert taken(entry, file) == 1
    assert rows_of(entry) is None
    assert capsys.readouterr().err.splitlines() == [
        f"{file}:B2: [list.cell] 项目类型：“③推倒重来”不是选项，应为：①增量开发、②迭代升级",
        f"{file}:0:0: [import.list-faulty] 有 1 处错误，没有填入。请改正后再导入；"
        "或加 --partly，有误的单元格留空，其余照填",
    ]
    assert taken(entry, file, "--partly") == 0
    assert rows_of(entry) == [{"need": "甲"}, {"need": "乙", "kind": "①增量开发"}]


def test_a_formula_gives_its_result_and_says_so(entry: Entry, tmp_path: Path, capsys: Captured) -> None:
    file = workbook(tmp_path / "a.xlsx", ('="甲"&"乙"|甲乙', "①增量开发"), ("=1+1", "①增量开发"))
    assert taken(entry, file) == 0
    assert rows_of(entry) == [
        {"need": "甲乙", "kind": "①增量开发"},
        {"need": "=1+1", "kind": "①增量开发"},  # a text that looks like a formula is a text
    ]
    notes = capsys.readouterr().err.splitlines()
    assert notes == [f"{file}:A2: [list.note] 说明：需求名称：是公式，取了它的计算结果“甲乙”"]


def test_what_steers_a_terminal_is_written_out(entry: Entry, tmp_path: Path, capsys: Captured) -> None:
    titles = ("需求名称", "项目类型", "责任单位", "栏\u202e名")
    assert taken(entry, workbook(tmp_path / "a.xlsx", ("甲",), titles=titles)) == 0
    said = capsys.readouterr().err
    assert "\u202e" not in said
    assert "栏\\u202e名" in said


def test_out_and_in_again_changes_nothing(entry: Entry, keeper: Person, tmp_path: Path) -> None:
    rows = [
        {"need": "=甲", "kind": "①增量开发", "who": "一\n二"},
        {"need": "'乙"},
        {"need": "450100199001010000"},
    ]
    services.save_answer(keeper, NOON, entry.pk, "list", rows, 0)
    revision = Answer.objects.get(entry=entry, field="list").revision
    out = tmp_path / "出.xlsx"
    assert main(["export", "list", "-o", str(out), "--as", PHONE, "--entry", str(entry.pk)]) == 0
    written = Record.objects.get(action="export.command")
    assert (written.by, written.subject, written.detail["kind"]) == (
        str(keeper.pk),
        f"entry:{entry.pk}",
        "list",
    )
    assert taken(entry, out, "--replace") == 0
    answer = Answer.objects.get(entry=entry, field="list")
    assert (answer.value, answer.revision) == (rows, revision)


def test_strangers_neither_read_nor_write(
    entry: Entry, tmp_path: Path, capsys: Captured, keeper: Person
) -> None:
    stranger = make_person("stranger")
    make_unit(stranger)
    file = workbook(tmp_path / "a.xlsx", ("甲",))
    assert taken(entry, file, by="stranger") == 1
    assert "[import.forbidden] stranger 没有权限（entry.write）" in capsys.readouterr().err
    out = tmp_path / "出.xlsx"
    assert main(["export", "list", "-o", str(out), "--as", "stranger", "--entry", str(entry.pk)]) == 1
    assert not out.exists()
    assert not Record.objects.filter(action="export.command").exists()
    assert rows_of(entry) is None
    keeper.is_active = False
    keeper.save()
    assert taken(entry, file) == 1
    assert f"[import.person] 没有以“{PHONE}”登录的账号" in capsys.readouterr().err
    assert rows_of(entry) is None
    assert not Record.objects.filter(action="import.command").exists()


def test_the_entry_of_another_unit_is_not_written_by_somebody_who_has_one(
    entry: Entry, tmp_path: Path
) -> None:
    other = make_person("other")
    theirs = services.start_entry(other, NOON, entry.campaign, make_unit(other))
    services.accept_reminder(other, NOON, theirs.pk)
    file = workbook(tmp_path / "a.xlsx", ("甲",))
    assert taken(entry, file, by="other") == 1
    assert taken(theirs, file, by="other") == 0
    assert (rows_of(entry), rows_of(theirs)) == (None, [{"need": "甲"}])


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"state": "submitted"}, "entry.not-editable"),
        ({"state": "accepted"}, "entry.not-editable"),
        ({"state": "returned", "correct_until": 1}, "entry.correction-over"),
        ({"reminded": False}, "entry.reminder"),
    ],
)
def test_an_entry_that_may_not_be_changed_stays(
    entry: Entry, tmp_path: Path, capsys: Captured, change: dict[str, Any], rule: str
) -> None:
    Entry.objects.filter(pk=entry.pk).update(**change)
    assert taken(entry, workbook(tmp_path / "a.xlsx", ("甲",))) == 1
    assert f"[{rule}]" in capsys.readouterr().err
    assert rows_of(entry) is None


def test_a_campaign_that_has_ended_takes_nothing(entry: Entry, tmp_path: Path, capsys: Captured) -> None:
    entry.campaign.state = "closed"
    entry.campaign.save()
    assert taken(entry, workbook(tmp_path / "a.xlsx", ("甲",))) == 1
    assert "[entry.campaign-ended]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "upload.empty"),
        (b"PK\x03\x04broken", "upload.broken"),
        (b"%PDF-1.7", "upload.type"),
        (b"MZ\x90\x00", "upload.type"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_by_the_check_of_every_upload(
    entry: Entry, tmp_path: Path, capsys: Captured, content: bytes, rule: str
) -> None:
    file = tmp_path / "清单.xlsx"
    file.write_bytes(content)
    assert taken(entry, file) == 1
    assert capsys.readouterr().err.startswith(f"{file}:0:0: [{rule}] ")
    assert rows_of(entry) is None
    assert not File.objects.exists()


def test_a_file_far_too_large_is_not_copied(
    entry: Entry, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guiguan.cli.imports_entries.sheet_in", lambda sent: pytest.fail("was copied"))
    file = tmp_path / "清单.xlsx"
    with file.open("wb") as handle:
        handle.truncate(11 * 2**20)
    assert taken(entry, file) == 1
    assert "[upload.too-large]" in capsys.readouterr().err


def test_a_pipe_or_a_missing_file_is_told_and_not_waited_for(
    entry: Entry, tmp_path: Path, capsys: Captured
) -> None:
    pipe = tmp_path / "pipe.xlsx"
    os.mkfifo(pipe)
    for file, why in (
        (pipe, "不是普通文件"),
        (tmp_path, "这是文件夹"),
        (tmp_path / "no.xlsx", "没有这个文件"),
    ):
        assert taken(entry, file) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"{file}:0:0: [file.unreadable] 无法读取：")
        assert why in said


def test_what_is_meant_must_be_there(entry: Entry, tmp_path: Path, capsys: Captured) -> None:
    file = workbook(tmp_path / "a.xlsx", ("甲",))
    assert taken(entry, file, "--field", "title") == 2
    assert "[import.field] 请用 --field 指明清单栏。本申报表的清单：list 场景清单" in capsys.readouterr().err
    for text in ("nothing", "LISTS-00001", str(make_person().pk), ""):
        assert main(["import", "list", str(file), "--as", PHONE, "--entry", text]) == 1
        assert f"[import.entry] 没有申报件“{text}”" in capsys.readouterr().err


def test_an_entry_is_named_by_its_number_too(entry: Entry, tmp_path: Path) -> None:
    Entry.objects.filter(pk=entry.pk).update(number="LISTS-00001")
    file = workbook(tmp_path / "a.xlsx", ("甲",))
    assert main(["import", "list", str(file), "--as", "keeper", "--entry", "lists-00001"]) == 0
    assert rows_of(entry) == [{"need": "甲"}]


def test_of_two_lists_one_is_named(keeper: Person, tmp_path: Path) -> None:
    second = FORM.replace("id: list", "id: more").replace("场景清单", "另一清单")
    entry = entry_of(keeper, FORM + second, "two")
    assert len([f for f in blueprint_of(entry.campaign).form if f.kind == "rows"]) == 2
    file = workbook(tmp_path / "a.xlsx", ("甲",))
    assert taken(entry, file) == 2
    assert taken(entry, file, "--field", "more") == 0
    assert rows_of(entry) is None
    assert Answer.objects.get(entry=entry, field="more").value == [{"need": "甲"}]


def test_in_english(entry: Entry, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIGUAN_LANG", "en")
    file = workbook(tmp_path / "a.xlsx", ("甲", "③"))
    assert taken(entry, file) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith(f"{file}:B2: [list.cell] ")
    assert said[1] == (
        f"{file}:0:0: [import.list-faulty] faulty cells: 1; nothing was taken. Mend them, "
        "or say --partly to leave them empty and take the rest"
    )
    assert taken(entry, file, "--partly") == 0
    assert capsys.readouterr().out == "rows taken into Scenes: 1\n"
