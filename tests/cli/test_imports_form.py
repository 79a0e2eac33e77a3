"""`guiguan import form`: a filled Word form fills what is empty; what stands is told and never overwritten unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from apps.entries.word_scene import AT, WALK, WordScene, word_scene
from documents.forms.samples import changed

from guiguan.apps.audit.models import Record
from guiguan.apps.entries.models import Entry, PaperReading
from guiguan.apps.entries.queries import blueprint_of, sheet_of
from guiguan.apps.entries.services import accept_reminder, save_answer
from guiguan.apps.files.models import File
from guiguan.cli import imports_entries
from guiguan.cli.main import main
from guiguan.conf import run

pytestmark = pytest.mark.django_db
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "start_django", lambda: None)  # the tests have their own database


@pytest.fixture
def scene() -> WordScene:
    made = word_scene()
    accept_reminder(made.keeper, AT, made.entry.pk)
    return made


def taken(scene: WordScene, *more: str, file: Path = WALK, by: str = "") -> int:
    name = by or scene.keeper.username
    return main(["import", "form", str(file), "--as", name, "--entry", str(scene.entry.pk), *more])


def values(scene: WordScene) -> dict[str, object]:
    return dict(sheet_of(scene.entry, blueprint_of(scene.campaign)).values)


def test_empty_fields_are_filled_and_what_stands_is_told_and_stays(
    scene: WordScene, capsys: Captured
) -> None:
    save_answer(scene.mate, AT, scene.entry.pk, "title", "同事写的", 0)
    save_answer(scene.mate, AT, scene.entry.pk, "contact", "赵某某", 0)
    assert taken(scene, "--form", "form") == 0
    now = values(scene)
    assert (now["title"], now["contact"], now["investment"]) == ("同事写的", "赵某某", "120.5")
    said = capsys.readouterr()
    assert (
        f"{WALK}:title: [form.differs] 提醒：案例名称：表上是“一网通办平台”，网上是“同事写的”，没有改动\n"
        in said.err
    )
    assert "赵某某" not in said.err + said.out  # what names a person is masked
    assert "赵**" in said.err
    assert "要取表上的，请加 --overwrite，或 --fields " in said.out
    command = Record.objects.get(action="import.command")
    assert (command.by, command.subject, command.detail["kind"], command.detail["document"]) == (
        str(scene.keeper.pk),
        f"entry:{scene.entry.pk}",
        "form",
        "form",
    )
    assert command.detail["file"] == str(File.objects.get().pk)


def test_what_differs_is_taken_where_one_says_so(scene: WordScene, capsys: Captured) -> None:
    save_answer(scene.mate, AT, scene.entry.pk, "title", "同事写的", 0)
    save_answer(scene.mate, AT, scene.entry.pk, "investment", "7", 0)
    assert taken(scene, "--form", "form", "--fields", "title") == 0
    now = values(scene)
    assert (now["title"], now["investment"]) == ("一网通办平台", "7")
    assert "legal_person" not in now  # not even an empty one that was not named
    assert taken(scene, "--form", "form", "--overwrite") == 0
    assert values(scene)["investment"] == "120.5"
    assert values(scene)["applicant"] == "示例科技公司"  # of the registration, whatever a form says


def test_a_field_that_the_form_does_not_fill_is_wrong_usage_and_nothing_is_taken(
    scene: WordScene, capsys: Captured
) -> None:
    before = values(scene)
    for names in ("no_such", "title,no_such", "applicant", "", ","):
        assert taken(scene, "--form", "form", "--fields", names) == 2
        assert "[import.fields] 表上没有可取的栏" in capsys.readouterr().err
    assert taken(scene, "--form", "form", "--fields", "title", "--overwrite") == 2
    assert values(scene) == before
    assert not Record.objects.filter(action="import.command").exists()


def test_what_could_not_be_read_is_told_with_its_reason(
    scene: WordScene, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "表.docx"
    file.write_bytes(changed(WALK.read_bytes(), lambda xml: xml.replace("案例名称", "名字")))
    assert taken(scene, "--form", "form", file=file) == 0
    assert (
        f"{file}:title: [form.unread] 提醒：案例名称：没有读出。没有找到这一栏的名称"
        in capsys.readouterr().err
    )
    assert "title" not in values(scene)
    monkeypatch.setenv("GUIGUAN_LANG", "en")
    assert taken(scene, "--form", "form", file=file) == 0
    told = next(x for x in capsys.readouterr().err.splitlines() if "[form.unread]" in x and ":title:" in x)
    assert told.startswith(f"{file}:title: [form.unread] warning: ")
    assert "not read. " in told


def test_a_field_changed_at_this_moment_is_not_overwritten(
    scene: WordScene, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = imports_entries.take_over

    def late(*arguments: object) -> object:
        save_answer(scene.mate, AT, scene.entry.pk, "title", "刚刚写的", 0)
        return really(*arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(imports_entries, "take_over", late)
    assert taken(scene, "--form", "form", "--overwrite") == 1
    assert values(scene)["title"] == "刚刚写的"
    assert f"{WALK}:title: [import.changed] “案例名称”刚刚被改过，没有覆盖" in capsys.readouterr().err
    assert values(scene)["investment"] == "120.5"


def test_strangers_leave_nothing_behind(scene: WordScene, capsys: Captured) -> None:
    assert taken(scene, "--form", "form", by=scene.stranger.username) == 1
    assert "[import.forbidden]" in capsys.readouterr().err
    assert not File.objects.exists()
    assert not PaperReading.objects.exists()


def test_an_entry_that_was_handed_in_stays(scene: WordScene, capsys: Captured) -> None:
    Entry.objects.filter(pk=scene.entry.pk).update(state="submitted")
    before = values(scene)
    assert taken(scene, "--form", "form", "--overwrite") == 1
    assert "[entry.not-editable]" in capsys.readouterr().err
    assert values(scene) == before
    assert not File.objects.exists()


def test_a_form_is_not_open_before_the_reminder_was_accepted(scene: WordScene, capsys: Captured) -> None:
    Entry.objects.filter(pk=scene.entry.pk).update(reminded=False)
    assert taken(scene, "--form", "form") == 1
    assert "[entry.reminder]" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04broken", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_a_hostile_file_is_refused_by_the_check_of_every_upload(
    scene: WordScene, tmp_path: Path, capsys: Captured, content: bytes
) -> None:
    file = tmp_path / "表.docx"
    file.write_bytes(content)
    before = values(scene)
    assert taken(scene, "--form", "form", "--overwrite", file=file) == 1
    assert capsys.readouterr().err.startswith(f"{file}:0:0: [upload.")
    assert values(scene) == before
    assert not File.objects.exists()


def test_a_file_whose_name_is_no_text_is_refused(scene: WordScene, tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "\udcff表.docx"
    file.write_bytes(WALK.read_bytes())
    assert taken(scene, "--form", "form", file=file) == 1
    assert "[upload.name]" in capsys.readouterr().err
    assert not File.objects.exists()


def test_a_form_that_is_not_named_is_told(scene: WordScene, capsys: Captured) -> None:
    assert taken(scene, "--form", "no_such") == 2
    assert "[import.form] 请用 --form 指明表格：form " in capsys.readouterr().err


def test_the_file_becomes_an_attachment_where_one_says_so(scene: WordScene) -> None:
    assert taken(scene, "--form", "form", "--attach") == 0
    attached = scene.entry.attachments.get()
    assert (attached.field, attached.file) == ("word_form", File.objects.get().pk)


def test_out_and_in_again_changes_nothing(scene: WordScene, tmp_path: Path, capsys: Captured) -> None:
    assert taken(scene, "--form", "form") == 0
    before, out = values(scene), tmp_path / "表.docx"
    who = ["--as", scene.keeper.username, "--entry", str(scene.entry.pk), "--form", "form"]
    assert main(["export", "form", "-o", str(out), *who]) == 0
    capsys.readouterr()
    assert taken(scene, "--form", "form", "--overwrite", file=out) == 0
    assert capsys.readouterr().out == "已填入 0 栏\n"
    assert values(scene) == before
